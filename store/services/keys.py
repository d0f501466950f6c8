"""A new key for the store's secrets, while consoles run (design D10, ASVS 11.2.2)."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, select, update

from store.models import Authenticator, BackupCode, BackupSet, ResetCode, StoreIdentity
from store.services.contexts import authenticator_context, backup_code_context, reset_code_context
from store.services.core import Core, Unit
from store.services.principals import Principal
from store.vault import add_key

BATCH = 200


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

    @property
    def key_id(self) -> int:
        """The key it is sealed under."""
        return self.value[1]


class Keys:
    """The old keys stay in the file: audit events and counters made with them must be read as before."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def rotate(self, principal: Principal) -> Rotation:
        """Make a new key and seal every secret anew; where an earlier rotation stopped, finish that one.

        Each step leaves a store that opens with the key file as it is then. Raises NotAllowed,
        KeyUnusable, and StoreUnusable where a secret is damaged; then the rest is sealed anew all the same
        by the next call.
        """
        with self._core.unit() as unit:
            actor = unit.shell(principal)
            identity = unit.session.exec(select(StoreIdentity)).one()
            store_id, present = identity.store_id, identity.key_check[1]
            resumed = any(each.key_id != present for each in sealed_values(unit.session))
        if not resumed and self._core.vault.key_id == present:
            add_key(self._core.settings.keys_folder, store_id)
            self._core.vault.has_key(present + 1)
        with self._core.unit() as unit:
            unit.session.exec(update(StoreIdentity).values(key_check=self._core.vault.check_value()))
            unit.record(
                "key rotation begun", actor=actor, source=actor, detail=f"key {self._core.vault.key_id}"
            )
        resealed = self._reseal_all()
        with self._core.unit() as unit:
            detail = f"key {self._core.vault.key_id}, {resealed} values"
            unit.record("key rotated", actor=actor, source=actor, detail=detail)
        self._core.database.forget_deleted()
        return Rotation(self._core.vault.key_id, resealed, resumed)

    def _reseal_all(self) -> int:
        resealed = 0
        while True:
            with self._core.unit() as unit:
                newest = self._core.vault.key_id
                old = [each for each in sealed_values(unit.session) if each.key_id != newest]
                for each in old[:BATCH]:
                    resealed += self._reseal(unit, each)
            if len(old) <= BATCH:
                return resealed

    def _reseal(self, unit: Unit, old: Sealed) -> bool:
        """Seal one value anew, unless it was changed since it was read."""
        new = self._core.vault.seal(self._core.vault.open(old.value, old.context), old.context)
        same = update(old.table).where(old.row, old.column == old.value)
        return unit.session.exec(same.values({old.column: new})).rowcount == 1


def sealed_values(session: Session) -> Iterator[Sealed]:
    """Return every sealed value of the store but the check value, each with its place."""
    for authenticator in session.exec(select(Authenticator)):
        owner = authenticator.account_id
        row = col(Authenticator.account_id) == owner
        column = col(Authenticator.secret)
        yield Sealed(Authenticator, column, row, authenticator.secret, authenticator_context(owner))
    for reset in session.exec(select(ResetCode)):
        row = col(ResetCode.account_id) == reset.account_id
        context = reset_code_context(reset.account_id)
        yield Sealed(ResetCode, col(ResetCode.digest), row, reset.digest, context)
    codes = select(BackupSet, BackupCode).join(BackupCode, col(BackupCode.set_id) == col(BackupSet.id))
    for of_set, code in session.exec(codes):
        row = and_(col(BackupCode.set_id) == code.set_id, col(BackupCode.number) == code.number)
        context = backup_code_context(of_set.account_id, of_set.number, code.number)
        yield Sealed(BackupCode, col(BackupCode.digest), row, code.digest, context)
