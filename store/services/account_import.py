"""Accounts out of a file: any number, begun again where it stopped, each with an activation password."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import SQLModel, col, select

from store import upkeep
from store.errors import BadRow, RowFault
from store.models import Account
from store.rules import activation, phone_numbers, text, usernames
from store.rules.hashing import hash_activation_password
from store.services.accounts import DISPLAY_NAME_LENGTH
from store.services.audit import NewEvent
from store.services.bulk import BadLine, Portion, portion, portions
from store.services.core import Core
from store.services.principals import Principal
from store.services.unit import Unit
from store.services.views import Activation

TABLE = SQLModel.metadata.tables[Account.__tablename__]
ROLES = ("user", "operator")


@dataclass(frozen=True)
class AccountRow:
    """One account, as it stands in a line of a file."""

    line: int
    username: str
    display_name: str = ""
    number: str = ""
    role: str = ""
    """Where it is empty, a user."""


Keep = Callable[[Sequence[Activation]], None]
"""Called with the passwords of a portion before its accounts are there: they stand nowhere else."""


class _Facts(NamedTuple):
    username: str
    display_name: str
    number: str | None
    role: str


class AccountImport:
    """Makes the accounts of a file, or says what would become of them."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def run(
        self, principal: Principal, rows: Iterable[AccountRow | BadLine], keep: Keep
    ) -> Iterator[Portion]:
        """Make the accounts that are not there yet, a portion in each transaction.

        `keep` has stored the passwords of a portion when it returns, and the portion is committed after it:
        so no account is without one, and after a kill there may be passwords without an account. A row whose
        account is there with the very same facts is no fault. Raises NotAllowed, and whatever `keep` raises;
        then that portion is not in.
        """
        self._prove(principal)
        for good, bad in self._read(rows):
            with self._core.unit(much=True) as unit:
                actor = unit.shell(principal)
                new, there = _compare(unit, good, bad)
                if new:
                    made = [
                        Activation(facts.username, activation.new_password(), activation.VALID_FOR)
                        for facts in new
                    ]
                    keep(made)
                    _insert(unit, new, made, actor)
            yield portion(len(new), there, bad)

    def rehearse(self, principal: Principal, rows: Iterable[AccountRow | BadLine]) -> Iterator[Portion]:
        """Say what `run` would do, and change nothing. Raises NotAllowed."""
        self._prove(principal)
        for good, bad in self._read(rows):
            with self._core.look() as unit:
                new, there = _compare(unit, good, bad)
            yield portion(len(new), there, bad)

    def _prove(self, principal: Principal) -> None:
        with self._core.unit() as unit:
            unit.shell(principal)

    def _read(
        self, rows: Iterable[AccountRow | BadLine]
    ) -> Iterator[tuple[list[tuple[int, _Facts]], list[BadLine]]]:
        region = self._core.settings.region
        lines: dict[str, int] = {}

        def check(row: AccountRow) -> _Facts:
            facts = _checked(row, region)
            if (earlier := lines.setdefault(facts.username, row.line)) != row.line:
                raise BadRow(RowFault.TWICE, earlier)
            return facts

        return portions(rows, check)


def _checked(row: AccountRow, region: str | None) -> _Facts:
    username = usernames.enforce(row.username)
    text.require_safe(row.display_name)
    if len(row.display_name) > DISPLAY_NAME_LENGTH:
        raise BadRow(RowFault.NAME_TOO_LONG)
    if row.display_name.startswith(text.FORMULA):
        raise BadRow(RowFault.FORMULA)
    role = row.role.lower() or "user"
    if role not in ROLES:
        raise BadRow(RowFault.ROLE)
    number = phone_numbers.parse(row.number, region) if row.number else None
    return _Facts(username, row.display_name, number, role)


def _compare(unit: Unit, good: list[tuple[int, _Facts]], bad: list[BadLine]) -> tuple[list[_Facts], int]:
    """Return which accounts are to be made, and how many are there; who is there with other facts is bad."""
    columns = (getattr(Account, name) for name in _Facts._fields)
    named = select(*columns).where(col(Account.username).in_([facts.username for _, facts in good]))
    found = {row.username: _Facts(*row) for row in unit.session.connection().execute(named)}
    new, there = [], 0
    for line, facts in good:
        match found.get(facts.username):
            case None:
                new.append(facts)
            case same if same == facts:
                there += 1
            case _:
                bad.append(BadLine(line, BadRow(RowFault.OTHER_FACTS)))
    return new, there


def _insert(unit: Unit, new: Sequence[_Facts], made: Sequence[Activation], actor: str) -> None:
    rows = [
        {
            **facts._asdict(),
            "password_hash": hash_activation_password(activated.password),
            "password_changed_at": unit.now,
            "created_at": unit.now,
            "must_change_password": 1,
            "activation_ends_at": unit.now + activated.valid_for,
            "password_chosen": 0,
            "operator_since": unit.now if facts.role == "operator" else None,
        }
        for facts, activated in zip(new, made, strict=True)
    ]
    # Not as objects: SQLModel's take as long as all the rest of the import.
    inserted = insert(TABLE).returning(TABLE.c.username, TABLE.c.id)
    ids = {row.username: row.id for row in unit.session.connection().execute(inserted, rows)}
    upkeep.keep_new(unit.session, ids.values())
    unit.record_all(
        [
            NewEvent(
                "account created", actor, actor, ids[each.username], detail=f"{each.role}, to be activated"
            )
            for each in new
        ]
    )
