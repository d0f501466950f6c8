"""The orders in which accounts are listed, and how a page is found in each of them by its index.

A page begins behind a row, not after so many rows: the last of a million costs what the first does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, select, tuple_, union_all
from sqlmodel import col

from store.columns import EPOCH, Moment
from store.models import Account
from store.services.views import Cursor, Order, Sought

ROLES = ("user", "operator")
SECOND_FACTORS = ("off", "on", "reset")


@dataclass(frozen=True)
class Stretch:
    """A run of accounts that an index holds in order, from a cursor on, or back from it.

    The columns that its conditions are about are those of the accounts, or of a query that has them too.
    """

    by_login: bool
    """Those who logged in, the latest first; else by username."""
    never_logged_in: bool
    backward: bool
    cursor: Cursor | None = None

    def fits(self, of: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - see above
        """Return the conditions of the accounts in it."""
        conditions = []
        if self.by_login:
            # Not "is not null": a database may walk over every null to find the last that is none.
            conditions.append(of.last_login_at >= literal(EPOCH, Moment()))
        if self.never_logged_in:
            conditions.append(of.last_login_at.is_(None))
        if self.cursor is not None:
            place: Any = of.username
            row: Any = literal(self.cursor.username)
            if self.by_login:
                place = tuple_(of.last_login_at, place)
                row = tuple_(literal(self.cursor.last_login_at, Moment()), row)
            conditions.append(place < row if self._falls else place > row)
        return conditions

    def order(self, of: Any) -> list[Any]:  # noqa: ANN401 - see above
        """Return how they are sorted."""
        columns = [of.last_login_at, of.username] if self.by_login else [of.username]
        return [each.desc() if self._falls else each.asc() for each in columns]

    @property
    def _falls(self) -> bool:
        return self.by_login != self.backward


def stretches(order: Order, sought: Sought, cursor: Cursor | None, *, backward: bool) -> Iterator[Stretch]:
    """Return the stretches from the cursor on, or back from it."""
    never = sought.never_logged_in
    if order is Order.USERNAME or never:
        yield Stretch(by_login=False, never_logged_in=never, backward=backward, cursor=cursor)
        return
    for by_login in (False, True) if backward else (True, False):
        if cursor is None:
            yield Stretch(by_login, not by_login, backward)
        elif by_login == (cursor.last_login_at is not None):
            yield Stretch(by_login, not by_login, backward, cursor)
            cursor = None


def cursor_at(account: Account, order: Order) -> Cursor:
    """Return the place of an account in an order."""
    return Cursor(account.username, account.last_login_at if order is Order.LAST_LOGIN else None)


def of_kind(sought: Sought, of: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - as of a stretch
    """Return the conditions of the kinds of accounts that are sought."""
    enabled = None if sought.enabled is None else int(sought.enabled)
    kind = {"role": sought.role, "enabled": enabled, "second_factor": sought.second_factor}
    return [getattr(of, name) == value for name, value in kind.items() if value is not None]


def first_of_kinds(sought: Sought, stretch: Stretch, most: int) -> Select[Any]:
    """Return the query for the ids of the first accounts of a stretch: so many of each kind, then of all.

    Each single kind is one range of an index, in order, however few there are of it among the others.
    """
    runs = [
        select(col(Account.id), col(Account.username), col(Account.last_login_at))
        .where(*of_kind(each, Account), *stretch.fits(Account))
        .order_by(*stretch.order(Account))
        .limit(most)
        .subquery()
        for each in _single_kinds(sought)
    ]
    every = union_all(*map(select, runs)).subquery()
    return select(every.c.id).order_by(*stretch.order(every.c)).limit(most)


def _single_kinds(sought: Sought) -> list[Sought]:
    """Return each kind that is sought, by all that makes it one; where no kind is, everybody."""
    if sought.role is None and sought.enabled is None and sought.second_factor is None:
        return [Sought()]
    roles = ROLES if sought.role is None else (sought.role,)
    enabled = (False, True) if sought.enabled is None else (sought.enabled,)
    second_factors = SECOND_FACTORS if sought.second_factor is None else (sought.second_factor,)
    return [
        Sought(role=role, enabled=is_enabled, second_factor=second_factor)
        for role, is_enabled, second_factor in product(roles, enabled, second_factors)
    ]
