"""Counting of attempts (design D9): reserved and committed before anything is verified."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from store.columns import Moment
from store.errors import Locked, TooLittleMemory
from store.models import Throttle
from store.rules import throttling as limits
from store.services.core import Core
from store.services.unit import Unit

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Counter:
    """One row of failures in a row: a factor, whose it is, and from where."""

    factor: str
    """password, authenticator, backup code or reset code."""
    subject: bytes
    source: str = ""
    account_id: int | None = field(default=None, compare=False)
    """Whose attempts they are, where that is anybody's account."""


@dataclass(frozen=True)
class Reservation:
    """An attempt that is counted as a failure until it turns out not to be one."""

    counter: Counter
    failures: int
    """Failures in a row, this attempt included."""


def bound(factor: str, row_id: int | None, account_id: int | None = None) -> Counter:
    """Return the counter of a factor that is a row of its own: authenticator, backup set, reset code."""
    return Counter(factor, str(row_id).encode(), account_id=account_id)


def reserve(unit: Unit, counter: Counter) -> Reservation | Locked:
    """Count one attempt, or say how long the lock still lasts; then nothing may be verified.

    Thirty attempts at once get five reservations: the fifth takes the lock with it.
    """
    _make_row(unit, counter, DAY)
    now = literal(unit.now, Moment())
    # A clock that went back must not open a lock early or keep it for ever: it begins again from now.
    unit.session.exec(
        update(Throttle)
        .where(_is(counter), col(Throttle.lock_start).is_not(None), col(Throttle.lock_start) > now)
        .values(lock_start=unit.now)
    )
    open_now = or_(
        col(Throttle.lock_start).is_(None), col(Throttle.lock_start) + col(Throttle.lock_length) <= now
    )
    counted = unit.session.exec(
        update(Throttle)
        .where(_is(counter), open_now)
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
        row = unit.session.exec(select(Throttle).where(_is(counter))).one()
        return Locked(limits.remaining(row.lock_start, row.lock_length, unit.now))
    failures, today, day_start = counted
    length = limits.lock_length(failures)
    if today >= limits.MAX_A_DAY:
        length = max(length, day_start + DAY - unit.now)
    if length > timedelta():
        unit.session.exec(
            update(Throttle)
            .where(_is(counter))
            .values(lock_start=unit.now, lock_length=length, refusal_recorded=0)
        )
    return Reservation(counter, failures)


def take(unit: Unit, counter: Counter, record: Callable[[str], object]) -> Reservation:
    """Reserve an attempt; where the counter is locked, refuse with Locked and `record` why.

    Each lock is recorded once, however often it is run into: else a stranger fills the log by trying on,
    without a password and at no cost.
    """
    reservation = reserve(unit, counter)
    if isinstance(reservation, Locked):
        first = update(Throttle).where(_is(counter), col(Throttle.refusal_recorded) == 0)
        if unit.session.exec(first.values(refusal_recorded=1).returning(col(Throttle.factor))).first():
            record("locked")
        unit.refuse(reservation)
    return reservation


@contextmanager
def checking(core: Core, reservation: Reservation) -> Iterator[None]:
    """Check what was reserved; the attempt is given back where the machine cannot."""
    try:
        yield
    except TooLittleMemory:
        with core.unit() as unit:
            give_back(unit, reservation)
        raise


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
        .where(_is(reservation.counter), undone)
        .values(lock_start=None, lock_length=timedelta())
    )
    _take(unit, reservation.counter, case((col(Throttle.failures) > 0, Throttle.failures - 1), else_=0))


def succeed(unit: Unit, reservation: Reservation) -> None:
    """Reset the failures in a row of this factor, and of no other (NIST 800-63B-4 section 3.2.2)."""
    unit.session.exec(
        update(Throttle).where(_is(reservation.counter)).values(lock_start=None, lock_length=timedelta())
    )
    _take(unit, reservation.counter, literal(0))


def lift(unit: Unit, counter: Counter) -> None:
    """Forget the counter: an operator lifted the lock, or what it counted for is gone."""
    unit.session.exec(delete(Throttle).where(_is(counter)))


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
    lately = col(Throttle.lock_start) > literal(unit.now - DAY, Moment())
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


def count_wide(unit: Unit, source: str) -> None:
    """Count a failed log-in for its source and for the store."""
    for counter in (Counter("source", b"", source), Counter("store", b"")):
        _make_row(unit, counter, limits.WIDE_WINDOW)
        unit.session.exec(
            update(Throttle).where(_is(counter)).values(window_failures=Throttle.window_failures + 1)
        )


def wide_delay(unit: Unit, source: str, *, known: bool) -> timedelta:
    """Return how long a log-in from this source has to wait: it is delayed, never refused.

    What fails elsewhere delays nobody at a source where somebody finished a log-in lately.
    """
    caps = [(Counter("source", b"", source), limits.SOURCE_FAILURES)]
    if not known:
        caps.append((Counter("store", b""), limits.STORE_FAILURES))
    for counter, cap in caps:
        _make_row(unit, counter, limits.WIDE_WINDOW)
        row = unit.session.exec(select(Throttle).where(_is(counter))).one()
        if row.window_failures >= cap:
            return limits.WIDE_DELAY
    return timedelta()


def _is(counter: Counter) -> ColumnElement[bool]:
    return and_(
        col(Throttle.factor) == counter.factor,
        col(Throttle.subject) == counter.subject,
        col(Throttle.source) == counter.source,
    )


def _make_row(unit: Unit, counter: Counter, window: timedelta) -> None:
    """See that the counter has its row, and that its window is the present one."""
    if unit.session.exec(select(Throttle.failures).where(_is(counter))).first() is None:
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
    unit.session.exec(
        update(Throttle)
        .where(_is(counter), or_(past, ahead))
        .values(window_start=unit.now, window_failures=case((past, 0), else_=Throttle.window_failures))
    )


def _take(unit: Unit, counter: Counter, failures: ColumnElement[int]) -> None:
    today = case((col(Throttle.window_failures) > 0, Throttle.window_failures - 1), else_=0)
    unit.session.exec(update(Throttle).where(_is(counter)).values(failures=failures, window_failures=today))
