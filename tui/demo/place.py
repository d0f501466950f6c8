"""Where the phone may lie on the screen: never over what it is needed for."""

from collections.abc import Collection

from textual.geometry import Offset, Region, Size


def find_place(screen: Size, panel: Size, taken: Collection[Region], wanted: Offset) -> Offset | None:
    """Return the free place that is nearest to the wanted one in its column, or else at the left edge.

    None where every place would cover something that is taken; the first and the last row always are.
    """
    last = screen.height - 1 - panel.height
    rows = sorted(range(1, last + 1), key=lambda row: abs(row - wanted.y))
    for column in (wanted.x, 0):
        for row in rows if column >= 0 else ():
            region = Region(column, row, panel.width, panel.height)
            if not any(region.overlaps(other) for other in taken):
                return region.offset
    return None
