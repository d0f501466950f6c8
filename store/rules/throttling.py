"""How often one may try (design D9; ASVS 6.3.1; SP 800-63B-4 section 3.2.2): every number, in one place."""

from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5
"""Failures in a row that lock for the first time: four slips of the finger cost nothing."""

MAX_LOCK: Final = timedelta(minutes=60)
"""The longest lock. An hour caps a guesser at 24 tries a day, and the owner never waits longer."""

MAX_IN_A_ROW: Final = 100
"""Failures in a row that disable an authenticator or a set until bound anew (SP 800-63B-4 section 3.2.2)."""

MAX_A_DAY: Final = 50
"""Failures a day: binds one who waits for each lock and lets a success in between reset the row."""

KNOWN_SOURCE_DAYS: Final = 90
"""Days for which a source where this account logged in is counted apart: a stranger's failures elsewhere
can't keep the owner out (ASVS 6.1.1)."""

SPENT_PER_SESSION: Final = 10
"""Spent codes that one half session forgives (design D4): more is no person waiting for the next code."""

ENROLLMENT_MISSES: Final = 10
"""Wrong codes that end a pending enrollment (design D5)."""

WIDE_WINDOW: Final = timedelta(minutes=10)
"""The span in which the wide caps count failures."""

SOURCE_FAILURES: Final = 50
"""Failures in the window after which a source waits: an office behind one address stays below it."""

STORE_FAILURES: Final = 500
"""Failures in the window after which every unknown source waits: many sources guess at many names."""

WIDE_DELAY: Final = timedelta(seconds=2)
"""How long the wide caps delay: they slow a guesser down and, never refusing, shut nobody out."""

SHORTEST_OPERATORS_LOCK: Final = timedelta(minutes=1)
LONGEST_OPERATORS_LOCK: Final = timedelta(days=30)
"""How long an operator may lock an account: who is to stay out for longer is disabled."""

_MINUTE: Final = timedelta(minutes=1)


def lock_length(failures: int) -> timedelta:
    """Return for how long that many failures in a row lock: zero below five, then 1, 2, 4 ... 60 minutes."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    # The exponent is cut before it is used: a huge count must neither overflow nor take memory.
    doublings = min(failures - FREE_FAILURES, int(MAX_LOCK / _MINUTE).bit_length())
    return min(_MINUTE * (1 << doublings), MAX_LOCK)


def remaining(start: datetime | None, length: timedelta, now: datetime) -> timedelta:
    """Return how much longer a lock lasts; zero when it is open.

    Where `now` lies before `start` this machine's clock went back: the whole length is left, and the
    caller stores `now` as the new start, or the lock would last until the old time comes round again.

    Args:
        start: when the lock began, None when there is none.
        length: its whole length.
        now: this moment.

    """
    if start is None:
        return timedelta(0)
    if now < start:
        return length
    return max(length - (now - start), timedelta(0))
