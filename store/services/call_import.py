"""Calls out of a file: any number, of any accounts, and begun again where it stopped."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, cast

from sqlalchemy import Integer, column, insert, values
from sqlmodel import SQLModel, col, select

from store.columns import Moment
from store.errors import BadRow, InvalidNumber, NoSuchAccount, NumberFault, RowFault
from store.models import Account, Call
from store.rules import usernames
from store.services.audit import NewEvent
from store.services.bulk import BadLine, Portion, portion, portions
from store.services.call_history import E164, NewCall
from store.services.core import Core
from store.services.principals import Principal
from store.services.unit import Unit

TABLE = SQLModel.metadata.tables[Call.__tablename__]
YEARS: Final = range(1970, 2200)
_SECONDS: Final = re.compile(r"[0-9]{1,7}")


@dataclass(frozen=True)
class CallRow:
    """One call, as it stands in a line of a file."""

    line: int
    username: str
    at: str
    """ISO 8601 with the offset from UTC."""
    direction: str
    number: str
    """E.164; empty where it was withheld."""
    seconds: str
    """Empty where the call was missed."""


class _Told(NamedTuple):
    username: str
    call: NewCall


class _New(NamedTuple):
    account_id: int
    at: datetime
    direction: str
    number: str | None
    seconds: int | None


class CallImport:
    """Adds the calls of a file to the histories of their accounts, or says what would become of them."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def run(self, principal: Principal, rows: Iterable[CallRow | BadLine]) -> Iterator[Portion]:
        """Add the calls that are not there yet, a portion in each transaction.

        A call is the same where account, time, direction, number and length are; it goes in once. Each
        portion leaves one audit event for each account. Raises NotAllowed.
        """
        self._prove(principal)
        for told, bad in portions(rows, _checked):
            with self._core.unit(much=True) as unit:
                actor = unit.shell(principal)
                new, there = _compare(unit, told, bad)
                _insert(unit, new, actor)
            yield portion(len(new), there, bad)

    def rehearse(self, principal: Principal, rows: Iterable[CallRow | BadLine]) -> Iterator[Portion]:
        """Say what `run` would do, and change nothing. Raises NotAllowed.

        A call that stands in the file twice, far apart, counts as new twice.
        """
        self._prove(principal)
        for told, bad in portions(rows, _checked):
            with self._core.look() as unit:
                new, there = _compare(unit, told, bad)
            yield portion(len(new), there, bad)

    def _prove(self, principal: Principal) -> None:
        with self._core.unit() as unit:
            unit.shell(principal)


def _checked(row: CallRow) -> _Told:
    username = usernames.enforce(row.username)
    try:
        at = datetime.fromisoformat(row.at)
    except ValueError:
        raise BadRow(RowFault.MOMENT) from None
    if at.tzinfo is None or at.year not in YEARS:
        raise BadRow(RowFault.MOMENT)
    if row.direction not in {"in", "out", "missed"}:
        raise BadRow(RowFault.DIRECTION)
    if row.number and not E164.fullmatch(row.number):
        raise InvalidNumber(NumberFault.NOT_A_NUMBER)
    if row.seconds and not _SECONDS.fullmatch(row.seconds):
        raise BadRow(RowFault.SECONDS)
    direction = cast('Literal["in", "out", "missed"]', row.direction)
    seconds = int(row.seconds) if row.seconds else None
    try:
        return _Told(username, NewCall(at, direction, row.number or None, seconds))
    except ValueError:
        raise BadRow(RowFault.LENGTH) from None


def _compare(unit: Unit, told: list[tuple[int, _Told]], bad: list[BadLine]) -> tuple[list[_New], int]:
    """Return the calls that are to be added, and how many are there; one of nobody's is bad."""
    names = {each.username for _, each in told}
    known = select(Account.username, col(Account.id)).where(col(Account.username).in_(names))
    ids: dict[str, int] = {row.username: row.id for row in unit.session.connection().execute(known)}
    calls = []
    for line, each in told:
        if each.username in ids:
            calls.append(_New(ids[each.username], **vars(each.call)))
        else:
            bad.append(BadLine(line, NoSuchAccount(each.username)))
    there = _there(unit, calls)
    new = list(dict.fromkeys(call for call in calls if call not in there))
    return new, len(calls) - len(new)


def _there(unit: Unit, calls: list[_New]) -> set[_New]:
    """Return the calls that are in the store, of those and others of the same accounts and moments."""
    if not calls:
        return set()
    wanted = values(column("account_id", Integer), column("at", Moment)).data(
        sorted({(call.account_id, call.at) for call in calls})
    )
    place = wanted.cte("wanted")
    columns = (getattr(Call, name) for name in _New._fields)
    # Not by IN of pairs, for which a database reads the whole table.
    same = select(*columns).join(place, (place.c.account_id == Call.account_id) & (place.c.at == Call.at))
    found = unit.session.connection().execute(same)
    return {_New(*row) for row in found}


def _insert(unit: Unit, new: list[_New], actor: str) -> None:
    if not new:
        return
    unit.session.connection().execute(insert(TABLE), [call._asdict() for call in new])
    numbers = Counter(call.account_id for call in new)
    unit.record_all(
        [
            NewEvent("calls recorded", actor, actor, account_id, detail=str(number))
            for account_id, number in numbers.items()
        ]
    )
