"""Pages that are lists: rows with a line that moves, and beside them the chosen one, where there is room."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import Static

from tui.screens.page import Page
from tui.widgets.line_table import Column, LineTable, Row
from tui.widgets.rows import BottomRow, TopRow


class Detail(Static):
    """What stands beside a list of the row that the line is on."""

    def on_unmount(self) -> None:
        """Forget it."""
        self.update("")


class Listing(Page[ScreenResultType]):
    """Lays out what every list has."""

    COLUMNS: ClassVar[tuple[Column, ...]] = ()
    AUTO_FOCUS = "#lines"

    def compose(self) -> ComposeResult:
        """Put the list, and the chosen row beside it, between the two rows."""
        with Horizontal(id="card", classes="list"):
            with Vertical(id="list"):
                with Horizontal(classes="list-row"):
                    yield Static(Content(self.headline), id="headline")
                    yield Static("", id="list-note")
                yield Static("", classes="gap")
                yield Static("", id="list-empty", classes="prose")
                yield LineTable(self.COLUMNS)
                yield Static("", id="list-said")
                with Horizontal(classes="list-row", id="list-foot"):
                    yield from self.foot()
                    yield Static("", id="list-place")
            yield Detail("", id="list-detail")
        yield TopRow(self.console.brand, self.username)
        yield BottomRow(self.keys())
        yield from self.over()

    @property
    def headline(self) -> str:
        """What the list is of."""
        return self.HEADLINE

    def foot(self) -> ComposeResult:
        """What can be done with the list, below it."""
        yield from ()

    def detail(self, row: int) -> Content:
        """Return what stands beside the list while the line is on this row of it."""
        raise NotImplementedError

    @property
    def table(self) -> LineTable:
        """The rows."""
        return self.query_one(LineTable)

    def takes(self, event: events.Key) -> bool:
        """Leave the arrows to the list, as long as it has the focus."""
        return not (event.key in {"up", "down"} and self.focused is self.table) and super().takes(event)

    @on(LineTable.Moved)
    def _tell(self, event: LineTable.Moved) -> None:
        shown = self.detail(event.row) if event.row is not None else Content("")
        self.query_one("#list-detail", Static).update(shown)

    def put(self, words: str, where: str) -> None:
        """Put words in one of the lines around the list."""
        self.query_one(f"#list-{where}", Static).update(Content(words))


class WholeList(Listing[ScreenResultType]):
    """A list of some hundred rows, all of which are known from the start."""

    EMPTY: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "leaf(1)", show=False),
        Binding("pageup", "leaf(-1)", show=False),
        Binding("home", "place(0)", show=False),
        Binding("end", "place(-1)", show=False),
    ]

    def __init__(self, lines: tuple[Row, ...], username: str, notice: str, *, more: bool) -> None:
        """Show these; `notice` is what was just done, `more` whether there are more than these."""
        super().__init__(username=username)
        self._lines = lines
        self._notice = notice
        self._more = more
        self._first = 0

    def about(self, place: int) -> Content:
        """Return everything that is known of one of them."""
        raise NotImplementedError

    def detail(self, row: int) -> Content:
        """Return what is known of the one in this row."""
        return self.about(self._first + row)

    @on(LineTable.Fits)
    def _fit(self) -> None:
        many = len(self._lines)
        self.put(f"the first {many}" if self._more else f"{many} in all", "note")
        self.put(self._notice or ("" if many else self.EMPTY), "said")
        self._put_line(self._first + self.table.cursor)

    @on(LineTable.Beyond)
    def _beyond(self, event: LineTable.Beyond) -> None:
        self._put_line(self._first + self.table.cursor + event.by)

    def action_leaf(self, by: int) -> None:
        """Turn a page."""
        self._first = max(0, self._first + by * self.table.rows)
        self._put_line(self._first + self.table.cursor)

    def action_place(self, place: int) -> None:
        """Go to either end."""
        self._put_line(place % len(self._lines) if self._lines else 0)

    def _put_line(self, place: int) -> None:
        """Put the line on one of them, with as many others in sight as fit."""
        rows, many = self.table.rows, len(self._lines)
        place = max(0, min(place, many - 1))
        self._first = max(0, min(self._first, place, many - rows), place - rows + 1)
        last = self._first + rows
        shown = self._lines[self._first : last]
        self.table.show(shown, place - self._first, above=self._first > 0, below=last < many)
        where = f"{self._first + 1}-{self._first + len(shown)}" if many > rows else ""
        self.put(where, "place")
