"""The calls of one page as rows, with a line that moves."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from store.rules.text import visible
from tui.words import duration, minute

if TYPE_CHECKING:
    from store.services.views import CallEntry, CallPage

MARK, WHEN, CALL, NUMBER, LENGTH = 2, 17, 6, 20, 11
CUT = ".."
HEAD = ("When", "Call", "Number", "Length")
MISSED = "missed"
WITHHELD = "withheld"


class CallTable(Widget, can_focus=True):
    """Draws a page of calls. It holds that page only, and forgets it when it leaves the screen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "call-table--head",
        "call-table--row",
        "call-table--missed",
        "call-table--cursor",
    }
    cursor: var[int] = var(0)
    """The row the line is on."""

    @dataclass
    class Fits(Message):
        """So many rows fit now."""

        rows: int

    @dataclass
    class Moved(Message):
        """The line is on another call."""

        call: "CallEntry | None"

    @dataclass
    class Beyond(Message):
        """The line is to leave the page, upward (-1) or downward (1)."""

        by: int

    def __init__(self) -> None:
        """Show the head alone until there is a page."""
        super().__init__(id="calls")
        self._page: CallPage | None = None

    @property
    def rows(self) -> int:
        """How many calls fit under the head."""
        return max(1, self.size.height - 1)

    @property
    def calls(self) -> "tuple[CallEntry, ...]":
        """The calls of this page."""
        return self._page.calls if self._page is not None else ()

    def show(self, page: "CallPage | None", cursor: int = 0) -> None:
        """Draw another page, with the line on that row of it."""
        self._page = page
        self.cursor = max(0, min(cursor, len(self.calls) - 1))
        self.refresh()
        self.post_message(self.Moved(self.calls[self.cursor] if self.calls else None))

    def on_resize(self) -> None:
        """Say how many rows fit."""
        self.post_message(self.Fits(self.rows))

    def on_unmount(self) -> None:
        """Forget the numbers."""
        self._page = None

    # The line

    def on_key(self, event: events.Key) -> None:
        """Move the line; at either end of the history the key goes on to the page."""
        by = {"up": -1, "down": 1}.get(event.key)
        if by is not None and self._step(by):
            event.stop()
            event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Put the line where the mouse is."""
        if 0 < event.y <= len(self.calls):
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
        page = self._page
        if page is None:
            return False
        row = self.cursor + by
        if not 1 <= page.first + row <= page.total:
            return False
        if 0 <= row < len(page.calls):
            self._put(row)
        else:
            self.post_message(self.Beyond(by))
        return True

    def _put(self, row: int) -> None:
        self.cursor = row
        self.refresh()
        self.post_message(self.Moved(self.calls[row]))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Return the head, or one call."""
        if y == 0:
            return self._strip("  ", HEAD, "call-table--head")
        if y > len(self.calls):
            return Strip.blank(self.size.width, self.rich_style)
        call = self.calls[y - 1]
        if y - 1 == self.cursor:
            return self._strip("> ", cells(call), "call-table--cursor")
        return self._strip("  ", cells(call), "call-table--row", missed=call.direction == MISSED)

    def _strip(self, mark: str, texts: tuple[str, ...], look: str, *, missed: bool = False) -> Strip:
        width = self.size.width
        number = max(8, min(NUMBER, width - MARK - WHEN - CALL - LENGTH - 3))
        spare = width - MARK - WHEN - CALL - number - LENGTH
        # As wide as the mark, where there is room, so that the last column ends under the title's row.
        tail = max(0, min(MARK, spare - 3))
        gap = max(1, (spare - tail) // 3)
        last_gap = max(1, spare - tail - 2 * gap)
        when, call, other, length = texts
        style = self.get_component_rich_style(look)
        special = self.get_component_rich_style("call-table--missed") if missed else style
        between = " " * gap
        return Strip(
            [
                Segment(mark + fit(when, WHEN) + between, style),
                Segment(fit(call, CALL), special),
                Segment(between + fit(other, number) + " " * last_gap + length.rjust(LENGTH), style),
            ]
        ).adjust_cell_length(width, style)


def cells(call: "CallEntry") -> tuple[str, str, str, str]:
    """Return the words of one row."""
    length = "-" if call.seconds is None else duration(timedelta(seconds=call.seconds))
    number = visible(call.number) if call.number else WITHHELD
    return minute(call.at), visible(call.direction), number, length


def fit(text: str, width: int) -> str:
    """Return the text in exactly that many cells; what is cut says so."""
    if cell_len(text) > width:
        return set_cell_size(text, width - len(CUT)) + CUT
    return set_cell_size(text, width)
