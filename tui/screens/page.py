"""What every screen has: the two rows, the card, help, and a form that takes no keys while it works."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget
from textual.widgets import Input, Static

from store.errors import SessionEnded, StepUpNeeded, TwofoldError
from store.rules import sessions as limits
from tui.screens.places import Go
from tui.units import duration
from tui.widgets.action import Action
from tui.widgets.rows import BottomRow, KeyHint, TopRow, UserMenu
from tui.widgets.walking import above_or_below, row_of
from tui.words import sentence

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from tui.app import TwofoldApp

T = TypeVar("T")


HELP = KeyHint("F1", "Help", "help")
BACK = KeyHint("Esc", "Back", "back")
MENU = KeyHint("F4", "Menu", "menu")
ALWAYS_TAKEN = {"f1", "ctrl+q", "f10"}
"""Help and the way out: they type nothing, and are there while a form works."""
TURNS = {"pageup": -1, "pagedown": 1}
BREATH = 0.25
"""Seconds without a key after which a person no longer types what was begun before."""


def covered_in(left: timedelta) -> str:
    """Return what is said shortly before a page is covered."""
    return f"This page is covered in {duration(left)}. Press any key to keep it in sight."


class Page(Screen[ScreenResultType]):
    """One screen of the console. It asks one thing and hands back the answer with `finish`."""

    AUTO_FOCUS = "#card *"
    HEADLINE: ClassVar[str] = ""
    HELP_TEXT: ClassVar[str] = ""
    """What this screen is for, for the page behind F1."""
    KEYS: ClassVar[tuple[KeyHint, ...]] = (HELP,)
    TURNED: ClassVar[str] = "#card"
    """What Page Up and Page Down turn where the window is too small for it."""
    IN_SIGHT: ClassVar[timedelta | None] = None
    """How long at least a kiosk leaves a page of secrets in sight without a key; none where it has none."""
    BINDINGS = [
        Binding("f1", "help", show=False),
        Binding("f4", "menu", show=False),
        Binding("escape", "escape", show=False),
    ]

    def __init__(self, *, username: str | None = None) -> None:
        """Show the user menu where a username is given."""
        super().__init__()
        self.username = username
        self.working = False
        self.drawn = False
        self._drawn_at = float("inf")
        self._early_at = float("-inf")
        self.left = False
        """Whether its answer is given, or no longer waited for: a key may still be on its way to it."""
        self.ends_at: timedelta | None = None
        """When a page with a time of its own is over, as `Clock.elapsed` counts."""
        self._covers_soon = False
        self._focused_before_menu: Widget | None = None

    @property
    def console(self) -> "TwofoldApp":
        """The app, by its own type."""
        return cast("TwofoldApp", self.app)

    def compose(self) -> ComposeResult:
        """The row on top, the card with this screen's parts, the row below."""
        with Vertical(id="card"):
            if self.HEADLINE:
                yield Static(Content(self.HEADLINE), id="headline")
            yield from self.parts()
        # After the card, so that Tab comes to the user menu last.
        yield TopRow(self.console.brand, self.username)
        yield BottomRow(self.keys())
        yield from self.over()

    def over(self) -> ComposeResult:
        """What may lie over the page: a warning, and in a kiosk a cover."""
        yield Static("", id="ending")
        if self.username is not None:
            # There from the start, so that keys typed right after F4 find it.
            menu = UserMenu(id="user-menu")
            menu.display = False
            yield menu
        if self.IN_SIGHT is not None:
            # Under the page that asks who it is: so that no frame shows the secrets while that comes or goes.
            yield Static("", id="cover")

    def parts(self) -> ComposeResult:
        """What stands in the card."""
        raise NotImplementedError

    def keys(self) -> tuple[KeyHint, ...]:
        """The keys of the bottom row."""
        return self.KEYS

    def now_drawn(self) -> None:
        """Take keys from here on: the person sees what they are typed into."""
        self.drawn = True
        self._drawn_at = monotonic()

    def accepts(self, event: events.InputEvent | events.Paste) -> bool:
        """Tell whether this screen may have the event now: not before it is drawn, nor while it works."""
        if isinstance(event, events.MouseMove):
            return True
        if self._covers_soon:
            self.warn_of_cover(None)
            if not self._fills_in(event):
                # It was pressed to keep the page, and must do nothing else.
                return False
        if isinstance(event, events.Key) and event.key in ALWAYS_TAKEN:
            return self.drawn
        if isinstance(event, (events.Key, events.Paste)) and self.goes_on_from_before(event):
            return False
        return event.time >= self._drawn_at and not self.working

    def _fills_in(self, event: events.InputEvent | events.Paste) -> bool:
        leaves = isinstance(event, events.Key) and event.key == "escape"
        typed = isinstance(event, (events.Key, events.Paste)) and not leaves
        return typed and isinstance(self.focused, Input)

    def goes_on_from_before(self, event: events.Key | events.Paste) -> bool:
        """Tell whether this was typed before the page was drawn, or in one go with what was.

        The end of a line must not land where its beginning was dropped: a password in a username's field.
        """
        if event.time < self._drawn_at or event.time - self._early_at < BREATH:
            self._early_at = event.time
            return True
        return False

    # Time

    @property
    def stands(self) -> bool:
        """Whether its parts are there: they are gone before it is, when it is taken away or the app ends."""
        return self.is_mounted and self.display

    def tick(self) -> None:
        """Redraw what depends on the time; once a second, all together."""

    def left_alone(self, idle: timedelta) -> None:
        """Wipe what must not stay so long without a key; asked once a second, where nothing is drawn too."""

    def warn_of_end(self, left: timedelta) -> None:
        """Say that the session is about to end, as long as it is."""
        near = left <= (limits.KIOSK_WARNING if self.console.settings.kiosk else limits.WARNING)
        self.set_class(near, "ending")
        if near:
            self.query_one("#ending", Static).update(Content(self.ending(left)))

    def ending(self, left: timedelta) -> str:
        """Return what is said shortly before the end."""
        return f"You will be logged out in {duration(left)}. Press any key to stay."

    def warn_of_cover(self, left: timedelta | None) -> None:
        """Say that the page is about to be covered; nothing, where it is not."""
        if left is not None or self._covers_soon:
            self._covers_soon = left is not None
            self.say_of_cover(left)

    def say_of_cover(self, left: timedelta | None) -> None:
        """Put it where the page has room for it, or take it away."""
        self.set_class(left is not None, "ending")
        if left is not None:
            self.query_one("#ending", Static).update(Content(covered_in(left)))

    def leave_covered(self) -> None:
        """Leave from under the cover, which logs out."""
        self.leave(Go.LOG_OUT)

    @property
    def lost_by_leaving(self) -> str:
        """What is lost where the program is left on this page; nothing on most."""
        return ""

    def time_over(self) -> None:
        """Leave, since the page's own time is over; only pages that have one are asked."""

    def takes(self, event: events.Key) -> bool:
        """Act on a key at once, before the next one is handed on; tell whether this key was one to act on."""
        if event.key == "tab":
            self.focus_next()
        elif event.key == "shift+tab":
            self.focus_previous()
        elif event.key == "f4":
            self.action_menu()
        elif event.key in {"up", "down"}:
            self._walk(event.key)
        elif self._turns(event.key):
            self._show_more(TURNS[event.key])
        elif event.key in {"left", "right"} and isinstance(self.focused, Action) and row_of(self.focused):
            self.focus_next() if event.key == "right" else self.focus_previous()
        else:
            return self._edits(event.key)
        return True

    def _turns(self, key: str) -> bool:
        """Whether the key turns this page, and not a list that stands on it."""
        free = key in TURNS and key not in self._bindings.key_to_bindings
        return free and isinstance(self.focused, (Input, Action, Static))

    def _edits(self, key: str) -> bool:
        """Have a field's own key act in its turn among the letters typed around it.

        By itself it goes up to the app first: of what comes in one packet it would act last.
        """
        field = self.focused
        bindings = field._bindings.key_to_bindings.get(key) if isinstance(field, Input) else None
        if field is None or not bindings:
            return False
        field.call_later(field.run_action, bindings[0].action)
        return True

    def _show_more(self, pages: int) -> None:
        """Turn to what a small window leaves out, where no list turns by itself."""
        for part in self.query(self.TURNED):
            part.scroll_relative(y=pages * max(1, part.size.height - 1), animate=False)

    def action_open(self) -> None:
        """Choose what has the focus."""
        if isinstance(self.focused, Action):
            self.focused.action_choose()

    # Working with the store

    async def ask_as(self, act: "Callable[[Services, SessionToken], T]") -> T:
        """Have the services do something as this console's session."""
        return await self.ask(lambda services: act(services, self.console.token))

    async def ask_proven(self, act: "Callable[[Services, SessionToken], T]") -> T | None:
        """Have it done, after a step-up where one is needed; nothing where the person turned back."""
        try:
            return await self.ask_as(act)
        except StepUpNeeded as error:
            if not await self.console.step_up(error, self.username or ""):
                return None
        return await self.ask_as(act)

    async def ask(self, act: "Callable[[Services], T]") -> T:
        """Have the services do something, off the loop."""
        try:
            return await self.console.ask(act)
        except TwofoldError as error:
            # The page that is shown meanwhile meets its own errors.
            if not self.left and self.is_attached:
                if not isinstance(error, SessionEnded):
                    raise
                self.console.start_over(sentence(error))
            # The story that this page belongs to is over; nothing after this line may run.
            raise asyncio.CancelledError from error

    # Leaving

    def finish(self, result: ScreenResultType) -> None:
        """Hand back the answer and leave, whatever (help, say) lies on top."""
        if self.left or self not in self.app.screen_stack:
            return
        self.left = True
        # Not `pop_until_active`: it pops later, and until then this page would still be on the stack.
        while self.app.screen is not self:
            self.app.pop_screen()
        self.dismiss(result)

    def leave(self, go: Go) -> None:
        """Go elsewhere by the user menu or by Escape."""
        self.finish(cast("ScreenResultType", go))

    # Keys

    def action_help(self) -> None:
        """Open the page that says what this screen is for."""
        if self.app.screen is not self:
            return
        from tui.screens.help import HelpScreen

        hints = self.keys()
        if self.username is not None and MENU not in hints:
            # Where the bottom row has no room for it.
            hints = (*hints, MENU)
        headline = str(self.query_one("#headline", Static).content)
        help_screen = HelpScreen(
            self.console.brand, headline, self.HELP_TEXT, (*hints, *self.console.extra_keys(self))
        )
        self.app.push_screen(self.console.fitted(help_screen))

    def action_escape(self) -> None:
        """Close the topmost thing: the menu, or else the page."""
        if not self.close_menu():
            self.action_back()

    def action_back(self) -> None:
        """Leave the page; a page without a way back stays."""

    # The user menu

    @property
    def menu_is_open(self) -> bool:
        """Whether the user menu lies over the page."""
        return any(menu.display for menu in self.query(UserMenu))

    def action_menu(self) -> None:
        """Open or close the user menu."""
        if self.username is None or self.close_menu():
            return
        self._focused_before_menu = self.focused
        menu = self.query_one(UserMenu)
        menu.display = True
        menu.step(0)

    def close_menu(self) -> bool:
        """Close the menu, and go on where the person was; tell whether it was open."""
        if not self.menu_is_open:
            return False
        self.query_one(UserMenu).display = False
        self.set_focus(self._focused_before_menu)
        return True

    def on_key(self, event: events.Key) -> None:
        """Walk with the arrows that a list let go at its end."""
        if event.key in {"up", "down"}:
            event.stop()
            event.prevent_default()
            self._walk(event.key)

    def _walk(self, key: str) -> None:
        """Walk through the menu where it is open, else through the page."""
        if self.menu_is_open:
            self.query_one(UserMenu).step(1 if key == "down" else -1)
        elif (target := above_or_below(self.focus_chain, self.focused, down=key == "down")) is not None:
            self.set_focus(target)
        elif key == "down":
            self.focus_next()
        else:
            self.focus_previous()

    @on(Action.Chosen, "#user-menu-handle")
    def _open_menu(self) -> None:
        self.action_menu()

    @on(Action.Chosen, "#menu-settings")
    def _go_to_settings(self) -> None:
        self.leave(Go.SETTINGS)

    @on(Action.Chosen, "#menu-log-out")
    def _log_out(self) -> None:
        self.leave(Go.LOG_OUT)
