"""Counting of attempts (design D9): reserved and committed before anything is verified."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from store.columns import Moment
from store.errors import Locked, StoreUnusable, TooBusy, TooLittleMemory
from store.models import Throttle
from store.rules import throttling as limits
from store.services.core import Core
from store.services.unit import Unit

KEPT = ("failures", "lock_start", "lock_length", "refusal_recorded", "window_start", "window_failures")
"""What an attempt changes."""


@dataclass(frozen=True)
class Counter:
    """One row of failures in a row: a factor, whose it is, and from where."""

    factor: str
    """password, authenticator, backup code or reset code."""
    subject: bytes
    source: str = ""
    account_id: int | None = field(default=None, compare=False)
    """Whose attempts they are, where that is anybody's account."""


Stored = Mapping[str, Any]
"""What a counter's row says, by its columns."""


@dataclass(frozen=True)
class Reservation:
    """An attempt that is counted as a failure until it turns out not to be one."""

    counter: Counter
    failures: int
    """Failures in a row, this attempt included."""
    window_start: datetime
    before: Stored | None
    """What the counter's row said before this attempt; none where it had none."""


def bound(factor: str, row_id: int | None, account_id: int | None = None) -> Counter:
    """Return the counter of a factor that is a row of its own: authenticator, backup set, reset code."""
    return Counter(factor, str(row_id).encode(), account_id=account_id)


def reserve(unit: Unit, counter: Counter) -> Reservation | Locked:
    """Count one attempt, or say how long the lock still lasts; then nothing may be verified.

    Thirty attempts at once get five reservations: the fifth takes the lock with it.
    """
    before = make_row(unit, counter, limits.DAY)
    now = literal(unit.now, Moment())
    # A clock that went back must not open a lock early or keep it for ever: it begins again from now.
    unit.session.exec(
        update(Throttle)
        .where(is_row(counter), col(Throttle.lock_start).is_not(None), col(Throttle.lock_start) > now)
        .values(lock_start=unit.now)
    )
    open_now = or_(
        col(Throttle.lock_start).is_(None), col(Throttle.lock_start) + col(Throttle.lock_length) <= now
    )
    counted = unit.session.exec(
        update(Throttle)
        .where(is_row(counter), open_now)
        .values(
            failures=Throttle.failures + 1,
            lock_start=None,
            lock_length=timedelta(),
            window_failures=Throttle.window_failures + 1,
            account_id=counter.account_id,
        )
        .returning(col(Throttle.failures), col(Throttle.window_failures), col(Throttle.window_start))
    ).first()
    if counted is None:
        row = unit.session.exec(select(Throttle).where(is_row(counter))).one()
        return Locked(limits.remaining(row.lock_start, row.lock_length, unit.now))
    failures, today, day_start = counted
    length = limits.lock_length(failures)
    if today >= limits.MAX_A_DAY:
        length = max(length, day_start + limits.DAY - unit.now)
    if length > timedelta():
        unit.session.exec(
            update(Throttle)
            .where(is_row(counter))
            .values(lock_start=unit.now, lock_length=length, refusal_recorded=0)
        )
    return Reservation(counter, failures, day_start, before)


def take(unit: Unit, counter: Counter, record: Callable[[str], object]) -> Reservation:
    """Reserve an attempt; where the counter is locked, refuse with Locked and `record` why.

    Each lock is recorded once, however often it is run into: else a stranger fills the log by trying on,
    without a password and at no cost.
    """
    reservation = reserve(unit, counter)
    if isinstance(reservation, Locked):
        first = update(Throttle).where(is_row(counter), col(Throttle.refusal_recorded) == 0)
        if unit.session.exec(first.values(refusal_recorded=1).returning(col(Throttle.factor))).first():
            record("locked")
        unit.refuse(reservation)
    return reservation


@contextmanager
def checking(core: Core, reservation: Reservation) -> Iterator[None]:
    """Check what was reserved; the attempt is given back where the machine cannot.

    Where it cannot be given back either, it stays counted, and what came first is what is raised.
    """
    try:
        yield
    except (StoreUnusable, TooBusy, TooLittleMemory):
        with suppress(StoreUnusable), core.unit() as unit:
            undo(unit, reservation)
        raise


def undo(unit: Unit, reservation: Reservation) -> None:
    """Leave the counter as if this attempt had not been made.

    So a right password leaves no trace in what others at its source are told. Where another attempt was
    counted meanwhile, that one stays and this one alone is taken off.
    """
    counter, before = reservation.counter, reservation.before
    untouched = and_(
        is_row(counter),
        col(Throttle.failures) == reservation.failures,
        col(Throttle.window_start) == reservation.window_start,
    )
    undone = (
        update(Throttle).where(untouched).values(**before)
        if before is not None
        else delete(Throttle).where(untouched)
    )
    if unit.session.exec(undone.returning(col(Throttle.factor))).first() is None:
        give_back(unit, reservation)
        at_rest = and_(col(Throttle.failures) == 0, col(Throttle.window_failures) == 0)
        unit.session.exec(delete(Throttle).where(is_row(counter), at_rest))


def give_back(unit: Unit, reservation: Reservation) -> None:
    """Undo a reservation: the attempt turned out to be no failure and no success (D4).

    A lock goes with the attempt that took it, or, where several are given back in another order than they
    were reserved in, once there are too few left for one.
    """
    undone = or_(
        col(Throttle.failures) == reservation.failures,
        and_(
            col(Throttle.failures) <= limits.FREE_FAILURES,
            col(Throttle.window_failures) <= limits.MAX_A_DAY,
        ),
    )
    unit.session.exec(
        update(Throttle)
        .where(is_row(reservation.counter), undone)
        .values(lock_start=None, lock_length=timedelta())
    )
    _take(unit, reservation.counter, case((col(Throttle.failures) > 0, Throttle.failures - 1), else_=0))


def succeed(unit: Unit, reservation: Reservation) -> None:
    """Reset the failures in a row of this factor, and of no other (NIST 800-63B-4 section 3.2.2).

    For what stands behind the proven password; a right password itself is undone (`rules/throttling.py`).
    """
    unit.session.exec(
        update(Throttle).where(is_row(reservation.counter)).values(lock_start=None, lock_length=timedelta())
    )
    _take(unit, reservation.counter, literal(0))


def lift(unit: Unit, counter: Counter) -> None:
    """Forget the counter: an operator lifted the lock, or what it counted for is gone."""
    unit.session.exec(delete(Throttle).where(is_row(counter)))


def lift_everywhere(unit: Unit, factor: str, subject: bytes) -> int:
    """Forget the counters of all sources; return how many there were."""
    rows = delete(Throttle).where(col(Throttle.factor) == factor, col(Throttle.subject) == subject)
    return len(unit.session.exec(rows.returning(col(Throttle.source))).all())


def waits(unit: Unit, factor: str, subjects: Iterable[bytes]) -> dict[bytes, timedelta]:
    """Return how long each of these is still locked, over all sources at most; what is open is left out."""
    locked = select(Throttle).where(
        Throttle.factor == factor, col(Throttle.subject).in_(subjects), col(Throttle.lock_start).is_not(None)
    )
    found: dict[bytes, timedelta] = {}
    for row in unit.session.exec(locked):
        left = limits.remaining(row.lock_start, row.lock_length, unit.now)
        if left > found.get(row.subject, timedelta()):
            found[row.subject] = left
    return found


def locked_accounts(unit: Unit, most: int) -> tuple[Select[Any], bool]:
    """Return the query for whom so many of the latest locks lock now, and whether there may be more locks."""
    now = literal(unit.now, Moment())
    # No lock is longer than a day; one that began in the future lasts, since the clock went back.
    lately = col(Throttle.lock_start) > literal(unit.now - limits.DAY, Moment())
    locks = (
        sqlalchemy.select(col(Throttle.account_id), col(Throttle.lock_start), col(Throttle.lock_length))
        .where(lately, col(Throttle.account_id).is_not(None))
        .order_by(col(Throttle.lock_start).desc())
        .limit(most)
        .subquery()
    )
    number = unit.session.scalar(sqlalchemy.select(func.count()).select_from(locks))
    still = locks.c.lock_start + locks.c.lock_length > now
    return sqlalchemy.select(locks.c.account_id).where(still), number == most


def is_row(counter: Counter) -> ColumnElement[bool]:
    """Return the condition of this counter's row."""
    return and_(
        col(Throttle.factor) == counter.factor,
        col(Throttle.subject) == counter.subject,
        col(Throttle.source) == counter.source,
    )


def make_row(unit: Unit, counter: Counter, window: timedelta) -> Stored | None:
    """See that the counter has its row, in the present window; return what the row said before."""
    kept: Select[Any] = select(*(getattr(Throttle, name) for name in KEPT))
    before = unit.session.connection().execute(kept.where(is_row(counter))).first()
    if before is None:
        row = Throttle(
            factor=counter.factor, subject=counter.subject, source=counter.source, window_start=unit.now
        )
        try:
            with unit.session.begin_nested():
                unit.session.add(row)
        except IntegrityError:
            pass  # Another process made it between the two statements, where the database lets it.
    start = col(Throttle.window_start)
    past = start <= literal(unit.now - window, Moment())
    # Where the clock went back the window begins again, but what it counted stays: no clock forgives.
    ahead = start > literal(unit.now, Moment())
    flood_ends = past if counter.factor == "source" else false()
    # A row of wrong passwords lasts as long as its day; every other one lasts until a success.
    row_ends = past if counter.factor == "password" else false()
    unit.session.exec(
        update(Throttle)
        .where(is_row(counter), or_(past, ahead))
        .values(
            window_start=unit.now,
            window_failures=case((past, 0), else_=Throttle.window_failures),
            failures=case((row_ends, 0), else_=Throttle.failures),
            refusal_recorded=case((flood_ends, 0), else_=Throttle.refusal_recorded),
        )
    )
    return None if before is None else dict(zip(KEPT, before, strict=True))


def _take(unit: Unit, counter: Counter, failures: ColumnElement[int]) -> None:
    today = case((col(Throttle.window_failures) > 0, Throttle.window_failures - 1), else_=0)
    unit.session.exec(
        update(Throttle).where(is_row(counter)).values(failures=failures, window_failures=today)
    )
