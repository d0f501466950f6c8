"""What stands on the terminal, so that nothing is sent again that stands there already.

Textual draws a new page several times over while its parts settle; over a slow line each time is felt.
"""

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip


class Part(NamedTuple):
    """Some cells of a row, and where they begin."""

    x: int
    y: int
    strip: Strip


class Changed(CompositorUpdate):
    """The parts of an update that differ from what stands there."""

    def __init__(self, parts: list[Part]) -> None:
        """Take what is to be sent."""
        self.parts = parts

    def render_segments(self, console: Console) -> str:
        """Return it as the terminal takes it."""
        return "".join(f"{Control.move_to(x, y)}{strip.render(console)}" for x, y, strip in self.parts)


class Standing:
    """The rows of the terminal as they were sent."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._rows: dict[int, Strip] = {}

    def forget(self) -> None:
        """Have everything sent again: a message of the system may stand there."""
        self._rows.clear()

    def changed(self, update: LayoutUpdate | ChopsUpdate) -> Changed:
        """Return what of an update is not there yet, and take it as sent."""
        return Changed([part for part in _parts(update) if self._takes(part)])

    def _takes(self, part: Part) -> bool:
        row = self._rows.get(part.y, Strip([]))
        end = part.x + part.strip.cell_length
        # The whole row, for a wide character may stand across the beginning or the end of the part.
        now = _look(Strip.join([row.crop(0, part.x), part.strip, row.crop(end, row.cell_length)]))
        if now == row:
            return False
        if part.x <= row.cell_length:
            self._rows[part.y] = now
        return True


def _parts(update: LayoutUpdate | ChopsUpdate) -> Iterator[Part]:
    """Return the cells of an update: whole rows, or what the screen is made of wherever it changed."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            yield Part(update.region.x, y, _look(Strip.join(line)))
        return
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                yield Part(x, y, _look(strip))


def _look(strip: Strip) -> Strip:
    """Return what is seen of some cells, in as few runs of one style as there are."""
    seen = [segment for segment in strip.discard_meta() if segment.text]
    return Strip(seen, strip.cell_length).simplify()
