"""A clock that stands still until a test moves it."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


class FakeClock:
    """Tells the time it was told; sleeping moves it on at once."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._elapsed = timedelta()
        self._lock = threading.Lock()
        self.slept = 0.0

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def elapsed(self) -> timedelta:
        with self._lock:
            return self._elapsed

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept += seconds
            self._go_on(timedelta(seconds=seconds))

    def move(self, by: timedelta | None = None, **parts: float) -> None:
        """Move on (or back), by a timedelta or by its keyword arguments."""
        with self._lock:
            self._go_on(by if by is not None else timedelta(**parts))

    def _go_on(self, by: timedelta) -> None:
        self._now += by
        # Back it goes only where somebody sets it.
        self._elapsed += max(by, timedelta())
