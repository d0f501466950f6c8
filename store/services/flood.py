"""Many failures at one source, or in the whole store: log-ins then take turns (design D9)."""

from datetime import timedelta

from sqlalchemy import case, literal, or_
from sqlmodel import col, select, update

from store.columns import Moment, Span
from store.models import Throttle
from store.rules import throttling as limits
from store.services.throttle import Counter, is_row, make_row
from store.services.unit import Unit

STORE = Counter("store", b"")


def count(unit: Unit, source: str) -> None:
    """Count a failed log-in for its source and for the store."""
    for counter in (_of(source), STORE):
        make_row(unit, counter, limits.WIDE_WINDOW)
        unit.session.exec(
            update(Throttle).where(is_row(counter)).values(window_failures=Throttle.window_failures + 1)
        )


def take_turn(unit: Unit, source: str) -> timedelta | None:
    """Return how long a log-in from this source has to wait for its turn; none where too many wait already.

    The turns of a source lie one delay apart, whatever processes they are taken in, so that one log-in at a
    time is served there. Who gives up leaves a turn empty: nobody gets on faster by coming again.
    Where nothing is flooded nothing is written: a log-in that is right must not show at its source.
    """
    if not _is_flooded(unit, source):
        return timedelta()
    counter = _of(source)
    make_row(unit, counter, limits.WIDE_WINDOW)
    now = unit.now
    latest = now + limits.MOST_WAITING * limits.WIDE_DELAY
    last = col(Throttle.last_turn)
    # A turn further off than the last one there can be is of a clock that went back since.
    idle = or_(last.is_(None), last <= literal(now, Moment()), last > literal(latest, Moment()))
    turn = case(
        (idle, literal(now + limits.WIDE_DELAY, Moment())), else_=last + literal(limits.WIDE_DELAY, Span())
    )
    free = or_(idle, last <= literal(latest - limits.WIDE_DELAY, Moment()))
    taken = update(Throttle).where(is_row(counter), free).values(last_turn=turn)
    mine = unit.session.exec(taken.returning(col(Throttle.last_turn))).first()
    return None if mine is None else mine[0] - now


def is_first_refusal(unit: Unit, source: str) -> bool:
    """Tell whether the log does not say yet that this flood refused somebody; it does from now on."""
    untold = update(Throttle).where(is_row(_of(source)), col(Throttle.refusal_recorded) == 0)
    told = untold.values(refusal_recorded=1).returning(col(Throttle.factor))
    return unit.session.exec(told).first() is not None


def _is_flooded(unit: Unit, source: str) -> bool:
    since = literal(unit.now - limits.WIDE_WINDOW, Moment())
    caps = ((_of(source), limits.SOURCE_FAILURES), (STORE, limits.STORE_FAILURES))
    over = or_(*(is_row(counter) & (col(Throttle.window_failures) >= cap) for counter, cap in caps))
    rows = select(Throttle.factor).where(over, col(Throttle.window_start) > since)
    return unit.session.exec(rows.limit(1)).first() is not None


def _of(source: str) -> Counter:
    return Counter("source", b"", source)
