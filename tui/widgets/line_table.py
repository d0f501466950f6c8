"""Rows of words in columns, with a line that moves. It holds the rows in sight, and knows nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from store.rules.text import visible

MARK = 2
CUT = ".."
GAPS = (2, 1)
"""Cells between columns; the fewer where it is narrow."""
LEAST = 16
"""Columns that the one without a width keeps; before it gets fewer, the last of the others give way."""
ALWAYS = 2
"""Columns that are there however narrow it is."""


@dataclass(frozen=True)
class Column:
    """A heading, and how wide its column is; none for the one that takes what is left."""

    head: str
    width: int | None = None


@dataclass(frozen=True)
class Row:
    """The words of one row."""

    cells: tuple[str, ...]
    warns: bool = False
    """Whether it stands out; its words say why."""


class LineTable(Widget, can_focus=True):
    """Draws some rows of a list that may be longer."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--head",
        "line-table--row",
        "line-table--warning",
        "line-table--cursor",
    }
    cursor: var[int] = var(0)
    """The row the line is on."""

    @dataclass
    class Fits(Message):
        """So many rows fit now."""

        rows: int

    @dataclass
    class Moved(Message):
        """The line is on another row; none where there is no row."""

        row: int | None

    @dataclass
    class Beyond(Message):
        """The line is to leave these rows, upward (-1) or downward (1)."""

        by: int

    @dataclass
    class Opened(Message):
        """The row that the line is on was chosen."""

        row: int

    def __init__(self, columns: tuple[Column, ...]) -> None:
        """Show the head alone until there are rows."""
        super().__init__(id="lines")
        self._columns = columns
        self._lines: tuple[Row, ...] = ()
        self._above = self._below = False

    @property
    def rows(self) -> int:
        """How many rows fit under the head."""
        return max(1, self.size.height - 1)

    def show(self, lines: Sequence[Row], cursor: int = 0, *, above: bool, below: bool) -> None:
        """Draw other rows, and say whether there are more above and below them."""
        self._lines = tuple(lines)
        self._above, self._below = above, below
        self._put(max(0, min(cursor, len(self._lines) - 1)))

    def on_resize(self) -> None:
        """Say how many rows fit."""
        self.post_message(self.Fits(self.rows))

    def on_unmount(self) -> None:
        """Forget the rows."""
        self._lines = ()

    # The line

    def on_key(self, event: events.Key) -> None:
        """Move the line; at either end of the list the key goes on to the page."""
        by = {"up": -1, "down": 1}.get(event.key)
        if by is not None and self._step(by):
            event.stop()
            event.prevent_default()
        elif event.key == "enter" and self._lines:
            event.stop()
            self.post_message(self.Opened(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Put the line where the mouse is; where it is already, open that row."""
        if 0 < event.y <= len(self._lines):
            if event.y - 1 == self.cursor:
                self.post_message(self.Opened(self.cursor))
            else:
                self._put(event.y - 1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the line with the wheel."""
        event.stop()
        self._step(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the line with the wheel."""
        event.stop()
        self._step(-1)

    def _step(self, by: int) -> bool:
        row = self.cursor + by
        if 0 <= row < len(self._lines):
            self._put(row)
        elif self._above if by < 0 else self._below:
            self.post_message(self.Beyond(by))
        else:
            return False
        return True

    def _put(self, row: int) -> None:
        self.cursor = row
        self.refresh()
        self.post_message(self.Moved(row if self._lines else None))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Return the head, or one row."""
        if y == 0:
            return self._strip("  ", [column.head for column in self._columns], "line-table--head")
        if y > len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        row = self._lines[y - 1]
        if y - 1 == self.cursor:
            return self._strip("> ", row.cells, "line-table--cursor")
        return self._strip("  ", row.cells, "line-table--warning" if row.warns else "line-table--row")

    def _strip(self, mark: str, cells: Sequence[str], look: str) -> Strip:
        style = self.get_component_rich_style(look)
        gap, widths = self._widths()
        words = [fit(visible(cell), width) for cell, width in zip(cells, widths, strict=False)]
        segment = Segment(mark + (" " * gap).join(words), style)
        return Strip([segment]).adjust_cell_length(self.size.width, style)

    def _widths(self) -> tuple[int, list[int]]:
        """Return the cells between columns, and how wide each column is that has room."""
        for shown in range(len(self._columns), 0, -1):
            fixed = [column.width or 0 for column in self._columns[:shown]]
            for gap in GAPS:
                rest = self.size.width - MARK - gap * (shown - 1) - sum(fixed)
                if rest >= LEAST or (shown <= ALWAYS and gap == GAPS[-1]):
                    return gap, [width or max(1, rest) for width in fixed]
        return GAPS[-1], []


def fit(text: str, width: int) -> str:
    """Return the text in exactly that many cells; what is cut says so."""
    if cell_len(text) > width:
        return set_cell_size(text, width - len(CUT)) + CUT
    return set_cell_size(text, width)
