"""When a session is over at this console, by its own clock and under the limits that it read last (D11)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from store.clock import Clock
from store.errors import EndReason
from store.rules import sessions as limits

if TYPE_CHECKING:
    from store.services.views import SessionState


class Deadlines:
    """Every moment here is one of `Clock.elapsed`, which counts sleep and which nobody can set."""

    def __init__(self, clock: Clock, *, kiosk: bool) -> None:
        """Begin with nobody logged in."""
        self.limits = limits.AS_DESIGNED
        self.half = False
        """Whether the session is one whose second factor is still to come."""
        self._clock = clock
        self._kiosk = kiosk
        self._last_key = clock.elapsed()
        self._latest = self._last_key

    def key(self) -> None:
        """Note that somebody is at the keys."""
        self._last_key = self._clock.elapsed()

    @property
    def idle(self) -> timedelta:
        """How long no key was pressed."""
        return self._clock.elapsed() - self._last_key

    def begin(self, *, half: bool) -> None:
        """A session begins here; what the store says of it comes with its first answer."""
        self.half = half
        self._latest = self._clock.elapsed() + (limits.HALF if half else self.limits.absolute)

    def learn(self, state: "SessionState", asked_at: timedelta) -> None:
        """Take what the store said of the session, `asked_at` that moment or later."""
        self.limits = state.limits
        self.half = state.half
        self._latest = asked_at + state.longest

    def left(self, held_until: timedelta | None) -> tuple[timedelta, EndReason]:
        """Return how much longer the session lives without a key, and why it ends then.

        While a page has a time of its own, that stands for the idle limit and for the half one.
        """
        now = self._clock.elapsed()
        idle = self.limits.kiosk_idle if self._kiosk else self.limits.idle
        if held_until is not None:
            idle_end = held_until
        elif self.half and not self._kiosk:
            idle_end = self._latest
        else:
            idle_end = self._last_key + idle
        if self._latest <= idle_end:
            return self._latest - now, EndReason.EXPIRED
        return idle_end - now, EndReason.IDLE
