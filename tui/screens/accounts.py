"""Accounts: one list of all of them, searched as the person types (the operator's desk)."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import TwofoldError
from store.services.views import BEHIND_ALL, Order, Sought
from tui import background
from tui.screens.account_acts import CreateAccount
from tui.screens.acts import Act
from tui.screens.found import FILTERS, ROWS, SORTED, Found, number_found
from tui.screens.page import BACK, HELP, Page
from tui.screens.places import Go
from tui.widgets.account_facts import AccountFacts
from tui.widgets.account_list import AccountList
from tui.widgets.action import Action
from tui.widgets.fields import PlainInput
from tui.widgets.near import SIZE, Near
from tui.widgets.rows import BottomRow, KeyHint, TopRow
from tui.words import sentence

if TYPE_CHECKING:
    from store.services.views import AccountCounts, AccountPage, Cursor

NOBODY = "Nobody is found. Fewer letters find more, and so may All."
LONGEST = 80
MOVES = {"up", "down", "pageup", "pagedown", "home", "end"}


class AccountsScreen(Page["Go | Act | str | None"]):
    """Hands back the username of the account to open, where to go instead, or nothing for the way back."""

    HEADLINE = "Accounts"
    HELP_TEXT = (
        "Type how a username, a name or any word of one, or a number begins: the list follows. Up, Down, "
        "PgUp, PgDn, Home and End move the line meanwhile, Enter opens the account that it is on. Tab leads "
        "to the words above the list: each of them leaves only some accounts in it. A click puts the line "
        "on a row, a second one opens that account."
    )
    KEYS = (
        KeyHint("Enter", "Open", "open"),
        KeyHint("F2", "Sort", "sort"),
        KeyHint("F3", "Create account", "create"),
        BACK,
        HELP,
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "sort", show=False),
        Binding("f3", "create", show=False),
    ]
    AUTO_FOCUS = "#search"

    def __init__(self, found: Found, counts: "AccountCounts", username: str) -> None:
        """Show what was found last."""
        super().__init__(username=username)
        self._found = found
        self._counts = counts
        self._only, self._order = found.only, found.order
        self._seeking = self._fetching = False
        self._waiting: list[Callable[[], None]] = []
        """What was typed behind a name that is not found yet."""

    def compose(self) -> ComposeResult:
        """Put the search above the list, and the chosen account beside it, between the two rows."""
        with Horizontal(id="card", classes="list"):
            with Vertical(id="list"):
                with Horizontal(classes="list-row"):
                    yield Static(Content(self.HEADLINE), id="headline")
                    yield Static("", id="list-note")
                with Horizontal(classes="search-row"):
                    search = PlainInput(id="search", max_length=LONGEST)
                    search.placeholder = "Username, name or number"
                    search.fill(self._found.text)
                    yield search
                    yield Static("", id="list-place")
                for row in ROWS:
                    yield Horizontal(
                        *(Action(self._label(name), id=name) for name in row), classes="filter-row"
                    )
                yield Static("", classes="gap")
                yield Static(Content(NOBODY), id="list-empty", classes="prose")
                yield AccountList(self._found.near, self.console.clock)
                yield Static("", id="list-said")
            yield AccountFacts(self.console.clock)
        yield TopRow(self.console.brand, self.username)
        yield BottomRow(self.keys())
        yield from self.over()

    def _label(self, name: str) -> str:
        numbers = {
            "all": self._counts.total,
            "operators": self._counts.operators,
            "never-logged-in": self._counts.never_logged_in,
            "two-factor-on": self._counts.two_factor_on,
            "two-factor-off": self._counts.two_factor_off,
            "two-factor-reset": self._counts.two_factor_reset,
            "few-codes": self._counts.few_codes,
            "locked": self._counts.locked,
            "disabled": self._counts.disabled,
        }
        return f"{FILTERS[name][0]}: {numbers[name]:,}"

    def on_mount(self) -> None:
        """Say what is shown."""
        self._tell()

    def tick(self) -> None:
        """Say how long locks still last."""
        super().tick()
        self.query_one(AccountList).tick()
        self.query_one(AccountFacts).tick()

    # The line

    def takes(self, event: events.Key) -> bool:
        """Move the line whatever has the focus; Enter in the search field opens."""
        if event.key in MOVES and not self.menu_is_open:
            self._in_turn(partial(self._move, event.key))
            return True
        if event.key == "enter" and isinstance(self.focused, Input):
            self._in_turn(self.action_open)
            return True
        if event.is_printable and event.key != "space" and not self.menu_is_open:
            # Whatever has the focus: who types, searches.
            self.set_focus(self.query_one("#search"))
        return super().takes(event)

    def _in_turn(self, act: Callable[[], None]) -> None:
        """Do something to the list that was typed for, where a name and what follows it come in one go."""
        # Behind what the field still has to take in.
        self.query_one("#search").call_later(self._once_found, act)

    def _once_found(self, act: Callable[[], None]) -> None:
        self._waiting.append(act)
        if self._wanted == self._shown:
            self._go_on()
        else:
            self._seek()

    def _go_on(self) -> None:
        while self._waiting and not self._seeking:
            self._waiting.pop(0)()

    def _move(self, key: str) -> None:
        rows = self.query_one(AccountList)
        if key in {"up", "down"}:
            rows.move(1 if key == "down" else -1)
        elif key in {"pageup", "pagedown"}:
            rows.turn(1 if key == "pagedown" else -1)
        else:
            self._go_to_end(1 if key == "end" else -1)

    def _go_to_end(self, way: int) -> None:
        """Go to the last account, or to the first; its page may have to be fetched."""
        near = self._found.near
        if (near.after if way > 0 else near.before) is None:
            self.query_one(AccountList).move(way * len(near.accounts))
        else:
            self._seek(end=way)

    @on(AccountList.Moved)
    def _moved(self) -> None:
        self.query_one(AccountFacts).show(self._found.near.current)
        if self._found.near.lacks and not self._fetching:
            self._fetching = True
            background.run(self, self._fetch, group="search")

    async def _fetch(self) -> None:
        """Get the pages next to those that are there, as long as any is lacking."""
        try:
            while way := self._found.near.lacks:
                near, found = self._found.near, self._found
                cursor = near.after if way > 0 else near.before
                page = await self._ask(found.sought, found.order, cursor, way)
                if near is self._found.near:
                    near.add(page, way)
                    self.query_one(AccountList).show(near)
        except TwofoldError as error:
            self._say(sentence(error))
        finally:
            self._fetching = False

    async def _ask(
        self, sought: Sought, order: Order, cursor: "Cursor | None" = None, way: int = 1
    ) -> "AccountPage":
        after, before = (cursor, None) if way > 0 else (None, cursor)
        return await self.ask_as(
            lambda services, token: services.directory.page(
                token, sought, order, after=after, before=before, size=SIZE
            )
        )

    # The search

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        if self._wanted != self._shown:
            self._seek()

    @on(Action.Chosen, ".filter-row Action")
    def _filtered(self, event: Action.Chosen) -> None:
        event.stop()
        self._only = event.action.id or "all"
        self.set_focus(self.query_one("#search"))
        self._seek()

    def action_sort(self) -> None:
        """Sort by the other column."""
        self._order = Order.LAST_LOGIN if self._order is Order.USERNAME else Order.USERNAME
        self._seek()

    @property
    def _wanted(self) -> tuple[str, str, Order]:
        return self.query_one("#search", Input).value.strip(), self._only, self._order

    @property
    def _shown(self) -> tuple[str, str, Order]:
        return self._found.text, self._found.only, self._found.order

    def _seek(self, *, end: int = 0) -> None:
        """Find what is wanted now, one question at a time: the newest wins, the others are never shown."""
        if not self._seeking:
            self._seeking = True
            background.run(self, partial(self._find, end), group="search")

    async def _find(self, end: int) -> None:
        try:
            while end or self._wanted != self._shown:
                text, only, order = wanted = self._wanted
                cursor, way = (BEHIND_ALL, -1) if end > 0 else (None, 1)
                page = await self._ask(replace(FILTERS[only][1], text=text), order, cursor, way)
                if wanted == self._wanted:
                    self._show(page, *wanted, at_end=end > 0)
                end = 0
        except TwofoldError as error:
            self._waiting.clear()
            self._say(sentence(error))
        finally:
            self._seeking = False
        self._go_on()

    def _show(self, page: "AccountPage", text: str, only: str, order: Order, *, at_end: bool) -> None:
        found = self._found
        found.near, found.total, found.capped = Near(page), page.total, page.capped
        found.text, found.only, found.order = text, only, order
        # Whoever types a whole username means that account, whatever else has it as a part.
        found.near.put_on(text.lower())
        if at_end:
            found.near.line = max(0, len(page.accounts) - 1)
        self._say("")
        self._tell()
        self.query_one(AccountList).show(found.near)

    def _tell(self) -> None:
        found = self._found
        self.set_class(not found.near.accounts, "empty")
        self.query_one("#list-note", Static).update(Content(SORTED[found.order]))
        self.query_one("#list-place", Static).update(Content(f"\n{number_found(found)}"))
        for name in FILTERS:
            self.query_one(f"#{name}").set_class(name == found.only, "chosen")

    def _say(self, words: str) -> None:
        self.query_one("#list-said", Static).update(Content(words))

    # Leaving

    @on(AccountList.Opened)
    def action_open(self) -> None:
        """Choose what has the focus, or open the account that the line is on."""
        if isinstance(self.focused, Action):
            self.focused.action_choose()
        elif self._found.near.current is not None:
            self.finish(self._found.near.current.username)

    def action_create(self) -> None:
        """Make an account."""
        self.finish(CreateAccount())

    def action_back(self) -> None:
        """Go where the list was opened from."""
        self.finish(None)
