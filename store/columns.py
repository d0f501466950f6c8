"""Types of columns: how a value stands in the store.

Times are whole microseconds since 1970 (design D13): a text form would compare wrongly without a word.
"""

from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

from store.errors import StoreUnusable

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

BigInt = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as whole microseconds since 1970 in UTC."""

    impl = BigInt
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; ValueError for a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime cannot be stored"
            raise ValueError(msg)
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC. Raises StoreUnusable for a number that is none."""
        try:
            moment = None if value is None else EPOCH + value * MICROSECOND
        except OverflowError:
            raise StoreUnusable("damaged") from None
        # At the ends of the calendar there is no local time to show, and no limit to add.
        if moment is not None and moment.year in {MINYEAR, MAXYEAR}:
            raise StoreUnusable("damaged")
        return moment


class Span(TypeDecorator[timedelta]):
    """A length of time, stored as whole microseconds."""

    impl = BigInt
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Return the microseconds."""
        return None if value is None else value // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """Return the length. Raises StoreUnusable for a number that is none."""
        try:
            return None if value is None else value * MICROSECOND
        except OverflowError:
            raise StoreUnusable("damaged") from None
