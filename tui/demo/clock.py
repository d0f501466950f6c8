"""A clock that can be moved to the next code, so that nobody waits on stage."""

from datetime import UTC, datetime, timedelta

from store.clock import Clock, SystemClock
from store.rules.totp import STEP_SECONDS, step_at


class DemoClock:
    """The machine's clock, and how far the demo is ahead of it. Console and phone share it."""

    def __init__(self, base: Clock | None = None) -> None:
        """Begin with the base's time, this machine's unless given."""
        self._base = base or SystemClock()
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the demo's present moment in UTC."""
        return self._base.now() + self._ahead

    def elapsed(self) -> timedelta:
        """Return how long it is since some moment, what the demo skipped included."""
        return self._base.elapsed() + self._ahead

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        self._base.sleep(seconds)

    def to_next_step(self) -> None:
        """Move on to the very moment at which the next code begins."""
        now = self.now()
        begins = datetime.fromtimestamp((step_at(now) + 1) * STEP_SECONDS, UTC)
        self._ahead += begins - now
