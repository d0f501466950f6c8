"""How many attempts to prove a factor failed in each hour: counted by the acts that refuse them."""

from datetime import datetime, timedelta

from sqlmodel import col, select, update

from store.models import FailedHour
from store.services.unit import Unit

HOUR = timedelta(hours=1)
HOURS = 24


def count(unit: Unit) -> None:
    """Count one wrong password or code, in the act that refuses it.

    Its event is recorded before: that holds the head of the log, so that nobody makes the same row meanwhile.
    """
    hour = _hour(unit.now)
    one_more = update(FailedHour).where(col(FailedHour.hour) == hour).values(failures=FailedHour.failures + 1)
    if unit.session.exec(one_more.returning(col(FailedHour.hour))).first() is None:
        unit.session.add(FailedHour(hour=hour))


def last_day(unit: Unit) -> tuple[tuple[datetime, int], ...]:
    """Return the last 24 hours, each by its beginning, and what failed in them; this hour is the last."""
    last = _hour(unit.now)
    hours = [last - HOUR * ago for ago in reversed(range(HOURS))]
    kept = select(FailedHour.hour, FailedHour.failures).where(
        col(FailedHour.hour) >= hours[0], col(FailedHour.hour) <= last
    )
    failed = dict(unit.session.exec(kept).all())
    return tuple((hour, failed.get(hour, 0)) for hour in hours)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
