"""The only place that reads the time."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

# Linux stops its monotonic clock while the machine sleeps; where there is no other, it goes on.
_COUNTS_SLEEP = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Clock(Protocol):
    """Tells the time, aware and in UTC, and how much of it has gone by; and waits."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        ...

    def elapsed(self) -> timedelta:
        """Return how long it is since some moment: it counts while the machine sleeps, and nobody sets it."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def elapsed(self) -> timedelta:
        """Return how long it is since this machine was started."""
        return timedelta(seconds=time.clock_gettime(_COUNTS_SLEEP))

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds."""
        time.sleep(seconds)
