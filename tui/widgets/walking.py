"""Where an arrow leads: through a page in order, but where things stand side by side, from row to row."""

from collections.abc import Sequence

from textual.widget import Widget

SIDE_BY_SIDE = ("act-row", "field-pair")
"""The classes of rows of which several stand below one another."""


def row_of(widget: Widget) -> Widget | None:
    """Return the row that a widget stands in with others, if any."""
    for node in widget.ancestors:
        if isinstance(node, Widget) and any(node.has_class(name) for name in SIDE_BY_SIDE):
            return node
    return None


def above_or_below(chain: Sequence[Widget], focused: Widget | None, *, down: bool) -> Widget | None:
    """Return what stands next above or below in the order of Tab; none where it makes no difference."""
    if focused is None or focused not in chain:
        return None
    at, row = chain.index(focused), row_of(focused)
    onward = [*chain[at + 1 :], *chain[:at]]
    for other in onward if down else reversed(onward):
        there = row_of(other)
        if row is not None and there is row:
            continue
        beside = [each for each in chain if there is not None and row_of(each) is there]
        return min(beside or [other], key=lambda each: abs(each.region.x - focused.region.x))
    return None
