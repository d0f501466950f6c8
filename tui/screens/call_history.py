"""Call history: the account's own calls, newest first; whole numbers only after step-up."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from store.errors import StepUpNeeded, TwofoldError
from tui import background
from tui.call_words import told
from tui.screens.listing import Listing
from tui.screens.page import BACK, HELP
from tui.screens.places import Go
from tui.units import duration, minute
from tui.widgets.action import Action
from tui.widgets.line_table import Column, LineTable, Row
from tui.widgets.rows import KeyHint, KeyTwin
from tui.words import sentence

if TYPE_CHECKING:
    from store.services.views import CallEntry, CallPage

MASKED = "The middle of each number is hidden."
WHOLE = "Each number is shown in full."
STILL_HIDDEN = "The numbers stay hidden."
HIDDEN_AGAIN = "The numbers are hidden again after 15 minutes."
EMPTY = "No calls yet. This list fills once a switchboard writes your calls to this store; none does so yet."
ASK_AGAIN = timedelta(seconds=5)
LENGTH = len("23 h 59 min")


class CallHistoryScreen(Listing[Go]):
    """Asks the store for each page, so that it never holds more numbers than it shows."""

    HEADLINE = "Call history"
    HELP_TEXT = (
        "Your own calls, the newest first. Nobody else's are ever listed here. Up and Down move the line, "
        "Home and End go to the newest and the oldest call. The middle of each number is hidden until you "
        "have proved once more who you are. The calls come from a switchboard that writes to the store; "
        "none does so yet."
    )
    KEYS = (KeyHint("PgDn", "Older", "older"), KeyHint("PgUp", "Newer", "newer"), BACK, HELP)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "older", show=False),
        Binding("pageup", "newer", show=False),
        Binding("home", "newest", show=False),
        Binding("end", "oldest", show=False),
    ]
    COLUMNS = (
        Column("When", 17),
        Column("Call", 6),
        Column("Number"),
        Column("Length".rjust(LENGTH), LENGTH),
    )

    def __init__(self, username: str) -> None:
        """Show no calls yet: they are asked for once it is known how many fit."""
        super().__init__(username=username)
        self._page: CallPage | None = None
        self._asked_at: datetime | None = None

    def foot(self) -> ComposeResult:
        """Show the numbers, or hide them."""
        yield Action("Show whole numbers", id="show-numbers")
        yield Action("Hide numbers again", id="hide-numbers", classes="gone")

    def detail(self, row: int) -> Content:
        """Everything that is known of the call."""
        return told(self._calls[row])

    @property
    def _calls(self) -> "tuple[CallEntry, ...]":
        return self._page.calls if self._page is not None else ()

    # Pages

    @property
    def _whole(self) -> bool:
        return self._page is not None and not self._page.masked

    @property
    def _place(self) -> int:
        """The place of the line in the whole history, counted from 1."""
        return self._page.first + self.table.cursor if self._page is not None else 1

    @on(LineTable.Fits)
    def _refit(self) -> None:
        """Keep the first call where it is, however many follow it."""
        if self._page is None or len(self._page.calls) != self.table.rows:
            self._turn(self._page.first if self._page is not None else 1, self._place)

    @on(LineTable.Beyond)
    def _beyond(self, event: LineTable.Beyond) -> None:
        if self._page is not None:
            self._turn(self._page.first + event.by * self.table.rows, self._place + event.by)

    def action_older(self) -> None:
        """Turn to the calls before those shown."""
        self._leaf(self.table.rows)

    def action_newer(self) -> None:
        """Turn to the calls after those shown."""
        self._leaf(-self.table.rows)

    def _leaf(self, by: int) -> None:
        page = self._page
        if page is None:
            return
        first = page.first + by if page.first + by <= page.total else page.first
        self._turn(first, self._place + by)

    def action_newest(self) -> None:
        """Go to the first call of the list."""
        self._turn(1, 1)

    def action_oldest(self) -> None:
        """Go to the last call of the list."""
        if self._page is not None and self._page.total:
            rows, first, total = self.table.rows, self._page.first, self._page.total
            self._turn(first + (total - first) // rows * rows, total)

    def _turn(self, first: int, place: int, *, whole: bool | None = None) -> None:
        """Show the calls from place `first` on, with the line at `place`; the last turn wins."""
        whole = self._whole if whole is None else whole
        turned = partial(self._turned, max(1, first), place, whole=whole)
        background.run(self, turned, group="calls", exclusive=True)

    async def _turned(self, first: int, place: int, *, whole: bool) -> None:
        try:
            try:
                await self._fetch(first, place, whole=whole)
            except StepUpNeeded:
                await self._fetch(first, place, whole=False)
                self.put(HIDDEN_AGAIN, "said")
        except TwofoldError as error:
            self.put(sentence(error), "said")

    async def _fetch(self, first: int, place: int, *, whole: bool) -> None:
        size = self.table.rows
        # Not `at_work`: reading blocks no keys, and a page that greys out at every turn would flicker.
        page = await self.ask_as(
            lambda services, token: services.call_history.page(
                token, first=first, size=size, whole_numbers=whole
            )
        )
        self._asked_at = self.console.clock.now()
        self._show(page, place)

    def _show(self, page: "CallPage", place: int) -> None:
        before, self._page = self._page, page
        if before is None or (before.first, before.masked) != (page.first, page.masked):
            self.put("", "said")
        above, below = page.first > 1, page.first + len(page.calls) <= page.total
        self.table.show([row(call) for call in page.calls], place - page.first, above=above, below=below)
        self.set_class(not page.total, "empty")
        for twin in self.query(KeyTwin):
            if twin.action in {"older", "newer"}:
                twin.display = bool(page.total)
        self.query_one("#show-numbers").set_class(not page.masked, "gone")
        self.query_one("#hide-numbers").set_class(page.masked, "gone")
        self.put("" if page.total else EMPTY, "empty")
        self.put(MASKED if page.masked else WHOLE, "note")
        self.put(f"{page.first}-{page.first + len(page.calls) - 1} of {page.total}, newest first", "place")

    # Whole numbers

    @on(Action.Chosen, "#show-numbers")
    def _show_numbers(self) -> None:
        background.run(self, self._reveal, group="reveal", exclusive=True)

    async def _reveal(self) -> None:
        first = self._page.first if self._page is not None else 1
        try:
            try:
                await self._fetch(first, self._place, whole=True)
            except StepUpNeeded as error:
                if not await self.console.step_up(error, self.username or ""):
                    self.put(STILL_HIDDEN, "said")
                    return
                await self._fetch(first, self._place, whole=True)
        except TwofoldError as error:
            self.put(sentence(error), "said")
        else:
            self.query_one("#hide-numbers").focus()

    @on(Action.Chosen, "#hide-numbers")
    def _hide_numbers(self) -> None:
        self._turn(self._page.first if self._page is not None else 1, self._place, whole=False)
        self.table.focus()

    def warn_of_end(self, left: timedelta) -> None:
        """Hide the numbers as soon as the step-up is over, without any key."""
        # Not in `tick`, which an idle remote screen does not get.
        super().warn_of_end(left)
        now = self.console.clock.now()
        if self._whole and (self._asked_at is None or now - self._asked_at >= ASK_AGAIN):
            self._asked_at = now
            background.run(self, self._check_proof, group="proof", exclusive=True)

    async def _check_proof(self) -> None:
        try:
            state = await self.ask_as(lambda services, token: services.sessions.check(token, active=False))
        except TwofoldError:
            proven = False
        else:
            proven = state.stepped_up
        if not proven and self._page is not None and self._whole:
            await self._turned(self._page.first, self._place, whole=False)
            self.put(HIDDEN_AGAIN, "said")

    # Leaving

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)

    def on_unmount(self) -> None:
        """Forget the calls."""
        self._page = None


def row(call: "CallEntry") -> Row:
    """Return the words of one row; a missed call stands out."""
    length = "-" if call.seconds is None else duration(timedelta(seconds=call.seconds))
    cells = (minute(call.at), call.direction, call.number or "withheld", length.rjust(LENGTH))
    return Row(cells, warns=call.direction == "missed")
