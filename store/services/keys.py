"""A new key for the store's secrets, while consoles run (design D10, ASVS 11.2.2)."""

from dataclasses import dataclass
from itertools import islice

from sqlmodel import col, select, update

from store.errors import StoreUnusable
from store.key_file import add_key, retire_keys
from store.models import Account, LoginSession, StoreIdentity
from store.services.binding import Sealed, bind, is_bound, open_sessions, sealed_values
from store.services.core import Core
from store.services.principals import Principal
from store.services.unit import Unit

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


class Keys:
    """The old keys stay in the file: audit events and counters made with them must be read as before.

    They open nothing any more: whoever kept a copy of one could have sealed it.
    """

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
            store_id, present = identity.store_id, identity.key_check[1]
            # The old key opens until the end of a rotation, and no longer.
            resumed = vault.key_id != present or vault.opens_with_older
            if not resumed:
                # Inside the transaction: of two rotations at once the second finds the first one's key, and
                # no key file is written over one that somebody has sealed with.
                add_key(self._core.settings.keys_folder, store_id)
                vault.has_key(present + 1)
            unit.session.exec(update(StoreIdentity).values(key_check=vault.check_value()))
            unit.record("key rotation begun", actor=actor, source=actor, detail=f"key {vault.key_id}")
        resealed, damaged = self._reseal_all()
        with self._core.unit() as unit:
            # In the file first: whoever sees another check value reads there what the old key may do no more.
            retire_keys(self._core.settings.keys_folder, store_id)
            vault.read_again()
            unit.session.exec(update(StoreIdentity).values(key_check=vault.check_value()))
            detail = f"key {vault.key_id}, {resealed} values"
            unit.record("key rotated", actor=actor, source=actor, done=not damaged, detail=detail)
        self._core.database.forget_deleted()
        if damaged:
            raise StoreUnusable("sealed value damaged")
        return Rotation(vault.key_id, resealed, resumed)

    def _reseal_all(self) -> tuple[int, int]:
        """Seal anew what is under older keys; return how many values that were, and how many are damaged.

        Again and again, until nothing is left that a console sealed under an older key meanwhile.
        """
        total = 0
        while True:
            # Closed before anything is written: a console that empties the write-ahead log waits for readers.
            with self._core.database.read() as session:
                old = iter(tuple(islice(sealed_values(session, but=self._core.vault.key_id), PAGE)))
            resealed, damaged = self._bind_sessions(), 0
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
        return old.put(unit.session, new)

    def _bind_sessions(self) -> int:
        """Bind under the new key the sessions that somebody is in; return how many those were."""
        vault, bound = self._core.vault, 0
        with self._core.database.read() as session:
            old = iter([row.id for row, _ in open_sessions(session, but=vault.key_id)])
        while batch := tuple(islice(old, BATCH)):
            with self._core.unit() as unit:
                rows = select(LoginSession, Account).join(Account, col(Account.id) == LoginSession.account_id)
                for row, account in unit.session.exec(rows.where(col(LoginSession.id).in_(batch))):
                    if is_bound(row, account, vault):
                        bind(row, account.username, vault)
                        unit.session.add(row)
                        bound += 1
        return bound
