"""A new key for the store's secrets, while consoles run (design D10, ASVS 11.2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, func, select, update

from store.errors import StoreUnusable
from store.models import Authenticator, BackupCode, BackupSet, ResetCode, StoreIdentity
from store.services.contexts import authenticator_context, backup_code_context, reset_code_context
from store.services.core import Core
from store.services.principals import Principal
from store.services.unit import Unit
from store.vault import add_key

BATCH = 200
"""Values sealed in one transaction: consoles wait no longer than it takes."""

PAGE = 10_000
"""Values read at a time; there may be eleven for each of a million accounts."""


@dataclass(frozen=True)
class Rotation:
    """What a rotation did."""

    key_id: int
    resealed: int
    resumed: bool
    """An earlier rotation was interrupted, and this one finished it."""


@dataclass(frozen=True)
class Sealed:
    """One sealed value: where it stands, and the place that it is sealed for."""

    table: type[SQLModel]
    column: Mapped[bytes]
    row: ColumnElement[bool]
    value: bytes
    context: str


class Keys:
    """The old keys stay in the file: audit events and counters made with them must be read as before."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def rotate(self, principal: Principal) -> Rotation:
        """Make a new key and seal every secret anew; where an earlier rotation stopped, finish that one.

        Each step leaves a store that opens with the key file as it is then. Raises NotAllowed,
        KeyUnusable, and StoreUnusable where a secret is damaged; then every other one is sealed anew.
        """
        vault = self._core.vault
        with self._core.unit() as unit:
            actor = unit.shell(principal)
            identity = unit.session.exec(select(StoreIdentity)).one()
            vault.catch_up(identity.key_check)
            present = identity.key_check[1]
            resumed = vault.key_id != present or self._is_unfinished(unit.session, present)
            if not resumed:
                # Inside the transaction: of two rotations at once the second finds the first one's key, and
                # no key file is written over one that somebody has sealed with.
                add_key(self._core.settings.keys_folder, identity.store_id)
                vault.has_key(present + 1)
            unit.session.exec(update(StoreIdentity).values(key_check=vault.check_value()))
            unit.record("key rotation begun", actor=actor, source=actor, detail=f"key {vault.key_id}")
        resealed, damaged = self._reseal_all()
        with self._core.unit() as unit:
            detail = f"key {vault.key_id}, {resealed} values"
            unit.record("key rotated", actor=actor, source=actor, done=not damaged, detail=detail)
        self._core.database.forget_deleted()
        if damaged:
            raise StoreUnusable("sealed value damaged")
        return Rotation(vault.key_id, resealed, resumed)

    def _is_unfinished(self, session: Session, key_id: int) -> bool:
        """Tell whether anything is left under another key; what is damaged is left under its own for ever."""
        return any(map(self._opens, sealed_values(session, but=key_id)))

    def _opens(self, sealed: Sealed) -> bool:
        try:
            self._core.vault.open(sealed.value, sealed.context)
        except StoreUnusable:
            return False
        return True

    def _reseal_all(self) -> tuple[int, int]:
        """Seal anew what is under older keys; return how many values that were, and how many are damaged.

        Again and again, until nothing is left that a console sealed under an older key meanwhile.
        """
        total = 0
        while True:
            # Closed before anything is written: a console that empties the write-ahead log waits for readers.
            with self._core.database.read() as session:
                old = iter(tuple(islice(sealed_values(session, but=self._core.vault.key_id), PAGE)))
            resealed = damaged = 0
            while batch := tuple(islice(old, BATCH)):
                with self._core.unit() as unit:
                    for each in batch:
                        try:
                            resealed += self._reseal(unit, each)
                        except StoreUnusable:
                            damaged += 1
            total += resealed
            if not resealed:
                return total, damaged

    def _reseal(self, unit: Unit, old: Sealed) -> bool:
        """Seal one value anew, unless it was changed since it was read. Raises StoreUnusable."""
        new = self._core.vault.seal(self._core.vault.open(old.value, old.context), old.context)
        same = update(old.table).where(old.row, old.column == old.value)
        return unit.session.exec(same.values({old.column: new})).rowcount == 1


def sealed_values(session: Session, *, but: int | None = None) -> Iterator[Sealed]:
    """Return every sealed value of the store except the check value, each with its place.

    `but` leaves out those under one key.
    """
    for authenticator in _rows(session, select(Authenticator), col(Authenticator.secret), but):
        owner = authenticator.account_id
        row = col(Authenticator.account_id) == owner
        column = col(Authenticator.secret)
        yield Sealed(Authenticator, column, row, authenticator.secret, authenticator_context(owner))
    for reset in _rows(session, select(ResetCode), col(ResetCode.digest), but):
        row = col(ResetCode.account_id) == reset.account_id
        context = reset_code_context(reset.account_id)
        yield Sealed(ResetCode, col(ResetCode.digest), row, reset.digest, context)
    codes = select(BackupSet, BackupCode).join(BackupCode, col(BackupCode.set_id) == col(BackupSet.id))
    for of_set, code in _rows(session, codes, col(BackupCode.digest), but):
        row = and_(col(BackupCode.set_id) == code.set_id, col(BackupCode.number) == code.number)
        context = backup_code_context(of_set.account_id, of_set.number, code.number)
        yield Sealed(BackupCode, col(BackupCode.digest), row, code.digest, context)


def _rows(session: Session, query: Any, column: Mapped[bytes], but: int | None) -> Iterator[Any]:  # noqa: ANN401
    """Return the rows a part at a time, without those whose value is under this key: its second byte."""
    if but is not None:
        query = query.where(func.coalesce(func.substr(column, 2, 1), b"") != bytes((but,)))
    yield from session.exec(query.execution_options(yield_per=1000))
