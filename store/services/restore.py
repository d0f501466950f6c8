"""Bringing a backup back: what it takes beside copying a file (design D10)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, or_, select, update

from store.clock import Clock
from store.copies import copy_file, put_in_place, remove, unused_name
from store.database import Database, file_faults
from store.errors import EndReason, NotAllowed, StoreUnusable
from store.key_file import load_every_key, retire_keys
from store.models import Account, AuditEvent, AuditHead, Authenticator, StoreIdentity
from store.rules import totp
from store.services.core import Core
from store.services.hashing import Hashing
from store.services.pending import Purpose
from store.services.principals import Principal, Shell
from store.services.proofs import used_code
from store.services.rows_bound import RESTORED, end_open_sessions, seal_all
from store.services.told_by_log import PROVEN
from store.settings import Settings, url_of


@dataclass(frozen=True)
class SpentSince:
    """A backup code that was used after the backup was made, and works again."""

    username: str
    at: datetime
    number: int
    set_number: int


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    kept: Path | None
    """The store that was there before, under its new name."""
    damaged: int
    """Secrets of the backup that do not open, and are left as they are."""
    spent: tuple[SpentSince, ...] | None
    """None where the store that was there could not be read."""


def restore(settings: Settings, clock: Clock, principal: Principal, file: Path) -> Restored:
    """Let a backup take the place of the store; what was there is kept beside it.

    Every secret is sealed anew under the newest key, every session has ended, and no code of an app that was
    shown until now is accepted again. Raises NotAllowed for anyone but the host's shell, KeyUnusable, and
    StoreUnusable where the backup, or another store than the one that is there, cannot be used.
    """
    if not isinstance(principal, Shell):
        raise NotAllowed
    path = settings.store_path
    new = unused_name(path, "restoring")
    try:
        with file_faults(file):
            copy_file(file, new)
        database = Database(url_of(new), copy_before=False)
        try:
            damaged, store_id, seq = _seal(settings, clock, database, principal, file)
        finally:
            database.close()
        spent = _spent_since(settings, store_id, seq)
        with file_faults(path):
            kept = put_in_place(new, path)
    except BaseException:
        remove(new)
        raise
    retire_keys(settings.keys_folder, store_id)
    return Restored(kept, damaged, spent)


def _seal(
    settings: Settings, clock: Clock, database: Database, shell: Shell, file: Path
) -> tuple[int, str, int]:
    """Seal the copy anew; return what is damaged, which store it is, and its newest event before that."""
    with database.read() as session:
        identity = session.exec(select(StoreIdentity.store_id, StoreIdentity.key_check)).first()
        seq = session.exec(select(AuditHead.seq)).first()
    if identity is None or seq is None:
        raise StoreUnusable("damaged", file)
    store_id, key_check = identity
    vault = load_every_key(settings.keys_folder, store_id, key_check)
    hashing = Hashing()
    try:
        with Core(settings, clock, database, vault, hashing).unit(much=True) as unit:
            actor = unit.shell(shell)
            bound = vault.is_check(key_check)
            with database.read() as before:
                sealed, damaged = seal_all(before, unit.session, vault, bound=bound)
            end_open_sessions(unit.session, unit.now, EndReason.RESTORED)
            _spend_steps(unit.session, totp.step_at(unit.now))
            detail = f"{file.name}: {sealed} values, {damaged} damaged"
            unit.record(RESTORED, actor=actor, source=actor, detail=detail)
    finally:
        hashing.close()
    database.forget_deleted()
    return damaged, store_id, seq


def _spend_steps(session: Session, step: int) -> None:
    earlier = or_(col(Authenticator.last_step).is_(None), col(Authenticator.last_step) < step)
    session.exec(update(Authenticator).where(earlier).values(last_step=step))


def _spent_since(settings: Settings, store_id: str, seq: int) -> tuple[SpentSince, ...] | None:
    """Return the backup codes that were used after this event, by the log of the store that is there.

    Raises StoreUnusable where that is another store: its log says nothing of this one.
    """
    if not settings.store_path.exists():
        return None
    try:
        present = Database(settings.store_url)
    except StoreUnusable:
        return None
    try:
        with present.read() as session:
            if session.exec(select(StoreIdentity.store_id)).first() != store_id:
                raise StoreUnusable("another store", settings.store_path)
            rows = (
                select(Account.username, AuditEvent.at, AuditEvent.detail)
                .join(AuditEvent, col(AuditEvent.account_id) == Account.id)
                .where(
                    col(AuditEvent.event).in_((*PROVEN, Purpose.LAST_CODE)),
                    AuditEvent.outcome == "done",
                    AuditEvent.seq > seq,
                )
                .order_by(col(AuditEvent.seq))
            )
            spent: dict[tuple[str, int, int], SpentSince] = {}
            for name, at, detail in session.exec(rows):
                if used := used_code(detail):
                    # A log-in by the last code is told twice: by Agree, and as a log-in.
                    each = SpentSince(name, at, used.number, used.set_number)
                    spent.setdefault((name, used.set_number, used.number), each)
            return tuple(spent.values())
    finally:
        present.close()
