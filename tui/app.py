"""The full-screen app: one store, one session, one story."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.screen import Screen

from store.clock import Clock, SystemClock
from store.errors import (
    EndReason,
    SessionEnded,
    StepUpNeeded,
    StoreUnusable,
    TwofoldError,
)
from store.rules import sessions as limits
from store.settings import Settings
from tui import background
from tui.exit_codes import EXIT_CODES
from tui.keeper import Keeper
from tui.locked_down import LockedDownApp
from tui.process import harden_process
from tui.screens.page import Page
from tui.screens.quit import QuitScreen
from tui.source import find_source
from tui.widgets.rows import TopRow
from tui.words import ENDED, sentence

if TYPE_CHECKING:
    from rich.console import RenderableType

    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import Brand
    from tui.screens.log_in import LogInScreen
    from tui.widgets.rows import KeyHint

T = TypeVar("T")


class TwofoldApp(LockedDownApp):
    """The console. Screens ask it for the store and for their session; flows tell the story."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q,f10", "leave", show=False, priority=True)]

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        source: str | None = None,
        services: "Services | None" = None,
    ) -> None:
        """Show the settings' store; the clock, the source and the open store are found unless given."""
        super().__init__(settings)
        self.clock = clock or SystemClock()
        self.source = source or find_source(kiosk=settings.kiosk, kiosk_name=settings.kiosk_name)
        self._token: SessionToken | None = None
        self._turn = asyncio.Lock()
        self._services = services
        self._opening: asyncio.Task[Services] | None = None
        self.last_words: str | None = None
        """What is said on the terminal once the screen is gone."""
        self._seen = False
        self._brand: Brand | None = None
        self.keeper = Keeper(self)
        self.is_first_run = services is None and settings.may_begin
        """Whether the first screen makes the first operator: a look at two paths decides."""

    # The store

    async def services(self) -> "Services":
        """Return the store's use cases, once it is open. It opens in a thread while the person types."""
        if self._services is not None:
            return self._services
        if self._opening is None:
            self._opening = asyncio.create_task(asyncio.to_thread(self._open))
        opening = self._opening
        try:
            self._services = await asyncio.shield(opening)
        except TwofoldError:
            # The next act tries again: the store may have been made, or brought back, since.
            if self._opening is opening:
                self._opening = None
            raise
        return self._services

    def _open(self) -> "Services":
        from store.services.bundle import open_services

        # Asked again: since this console began, a store or a key may have come, or gone.
        if not self.settings.has_store and not self.settings.may_begin:
            raise StoreUnusable(self._why_none())
        return open_services(self.settings, self.clock)

    @property
    def without_store(self) -> bool:
        """Whether there is no store yet, and a mere visit makes none."""
        return self._services is None and not self.settings.has_store

    def _why_none(self) -> str:
        return "lost" if self.settings.has_keys else "not made"

    async def ask(self, act: "Callable[[Services], T]") -> T:
        """Have the services do something in a thread, one act of this console at a time.

        Where the act hands out a token, it is this console's session from then on: acts take turns, so
        that none of them calls with a token that was just renewed.
        """
        services = await self.services()
        async with self._turn:
            result = await asyncio.to_thread(act, services)
            from store.services.principals import SessionToken

            # A bare token too has an attribute `token`: its text.
            token = result if isinstance(result, SessionToken) else getattr(result, "token", None)
            if isinstance(token, SessionToken):
                if self._token is None or self.keeper.half:
                    self.keeper.begin(result)
                self._token = token
            return result

    @property
    def token(self) -> "SessionToken":
        """The token of this console's session; SessionEnded where there is none."""
        if self._token is None:
            raise SessionEnded(EndReason.LOGGED_OUT)
        return self._token

    @property
    def has_session(self) -> bool:
        """Whether anybody has begun to log in here."""
        return self._token is not None

    def blank(self, reason: EndReason) -> None:
        """Take the session off the screen at once, and tell the store where it can be told."""
        token = self._token
        self.start_over(ENDED[reason])
        if token is not None:
            background.run(self, partial(self._tell_of_end, token, reason), group="ending")

    async def _tell_of_end(self, token: "SessionToken", reason: EndReason) -> None:
        # Not in its turn, which an act that hangs may hold. Where it fails, the session expires by itself.
        with suppress(TwofoldError):
            services = await self.services()
            await asyncio.to_thread(services.sessions.end, token, reason)

    async def end_session(self, reason: EndReason = EndReason.LOGGED_OUT) -> None:
        """End the session in the store and forget its token."""
        if self._token is None:
            return
        # Where that fails it has ended already, or the store is gone and it will expire by itself.
        with suppress(TwofoldError):
            await self.ask(lambda services: services.sessions.end(self.token, reason))
        self._token = None

    # What the policy says of every screen

    async def learn_brand(self) -> None:
        """Ask the store how this console is called, once it is open, and show that."""
        if self._services is None:
            return
        self._brand = await asyncio.to_thread(self._services.policy.brand)
        self.keeper.limits = self._brand.limits
        for screen in self.screen_stack:
            for row in screen.query(TopRow):
                row.rename(self.brand)

    def ask_brand(self) -> None:
        """Learn it behind the screen: a store that does not answer keeps nobody from the front door."""
        background.run(self, self._ask_brand, group="opening")

    async def _ask_brand(self) -> None:
        # Whoever logs in meets the fault, and is told.
        with suppress(TwofoldError):
            await self.learn_brand()

    @property
    def brand(self) -> str:
        """What stands at the top left."""
        return self._brand.name if self._brand is not None else self.settings.issuer

    @property
    def issuer(self) -> str:
        """What authenticator apps call the accounts of this console."""
        return self._brand.issuer if self._brand is not None else self.settings.issuer

    @property
    def was_renamed(self) -> bool:
        """Whether apps may know it by an older name."""
        return self._brand is not None and self._brand.renamed

    @property
    def limits(self) -> limits.Limits:
        """How long sessions last, as far as the store has said so."""
        return self.keeper.limits

    # The story

    async def on_mount(self) -> None:
        """Show the first screen; its first frame opens the store, where there is one."""
        waits = self.without_store and not self.is_first_run
        self.start_over(sentence(StoreUnusable(self._why_none())) if waits else None)
        self.set_interval(1, self._tick)

    async def _watch_opening(self) -> None:
        harden_process()
        if self.without_store:
            # A visit makes none: the first operator's own button does, or the host's shell.
            return
        try:
            services = await self.services()
            await self.learn_brand()
            fresh = await asyncio.to_thread(services.accounts.is_fresh)
        except tuple(EXIT_CODES) as error:
            code = EXIT_CODES[type(error)]
            self.last_words = sentence(error)
            self.exit(code, return_code=code)
        else:
            if fresh:
                self.start_over(sentence(StoreUnusable("not made")))

    def start_over(self, notice: str | None) -> None:
        """Begin the story again at its first screen; whatever was open is closed, its secrets gone."""
        self._token = None
        for screen in self.screen_stack:
            if isinstance(screen, Page):
                screen.left = True
        background.run(self, partial(self._again, notice), group="story", exclusive=True)

    async def _again(self, notice: str | None) -> None:
        from tui.flows import tell

        # All at once: what lies under a cover must not come into sight on the way.
        gone = [self.pop_screen() for _ in self.screen_stack[1:]]
        for each in gone:
            # Shielded: a story that is cancelled would take the removal, and the app's own loop, with it.
            await asyncio.shield(each)
        await tell(self, notice)

    async def show(self, page: Page[T]) -> T:
        """Show a screen and return its answer."""
        # As push_screen_wait, which first removes the page before, or parts of it would stay; but shielded.
        await asyncio.shield(self._flush_next_callbacks())
        return await asyncio.shield(self.push_screen(self.fitted(page), wait_for_dismiss=True))

    def log_in_screen(self, notice: str | None) -> "LogInScreen":
        """Return the front door; the demo hangs its sheet on it."""
        from tui.screens.log_in import LogInScreen

        return LogInScreen(notice)

    def saving_place(self) -> tuple[Path, str] | None:
        """Return the folder for what a person saves, and what is said of it; none where nothing is."""
        if not self.settings.may_save:
            return None
        return Path.home(), "in your home folder, readable by you only"

    def extra_keys(self, screen: "Screen[Any]") -> "tuple[KeyHint, ...]":  # noqa: ARG002 - for the demo
        """Return the keys that every bottom row ends with: none, but for the demo's phone."""
        return ()

    async def step_up(self, needed: StepUpNeeded, username: str) -> bool:
        """Ask for a fresh proof on top of the present screen; tell whether it was given."""
        from tui.flows import step_up

        return await step_up(self, needed, username)

    # Time

    async def _tick(self) -> None:
        if self.keeper.end_what_is_over():
            return
        self.keeper.cover_what_is_due()
        page = self.page
        # Over SSH an idle screen sends nothing: only so does the server notice that the peer is gone.
        if (
            page is not None
            and page.stands
            and not (self.settings.over_ssh and self.idle > limits.SEEN_EVERY)
        ):
            page.tick()
        self.keeper.warn()
        if self.has_session and not self._turn.locked():
            background.run(self, self.keeper.check, group="session", exclusive=True)

    @property
    def idle(self) -> timedelta:
        """How long no key was pressed."""
        return self.keeper.idle

    @property
    def page(self) -> Page[object] | None:
        """The screen that asks, under whatever help lies on it."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, Page):
                return screen
        return None

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Drop what the present screen must not have: keys typed too early, or while it works."""
        if isinstance(event, (events.InputEvent, events.Paste)) and not event.is_forwarded:
            # A machine that slept wakes to a key before it does to a tick.
            if self.keeper.end_what_is_over() or self.keeper.cover_what_is_due():
                return
            if not isinstance(event, events.MouseMove):
                self.keeper.key()
            if len(self.screen_stack) == 1:
                # Between two pages: it would bubble up from nothing, and open what the next one has in focus.
                return
            page = self.screen
            if isinstance(page, Page) and not page.accepts(event):
                return
            if isinstance(page, Page) and isinstance(event, events.Key) and page.takes(event):
                return
        elif isinstance(event, events.Key) and isinstance(self.screen, Page) and not self.screen.drawn:
            # It bubbled up from a page that has left: the bindings asked next are those of the page after it.
            return
        await super().on_event(event)

    def _display(self, screen: Screen[Any], renderable: "RenderableType | None") -> None:
        # No public event tells of the first frame, and any later moment would drop keys typed on sight of it.
        if isinstance(screen, Page) and not screen.drawn and renderable is not None:
            screen.now_drawn()
            if not self._seen:
                self._seen = True
                # Not before: loading the store's library would take half of the processor from the frame.
                self.call_later(background.run, self, self._watch_opening, group="opening")
        super()._display(screen, renderable)

    async def action_leave(self) -> None:
        """Quit, but not in a kiosk: behind it there is nothing to go to. Who is logged in is asked first."""
        page = self.page
        if self.settings.kiosk or isinstance(page, QuitScreen):
            return
        lost = page.lost_by_leaving if page is not None else ""
        if self.has_session and (lost or not self.keeper.half):
            await self.push_screen(self.fitted(QuitScreen(lost)))
        else:
            await self.quit()

    async def quit(self) -> None:
        """End the session and the program; a kiosk goes on, whatever page asked."""
        if self.settings.kiosk:
            return
        await self.end_session()
        self.exit(0)

    async def hang_up(self) -> None:
        """End everything, because the terminal is gone or this process is to end."""
        await self.end_session(EndReason.HANGUP)
        self.exit(1, return_code=1)

    def bury(self) -> None:
        """After a crash: end the session in the store and record what is known. The loop has ended."""
        if self._services is None or self.crash is None:
            return
        from store.services.principals import Visitor

        with suppress(TwofoldError):
            self._services.sessions.record_crash(Visitor(self.source), self.crash)
            if self._token is not None:
                self._services.sessions.end(self._token, EndReason.CRASHED)
