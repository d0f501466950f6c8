"""Audit log: what happened, the latest first; filtered, followed, exported."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from store.errors import TwofoldError
from tui import background
from tui.audit_words import ALL, asked, told
from tui.screens.audit_pages import how_far, joined, row
from tui.screens.listing import Listing
from tui.screens.page import BACK, HELP
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.line_table import Column, LineTable
from tui.widgets.rows import KeyHint
from tui.words import sentence

if TYPE_CHECKING:
    from store.services.audit_log import AuditPage, Place, Wanted
    from store.services.views import AuditEventView

MOST_STEPS = 40
"""Steps of one search, of some hundred events each, after which the person says whether it goes on."""
NONE = "No such event."
FOLLOWS = "New events come in by themselves."


@dataclass(frozen=True)
class _Way:
    """Which page is asked for: the newest, or the one before or after a place."""

    before: "Place | None" = None
    after: "Place | None" = None


class AuditLogScreen(Listing["Go | None"]):
    """Asks the store for each page. A search for rare events goes on in steps, and keeps nobody waiting."""

    HEADLINE = "Audit log"
    HELP_TEXT = (
        "Everything that concerns security, the latest first: who did what to which account, from where, and "
        "whether it was done or refused. Enter opens the event that the line is on; from there one more step "
        "lists all of its account, of its actor or of its kind. F3 asks for a filter. While it follows, "
        "new events come in by themselves. Home and End go to the newest and the oldest event."
    )
    KEYS = (
        KeyHint("F3", "Filter", "filter"),
        KeyHint("PgDn", "Older", "older"),
        KeyHint("PgUp", "Newer", "newer"),
        BACK,
        HELP,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "filter", show=False),
        Binding("pagedown", "older", show=False),
        Binding("pageup", "newer", show=False),
        Binding("home", "newest", show=False),
        Binding("end", "oldest", show=False),
    ]
    COLUMNS = (
        Column("When", 17),
        Column("Event"),
        Column("Outcome", 7),
        Column("Account", 20),
        Column("By", 18),
    )

    def __init__(self, username: str, wanted: "Wanted | None" = None) -> None:
        """Show no events yet: they are asked for once it is known how many fit."""
        super().__init__(username=username)
        self._wanted = wanted
        self._page: AuditPage | None = None
        self._way = _Way()
        self._follows = False

    def foot(self) -> ComposeResult:
        """Follow, export, and all events again."""
        yield Action("Follow", id="follow")
        yield Action("Stay here", id="stay", classes="gone")
        yield Action("Export", id="export")
        yield Action("Drop the filter", id="all", classes="" if self._wanted is not None else "gone")

    def detail(self, row: int) -> Content:
        """Everything that the event says."""
        return told(self._events[row])

    @property
    def _events(self) -> "tuple[AuditEventView, ...]":
        return self._page.events if self._page is not None else ()

    # Pages

    @on(LineTable.Fits)
    def _refit(self, event: LineTable.Fits) -> None:
        if self._page is None or len(self._events) != event.rows:
            self._turn(self._way, self.table.cursor)

    @on(LineTable.Beyond)
    def _beyond(self, event: LineTable.Beyond) -> None:
        self._leaf(event.by, 0 if event.by > 0 else self.table.rows)

    def action_older(self) -> None:
        """Turn to the events before those shown."""
        self._leaf(1, self.table.cursor)

    def action_newer(self) -> None:
        """Turn to the events after those shown."""
        self._leaf(-1, self.table.cursor)

    def action_newest(self) -> None:
        """Go to the latest event."""
        self._turn(_Way(), 0)

    def action_oldest(self) -> None:
        """Go to the first event."""
        from store.services.audit_log import OLDEST

        self._stay()
        self._turn(_Way(after=OLDEST), self.table.rows)

    def _leaf(self, by: int, cursor: int) -> None:
        page = self._page
        if page is None:
            return
        if by > 0 and page.older is not None:
            self._stay()
            self._turn(_Way(before=page.older), cursor)
        elif by < 0 and page.newer is not None:
            self._turn(_Way(after=page.newer), cursor)

    def _turn(self, way: _Way, cursor: int) -> None:
        background.run(self, partial(self._turned, way, cursor), group="calls", exclusive=True)

    async def _turned(self, way: _Way, cursor: int) -> None:
        try:
            await self._search(way, cursor)
        except TwofoldError as error:
            self.put(sentence(error), "said")

    async def _search(self, way: _Way, cursor: int) -> None:
        """Look for a full page, a step at a time, and show after each how far the search is."""
        size, upward = self.table.rows, way.after is not None
        page = await self._ask(way, size)
        for _ in range(MOST_STEPS):
            if not page.stopped:
                break
            self.put(how_far(page, upward=upward), "said")
            on = _Way(after=page.newer) if upward else _Way(before=page.older)
            page = joined(page, await self._ask(on, size - len(page.events)), upward=upward)
        if upward and page.newer is None and page.older is not None and len(page.events) < size:
            # Too few are newer: the newest page is a full one.
            await self._search(_Way(), cursor - size + len(page.events))
        else:
            self._way = way
            self._show(page, cursor)

    async def _ask(self, way: _Way, size: int) -> "AuditPage":
        from store.services.audit_log import EVERYTHING

        wanted = self._wanted or EVERYTHING
        return await self.ask_as(
            lambda services, token: services.audit_log.page(
                token, wanted, before=way.before, after=way.after, size=size
            )
        )

    def _show(self, page: "AuditPage", cursor: int) -> None:
        self._page = page
        above, below = page.newer is not None, page.older is not None
        self.table.show([row(event) for event in page.events], cursor, above=above, below=below)
        self.put(asked(self._wanted) if self._wanted is not None else ALL, "note")
        self.query_one("#all").set_class(self._wanted is None, "gone")
        if page.stopped:
            searched = how_far(page, upward=self._way.after is not None)
            self.put(f"{searched} Turn the page to search on.", "said")
        else:
            self.put(NONE if not page.events else FOLLOWS if self._follows else "", "said")
        ends = {(False, False): "all there are", (False, True): "the newest", (True, False): "the oldest"}
        self.put(ends.get((above, below), ""), "place")

    # The filter

    @on(Action.Chosen, "#all")
    def _drop_filter(self) -> None:
        self._filtered(None)
        self.table.focus()

    def _filtered(self, wanted: "Wanted | None") -> None:
        from store.services.audit_log import EVERYTHING

        self._wanted = wanted if wanted != EVERYTHING else None
        self._turn(_Way(), 0)

    def action_filter(self) -> None:
        """Ask for a filter on a page of its own."""
        background.run(self, self._ask_filter, group="submit", exclusive=True)

    async def _ask_filter(self) -> None:
        from store.services.audit_log import EVERYTHING
        from tui.screens.audit_filter import AuditFilterScreen

        self._come_back(await self.console.show(AuditFilterScreen(self._wanted or EVERYTHING, self.username)))

    @on(LineTable.Opened)
    def _open(self, event: LineTable.Opened) -> None:
        background.run(self, partial(self._opened, self._events[event.row]), group="submit", exclusive=True)

    async def _opened(self, event: "AuditEventView") -> None:
        from tui.screens.audit_event import AuditEventScreen

        self._come_back(await self.console.show(AuditEventScreen(event, self.username)))

    def _come_back(self, answer: "Wanted | Go | None") -> None:
        """Take up the filter that another page hands back, or leave with it."""
        if isinstance(answer, Go):
            self.finish(answer)
        elif answer is not None:
            self._filtered(answer)

    # Following

    @on(Action.Chosen, "#follow")
    def _follow(self) -> None:
        self._set_following(follows=True)
        self._turn(_Way(), 0)
        self.query_one("#stay").focus()

    @on(Action.Chosen, "#stay")
    def _stop_following(self) -> None:
        self._stay()
        self.query_one("#follow").focus()

    def _stay(self) -> None:
        if self._follows:
            self._set_following(follows=False)
            self.put("", "said")

    def _set_following(self, *, follows: bool) -> None:
        self._follows = follows
        self.query_one("#follow").set_class(follows, "gone")
        self.query_one("#stay").set_class(not follows, "gone")

    def tick(self) -> None:
        """Look for new events while the list follows: with the app's tick, which stops where nobody types."""
        super().tick()
        if self._follows and self._way == _Way() and self.app.screen is self:
            background.run(self, self._look_again, group="calls", exclusive=True)

    async def _look_again(self) -> None:
        before = self._events
        try:
            page = await self._ask(_Way(), self.table.rows)
        except TwofoldError as error:
            self.put(sentence(error), "said")
            return
        if page.events != before and not (page.stopped and len(page.events) < len(before)):
            line = before[self.table.cursor] if before and self.table.cursor else None
            place = page.events.index(line) if line in page.events else 0
            self._show(page, place)

    # Export and leaving

    @on(Action.Chosen, "#export")
    def _export(self) -> None:
        background.run(self, self._exported, group="submit", exclusive=True)

    async def _exported(self) -> None:
        from store.services.audit_log import EVERYTHING
        from tui.screens.audit_export import AuditExportScreen

        answer = await self.console.show(AuditExportScreen(self._wanted or EVERYTHING, self.username))
        if isinstance(answer, Go):
            self.finish(answer)
        else:
            self.put(answer or "", "said")

    def action_back(self) -> None:
        """Go back to where this was opened."""
        self.finish(None)

    def on_unmount(self) -> None:
        """Forget the events."""
        self._page = None
