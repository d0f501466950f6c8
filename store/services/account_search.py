"""Accounts that have words, or a lock: a bounded number of candidates, and what is still to be seen of each.

However many accounts there are, no more than so many rows of any index are read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlmodel
from sqlalchemy import ColumnElement, Select, exists, func, select, union
from sqlmodel import col

from store.models import Account, AccountTally, AccountWord, BackupSet
from store.rules.backup_codes import LOW
from store.rules.searching import typed_words
from store.services import throttle
from store.services.account_order import Stretch, first_of_kinds, of_kind
from store.services.unit import Unit
from store.services.views import CAP, Sought

_BEHIND_ALL: Final = "\U0010ffff"
"""Sorts behind whatever a word may hold."""


@dataclass(frozen=True)
class Candidates:
    """Accounts among which are those that are sought."""

    ids: Select[Any]
    capped: bool
    """There may be others that are sought."""
    sought: Sought
    """What is still to be seen of each."""
    words: Sequence[str]
    """Those that are still to be looked for."""

    def count(self, unit: Unit) -> int:
        """Return how many of them fit."""
        if self.sought == Sought() and not self.words:
            return number_of(unit, self.ids)
        seen = self._seen()
        return number_of(unit, select(seen.c.id).where(*self._fits(seen.c)))

    def first(self, stretch: Stretch, most: int) -> Select[Any]:
        """Return the query for the ids of the first of them in a stretch of an order."""
        seen = self._seen()
        fits = (*self._fits(seen.c), *stretch.fits(seen.c))
        return select(seen.c.id).where(*fits).order_by(*stretch.order(seen.c)).limit(most)

    def _seen(self) -> Any:  # noqa: ANN401 - a subquery and its columns
        """Return the candidates themselves, read before anything is asked of them.

        With a limit of its own, or a database might look for them among all who fit the rest.
        """
        ids = self.ids.subquery()
        columns = ("id", "username", "role", "enabled", "second_factor", "last_login_at")
        seen = select(*(getattr(Account, name) for name in columns)).join(ids, col(Account.id) == ids.c[0])
        return seen.limit(CAP).subquery()

    def _fits(self, of: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 - the columns of _seen
        fits = of_kind(self.sought, of)
        if self.sought.never_logged_in:
            fits.append(of.last_login_at.is_(None))
        return [*fits, *(_has_word(of.id, word) for word in self.words)]


def candidates(unit: Unit, sought: Sought) -> Candidates | None:
    """Return among which accounts to look; none where the order of all accounts leads to those sought."""
    words = typed_words(sought.text)
    kind = Sought(
        second_factor=sought.second_factor,
        role=sought.role,
        enabled=sought.enabled,
        never_logged_in=sought.never_logged_in,
    )
    found = [find(unit) for asked, find in _BOUNDED if getattr(sought, asked)]
    if found:
        ids = select(col(Account.id)).where(*(col(Account.id).in_(query) for query, _ in found))
        return Candidates(ids, any(capped for _, capped in found), kind, words)
    if not words:
        return None
    having = {word: _bounded_count(unit, word) for word in words}
    rarest = min(words, key=lambda word: having[word])
    others = [word for word in words if word != rarest]
    if having[rarest] <= CAP:
        return Candidates(_with_word(rarest, CAP), capped=False, sought=kind, words=others)
    if count_kind(tally(unit), kind) <= CAP:
        by_name = Stretch(by_login=False, never_logged_in=kind.never_logged_in, backward=False)
        every = first_of_kinds(kind, by_name, CAP)
        return Candidates(every, capped=False, sought=Sought(), words=words)
    if not others:
        return Candidates(_with_word(rarest, CAP), capped=True, sought=kind, words=())
    # Of two common words the first to be found with one seldom have the other: names are found by both.
    both = union(_with_word(" ".join(words), CAP // 2), _with_word(rarest, CAP // 2)).subquery()
    return Candidates(select(both.c[0]), capped=True, sought=kind, words=others)


def _locked_ids(unit: Unit) -> tuple[Select[Any], bool]:
    """Return the query for the accounts that are locked right now, and whether there may be more of them."""
    by_operators = select(col(Account.id)).where(col(Account.locked_until) > unit.now).limit(CAP).subquery()
    by_tries, capped = throttle.locked_accounts(unit, CAP)
    both = union(select(by_operators.c[0]), by_tries).subquery()
    ids = select(both.c[0]).limit(CAP)
    return ids, capped or number_of(unit, ids) == CAP


def number_of(unit: Unit, ids: Select[Any]) -> int:
    """Return how many rows a query finds."""
    return int(unit.session.scalar(select(func.count()).select_from(ids.subquery())) or 0)


def _few_codes_ids(unit: Unit) -> tuple[Select[Any], bool]:
    """Return the query for the accounts with few unused codes, and whether there may be more of them."""
    few = select(col(BackupSet.account_id)).where(col(BackupSet.unused) < LOW)
    ids = few.order_by(col(BackupSet.unused), col(BackupSet.account_id)).limit(CAP)
    return ids, number_of(unit, ids) == CAP


_BOUNDED: Final = (("locked", _locked_ids), ("few_codes", _few_codes_ids))
"""What leads to a bounded number of accounts by itself, by its name in what is sought."""


def tally(unit: Unit) -> Sequence[AccountTally]:
    """Return how many accounts there are of each kind, as it is kept."""
    return unit.session.exec(sqlmodel.select(AccountTally)).all()


def count_kind(kept: Sequence[AccountTally], sought: Sought) -> int:
    """Return how many accounts there are of the kinds that are sought, whatever else is asked of them."""
    return sum(
        each.accounts
        for each in kept
        if sought.role in {None, each.role}
        and sought.enabled in {None, bool(each.enabled)}
        and sought.second_factor in {None, each.second_factor}
        and not (sought.never_logged_in and each.logged_in)
    )


def _with_word(word: str, most: int) -> Select[Any]:
    """Return the query for accounts that a word which begins like this finds."""
    found = col(AccountWord.word)
    ids = select(col(AccountWord.account_id)).where(found >= word, found < word + _BEHIND_ALL)
    return select(ids.distinct().limit(most).subquery())


def _has_word(account_id: ColumnElement[int], word: str) -> ColumnElement[bool]:
    found = col(AccountWord.word)
    return exists().where(
        col(AccountWord.account_id) == account_id, found >= word, found < word + _BEHIND_ALL
    )


def _bounded_count(unit: Unit, word: str) -> int:
    return number_of(unit, _with_word(word, CAP + 1))
