"""What a console does about time by itself: end what is over, and say so before (D11)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from store.errors import SessionEnded, StoreUnusable
from store.rules.sessions import SEEN_EVERY, Limits
from tui.deadlines import Deadlines
from tui.screens.page import Page
from tui.words import sentence

if TYPE_CHECKING:
    from tui.app import TwofoldApp


class Keeper:
    """It waits for no answer of the store: one that is full, held or gone keeps nobody's page open."""

    def __init__(self, app: "TwofoldApp") -> None:
        """Keep the time of one console."""
        self._app = app
        self._deadlines = Deadlines(app.clock, kiosk=app.settings.kiosk)
        self._seen_every = SEEN_EVERY

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

    def key(self) -> None:
        """Note that somebody is at the keys."""
        self._deadlines.key()

    def begin(self, outcome: object) -> None:
        """Note that a session begins with what a log-in came to."""
        from store.services.views import LoggedIn

        self._deadlines.begin(half=not isinstance(outcome, LoggedIn))

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
