"""How often one may try (design D9; ASVS 6.3.1; SP 800-63B-4 section 3.2.2): every number, in one place.

Passwords are counted by what fails alone. A right one gives its own attempt back and changes nothing else,
for names that exist and names that do not: where people share a source, a row that a log-in ended would
tell whoever tried the name there before that it exists, and that its owner was there. So only time ends a
row: the one of a password is as long as the day that its first failure begins.

What that asks of an owner: four slips a day cost nothing, the fifth waits a minute, the seventh four;
nobody who knows the password meets an hour's lock by slips of their own. It ends with a day that has an
end, not 24 hours after the last failure: somebody who slips once a day would never see it end, and would
wait an hour for each slip. What it allows a guesser: five tries, then the locks; 33 a day for a name at a
source, none more for a log-in in between. A stranger at the same source can keep an owner waiting, an hour
at a time: hence sources as narrow as what is known of the peer (an address, a kiosk's name), and operators,
who lift every lock.

The row of an authenticator or of backup codes is ended by its success: it stands behind the proven
password.
"""

from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5
"""Failures in a row that lock for the first time: four slips of the finger cost nothing."""

MAX_LOCK: Final = timedelta(minutes=60)
"""The longest lock: an hour at a time, 24 tries a day, is all that is left to who guesses on."""

MAX_IN_A_ROW: Final = 100
"""Failures in a row that disable an authenticator or a set until bound anew (SP 800-63B-4 section 3.2.2)."""

MAX_A_DAY: Final = 50
"""Failures a day: binds one who waits for each lock and lets a success in between reset a factor's row."""

DAY: Final = timedelta(days=1)
"""The day of a counter: it begins with a failure. Its end forgets a row of wrong passwords, but no lock."""

SPENT_PER_SESSION: Final = 10
"""Spent codes that one half session forgives (design D4): more is no person waiting for the next code."""

ENROLLMENT_MISSES: Final = 10
"""Wrong codes that end a pending enrollment (design D5)."""

WIDE_WINDOW: Final = timedelta(minutes=10)
"""The span in which the wide caps count failures."""

SOURCE_FAILURES: Final = 50
"""Failures in the window after which a source waits: an office behind one address stays below it."""

STORE_FAILURES: Final = 500
"""Failures in the window after which every source waits: many sources guess at many names."""

WIDE_DELAY: Final = timedelta(seconds=2)
"""How long the wide caps delay each log-in of a source, one after the other: 30 tries a minute are left."""

MOST_WAITING: Final = 8
"""Log-ins of one source that wait for their turn, 16 s at most; one more is told to try again, uncounted."""

HASHES_AT_ONCE: Final = 4
"""Slow hashes that run on a host at a time, each in a process of its own: 256 MiB at most."""

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
