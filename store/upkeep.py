"""What is kept beside the accounts, so that a million of them are counted and found as soon as ten.

Whatever changes an account changes these in the same transaction: they hang on the session that writes it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, Select, case, event, inspect
from sqlmodel import Session, and_, col, delete, insert, select, tuple_, update

from store.models import Account, AccountTally, AccountWord
from store.rules.searching import words_of

KIND = ("role", "enabled", "second_factor", "last_login_at")
NAMES = ("username", "display_name", "number")
BATCH = 1000
_BEFORE = "accounts before"

Rows = Mapping[int, Row[Any]]


class StoreSession(Session):
    """A session that keeps the tally and the words of the accounts that it writes."""


@event.listens_for(StoreSession, "before_flush")
def _look_before(session: Session, *_: object) -> None:
    session.info[_BEFORE] = _rows(session, (each.id for each in session.dirty if _is_concerned(each)))


@event.listens_for(StoreSession, "after_flush")
def _follow(session: Session, *_: object) -> None:
    before: Rows = session.info.pop(_BEFORE)
    _keep(session, before, [*before, *(each.id for each in session.new if isinstance(each, Account))])


def keep_new(session: Session, ids: Iterable[int]) -> None:
    """Count accounts that were written as rows, and let them be found: a session sees only objects."""
    _keep(session, {}, ids)


def _keep(session: Session, before: Rows, ids: Iterable[int | None]) -> None:
    after = _rows(session, ids)
    if after:
        _count(session, before, after)
        _find(session, before, after)


def _is_concerned(row: object) -> bool:
    return isinstance(row, Account) and any(
        inspect(row).attrs[name].history.has_changes() for name in (*KIND, *NAMES)
    )


def _columns() -> Select[Any]:
    columns: Select[Any] = select(*(getattr(Account, name) for name in ("id", *KIND, *NAMES)))
    return columns


def _rows(session: Session, ids: Iterable[int | None]) -> Rows:
    """Return how the accounts stand in the store, held to the commit: another act may know them otherwise."""
    of = list(ids)
    if not of:
        return {}
    found = session.connection().execute(_columns().where(col(Account.id).in_(of)).with_for_update())
    return {row.id: row for row in found}


def _count(session: Session, before: Rows, after: Rows) -> None:
    change = Counter(map(_kind, after.values()))
    change.subtract(map(_kind, before.values()))
    for (role, enabled, second_factor, logged_in), more in sorted(change.items()):
        if more:
            now = col(AccountTally.accounts) + more
            one = and_(
                col(AccountTally.role) == role,
                col(AccountTally.enabled) == enabled,
                col(AccountTally.second_factor) == second_factor,
                col(AccountTally.logged_in) == logged_in,
            )
            # A count that is wrong must keep nobody from being disabled; the store's check finds it.
            session.connection().execute(
                update(AccountTally).where(one).values(accounts=case((now < 0, 0), else_=now))
            )


def _find(session: Session, before: Rows, after: Rows) -> None:
    new, old = [], []
    for number, row in after.items():
        was = before.get(number)
        if was is None or _names(was) != _names(row):
            words, known = words_of(*_names(row)), words_of(*_names(was)) if was is not None else set()
            new += [{"word": word, "account_id": number} for word in words - known]
            old += [(word, number) for word in known - words]
    if old:
        session.connection().execute(
            delete(AccountWord).where(tuple_(col(AccountWord.word), col(AccountWord.account_id)).in_(old))
        )
    if new:
        # In the order of their index: each of its pages is then changed once.
        new.sort(key=itemgetter("word", "account_id"))
        session.connection().execute(insert(AccountWord), new)


def _kind(row: Row[Any]) -> tuple[str, int, str, int]:
    return row.role, row.enabled, row.second_factor, int(row.last_login_at is not None)


def _names(row: Row[Any]) -> tuple[str, str, str | None]:
    return row.username, row.display_name, row.number


def faults(session: Session) -> Iterator[str]:
    """Return where the tally and the words do not fit the accounts."""
    counted: Counter[tuple[str, int, str, int]] = Counter()
    for rows in _batches(session):
        counted.update(map(_kind, rows))
        first, last = rows[0].id, rows[-1].id
        words: dict[int, set[str]] = defaultdict(set)
        between = col(AccountWord.account_id).between(first, last)
        for word, number in session.exec(select(AccountWord.word, AccountWord.account_id).where(between)):
            words[number].add(word)
        for row in rows:
            if words[row.id] != words_of(*_names(row)):
                yield f"{row.username}: a search does not find it by its username, name and number"
    for each in session.exec(select(AccountTally)):
        kind = (each.role, each.enabled, each.second_factor, each.logged_in)
        counted[kind] -= each.accounts
    for (role, enabled, second_factor, logged_in), missing in sorted(counted.items()):
        if missing:
            login = "logged in" if logged_in else "never logged in"
            state = "enabled" if enabled else "disabled"
            yield f"{role}, {state}, 2FA {second_factor}, {login}: {missing:+} by count"


def _batches(session: Session) -> Iterator[list[Row[Any]]]:
    after = 0
    page = _columns().order_by(col(Account.id)).limit(BATCH)
    while rows := list(session.connection().execute(page.where(col(Account.id) > after))):
        yield rows
        after = rows[-1].id
