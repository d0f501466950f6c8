"""What a console does about time by itself: end what is over, and say so before (D11)."""

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.screen import Screen

from store.errors import SessionEnded, StoreUnusable, TwofoldError
from store.rules.sessions import KIOSK_WARNING, SEEN_EVERY, Limits
from tui import background
from tui.deadlines import Deadlines
from tui.screens.covered import CoveredScreen
from tui.screens.page import Page
from tui.words import sentence

if TYPE_CHECKING:
    from store.services.views import Uncovering
    from tui.app import TwofoldApp


class Keeper:
    """It waits for no answer of the store: one that is full, held or gone keeps nobody's page open."""

    def __init__(self, app: "TwofoldApp") -> None:
        """Keep the time of one console."""
        self._app = app
        self._deadlines = Deadlines(app.clock, kiosk=app.settings.kiosk)
        self._seen_every = SEEN_EVERY
        self._uncovering: Uncovering | None = None
        self.covered = False
        """Whether a page of this session is covered now."""
        self.was_covered = False
        """Whether one ever was: then the session does nothing but finish or leave, and leaving logs out."""

    @property
    def limits(self) -> Limits:
        """How long sessions last, as the store said last."""
        return self._deadlines.limits

    @limits.setter
    def limits(self, value: Limits) -> None:
        self._deadlines.limits = value

    @property
    def idle(self) -> timedelta:
        """How long no key was pressed."""
        return self._deadlines.idle

    @property
    def half(self) -> bool:
        """Whether the session is half a log-in, as far as is known here."""
        return self._deadlines.half

    def key(self) -> None:
        """Note that somebody is at the keys."""
        self._deadlines.key()

    def begin(self, outcome: object) -> None:
        """Note that a session begins with what a log-in came to."""
        from store.services.views import LoggedIn

        self._deadlines.begin(half=not isinstance(outcome, LoggedIn))
        self._uncovering = None
        self.covered = self.was_covered = False

    # The end

    @property
    def _held(self) -> Page[object] | None:
        """The page that has a time of its own, under whatever lies on it."""
        pages = (each for each in reversed(self._app.screen_stack) if isinstance(each, Page))
        return next((page for page in pages if page.ends_at is not None and not page.left), None)

    def end_what_is_over(self) -> bool:
        """End the session, or the page with a time of its own, where it is over; tell whether it was."""
        if not self._app.has_session:
            return False
        held = self._held
        if held is None or held.ends_at is None:
            return self._ended(None)
        if held.ends_at > self._app.clock.elapsed():
            return self._ended(held.ends_at)
        if not self._ended(None):
            held.time_over()
        return True

    def _ended(self, held_until: timedelta | None) -> bool:
        left, reason = self._deadlines.left(held_until)
        over = left <= timedelta()
        if over:
            self._app.blank(reason)
        return over

    def warn(self) -> None:
        """Have the page say how near the end is."""
        page = self._app.page
        if self._app.has_session and page is not None and page.stands:
            held = self._held
            page.warn_of_end(self._deadlines.left(held.ends_at if held else None)[0])
            self._warn_of_cover()

        if page is not None and page.stands:
            page.left_alone(self.idle)

    # Covering

    def _due_to_cover(self) -> tuple[Page[object], timedelta] | None:
        """Return the page of secrets that a kiosk shows, and how much longer it does without a key."""
        app = self._app
        page = next((each for each in reversed(app.screen_stack) if _shows_secrets(each)), None)
        if not app.settings.kiosk or not app.has_session or not isinstance(page, Page):
            return None
        if isinstance(app.page, CoveredScreen) or page.IN_SIGHT is None or page.left or not page.stands:
            return None
        left = max(page.IN_SIGHT, self.limits.kiosk_cover) - self.idle
        # One that comes up while the page before it is covered, as what a slow store answered does.
        return page, timedelta() if self.covered else left

    def _warn_of_cover(self) -> None:
        """Have a page of secrets say how soon it is covered."""
        due = self._due_to_cover()
        if due is not None:
            page, left = due
            page.warn_of_cover(left if left <= KIOSK_WARNING else None)

    def cover_what_is_due(self) -> bool:
        """Cover a page of secrets that nobody is at, in a kiosk; tell whether that was now."""
        due = self._due_to_cover()
        if due is None or due[1] > timedelta():
            return False
        page, app = due[0], self._app
        self.covered = self.was_covered = True
        page.warn_of_cover(None)
        page.add_class("covered")
        app.push_screen(app.fitted(CoveredScreen(page, self._uncovering)))
        background.run(app, self._tell_of_cover, group="covering")
        return True

    def uncovered(self) -> None:
        """Note that who began the session has come back."""
        self.covered = False

    async def _tell_of_cover(self) -> None:
        # Where the store does not hear of it, it does with the first try to uncover the page.
        with suppress(TwofoldError):
            await self._app.ask(lambda services: services.covering.cover(self._app.token))

    # The store

    async def check(self) -> None:
        """Ask the store whether the session lives, and tell it of the last key."""
        app, asked_at, idle = self._app, self._app.clock.elapsed(), self.idle
        active = idle < self._seen_every
        try:
            state = await app.ask(
                lambda services: services.sessions.check(app.token, active=active, idle=idle)
            )
        except SessionEnded as error:
            if app.has_session:
                app.start_over(sentence(error))
        except StoreUnusable:
            # The next act says so; a tick has nobody to tell, and the deadlines hold without an answer.
            return
        else:
            self._seen_every = state.seen_every
            self._deadlines.learn(state, asked_at)
            self._uncovering = state.uncovering


def _shows_secrets(screen: Screen[object]) -> bool:
    return isinstance(screen, Page) and screen.IN_SIGHT is not None
