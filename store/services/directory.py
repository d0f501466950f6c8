"""The list of accounts as operators search it, a page at a time: a million cost what ten do."""

from collections.abc import Iterable

from sqlmodel import col, select

from store.models import Account
from store.services.account_order import Stretch, cursor_at, first_of_kinds, stretches
from store.services.account_search import Candidates, candidates, count_kind, tally
from store.services.account_views import account_views
from store.services.core import Core
from store.services.principals import Principal
from store.services.unit import Unit
from store.services.views import AccountCounts, AccountPage, Cursor, Order, Sought

EVERYBODY = Sought()
LOCKED = Sought(locked=True)
FEW_CODES = Sought(few_codes=True, enabled=True)


class Directory:
    """Finds accounts and counts them; reading it keeps no writer waiting."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def page(
        self,
        principal: Principal,
        sought: Sought = EVERYBODY,
        order: Order = Order.USERNAME,
        *,
        after: Cursor | None = None,
        before: Cursor | None = None,
        size: int = 50,
    ) -> AccountPage:
        """Return the first page, or the one after or before a place that another page of the same list named.

        A search, or a list of accounts that are locked or have few codes, looks at 1,000 at most, and is
        capped where there may be more. Raises NotAllowed and SessionEnded.
        """
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
        backward = before is not None
        with self._core.look() as unit:
            among = candidates(unit, sought)
            run = stretches(order, sought, before or after, backward=backward)
            ids = _ids(unit, sought, among, run, size + 1)
            more, ids = len(ids) > size, ids[:size]
            if backward:
                ids.reverse()
            found = unit.session.exec(select(Account).where(col(Account.id).in_(ids)))
            by_id = {account.id: account for account in found}
            accounts = [by_id[number] for number in ids]
            return AccountPage(
                accounts=tuple(account_views(self._core, unit, accounts)),
                total=_total(unit, sought, among),
                capped=among is not None and among.capped,
                before=cursor_at(accounts[0], order) if accounts and (more if backward else after) else None,
                after=cursor_at(accounts[-1], order) if accounts and (backward or more) else None,
            )

    def counts(self, principal: Principal) -> AccountCounts:
        """Return how many accounts there are of each kind.

        Raises NotAllowed and SessionEnded.
        """
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
        with self._core.look() as unit:
            kept = tally(unit)
            return AccountCounts(
                total=count_kind(kept, EVERYBODY),
                two_factor_on=count_kind(kept, Sought(second_factor="on")),
                two_factor_off=count_kind(kept, Sought(second_factor="off")),
                two_factor_reset=count_kind(kept, Sought(second_factor="reset")),
                disabled=count_kind(kept, Sought(enabled=False)),
                locked=_total(unit, LOCKED, candidates(unit, LOCKED)),
                operators=count_kind(kept, Sought(role="operator")),
                never_logged_in=count_kind(kept, Sought(never_logged_in=True)),
                few_codes=_total(unit, FEW_CODES, candidates(unit, FEW_CODES)),
            )


def _total(unit: Unit, sought: Sought, among: Candidates | None) -> int:
    return among.count(unit) if among else count_kind(tally(unit), sought)


def _ids(
    unit: Unit, sought: Sought, among: Candidates | None, run: Iterable[Stretch], most: int
) -> list[int]:
    """Return which accounts come first in a run of stretches."""
    ids: list[int] = []
    for stretch in run:
        left = most - len(ids)
        asked = among.first(stretch, left) if among else first_of_kinds(sought, stretch, left)
        ids += unit.session.scalars(asked)
        if len(ids) == most:
            break
    return ids
