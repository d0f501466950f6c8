"""How attempts are counted (design D9), in plain Python: the numbers stand here a second time on purpose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

NOTHING = timedelta()
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass
class Window:
    """Failures in a span of time."""

    span: timedelta
    start: datetime
    count: int = 0
    told: bool = False
    """Whether the log says that somebody was told to try again."""

    def turn(self, now: datetime) -> bool:
        """Begin anew once the span is over, and say so; where the clock went back, only the span begins anew."""
        over = now - self.start >= self.span
        if over:
            self.start, self.count, self.told = now, 0, False
        self.start = min(self.start, now)
        return over


class Counter:
    """Failures in a row of one factor, in one place."""

    def __init__(self, now: datetime, *, a_day: bool = False) -> None:
        self.a_day = a_day
        """Whether its row ends with its day, and with nothing else."""
        self.failures = 0
        self.day = Window(DAY, now)
        self.locked_at: datetime | None = None
        self.locked_for = NOTHING
        self.told = False
        """Whether the log says that the present lock refused somebody."""
        self._before: tuple[int, datetime, int, datetime | None, timedelta, bool]

    def attempt(self, now: datetime) -> timedelta:
        """Count an attempt as a failure until it is none; where that is locked, say for how long still."""
        self._before = (
            self.failures,
            self.day.start,
            self.day.count,
            self.locked_at,
            self.locked_for,
            self.told,
        )
        if self.day.turn(now) and self.a_day:
            self.failures = 0
        if self.locked_at is not None:
            self.locked_at = min(self.locked_at, now)
            if self.locked_at + self.locked_for > now:
                return self.locked_at + self.locked_for - now
        self._unlock()
        self.failures += 1
        self.day.count += 1
        length = min(2 ** (self.failures - 5), 60) * MINUTE if self.failures >= 5 else NOTHING
        if self.day.count >= 50:
            length = max(length, self.day.start + DAY - now)
        if length:
            self.locked_at, self.locked_for, self.told = now, length, False
        return NOTHING

    def wait(self, now: datetime) -> timedelta:
        """Return for how long it is locked, which a look does not change."""
        if self.locked_at is None:
            return NOTHING
        return max(NOTHING, min(self.locked_at, now) + self.locked_for - now)

    def give_back(self) -> None:
        """Undo the attempt just made: it was no failure and no success."""
        self._unlock()
        self.failures -= 1
        self.day.count -= 1

    def undo(self) -> None:
        """Be what it was before the attempt just made."""
        self.failures, self.day.start, self.day.count, self.locked_at, self.locked_for, self.told = (
            self._before
        )

    def succeed(self) -> None:
        """End the row; the day remembers all failures but this attempt."""
        self._unlock()
        self.failures = 0
        self.day.count -= 1

    def _unlock(self) -> None:
        self.locked_at, self.locked_for = None, NOTHING
