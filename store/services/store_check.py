"""Whether a store is sound: secrets, audit log, constraints, files; and a copy of it while it is in use."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, and_, col, func, or_, select

from store import upkeep
from store.errors import StoreUnusable
from store.key_file import key_path
from store.models import Account, AuditEvent, Authenticator, BackupCode, BackupSet, StoreIdentity
from store.services import told_by_log
from store.services.audit_verify import verify
from store.services.binding import is_bound, open_sessions, sealed_values
from store.services.core import Core
from store.services.principals import Principal
from store.services.told_by_log import STATES


@dataclass(frozen=True)
class Examined:
    """One thing that was looked at, and what was found wrong with it."""

    what: str
    faults: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Nothing was found wrong."""
        return not self.faults


class StoreCheck:
    """Looks at everything and changes nothing."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def check(self, principal: Principal) -> tuple[Examined, ...]:
        """Open every secret, see that accounts and second factors are whole, verify the log, look at files.

        Raises NotAllowed.
        """
        with self._core.unit() as unit:
            unit.shell(principal)
            # The newest check value says whether the key file has to be read again.
            self._core.vault.catch_up(unit.identity.key_check)
        return (
            _examined("secrets", self._secrets),
            _examined("second factors", self._second_factors),
            _examined("sessions", self._sessions),
            _examined("list of accounts", self._directory),
            _examined("audit log", self._log),
            _examined("database", self._core.database.integrity_faults),
            _examined("files", self._files),
        )

    def backup(self, principal: Principal, path: Path) -> None:
        """Write a consistent copy of the store to a new file, 0600, while the store is in use.

        The key file is no part of it. Raises NotAllowed, and StoreUnusable where the copy cannot be
        written or there is a file already; then nothing is left behind.
        """
        with self._core.unit() as unit:
            actor = unit.shell(principal)
            # Before, not after: whoever kills this process must not have an unrecorded copy.
            unit.record("store backed up", actor=actor, source=actor)
        try:
            self._core.database.backup(path)
        except StoreUnusable as error:
            with suppress(StoreUnusable), self._core.unit() as unit:
                unit.record("store backed up", actor=actor, source=actor, done=False, detail=error.cause)
            raise

    def _secrets(self) -> Iterator[str]:
        with self._core.database.read() as session:
            for each in sealed_values(session):
                try:
                    self._core.vault.open(each.value, each.context)
                except StoreUnusable as error:
                    yield f"{each.place}: {error.cause}"
                else:
                    # Whoever kept the old key could have put it there.
                    if each.value[1] != self._core.vault.key_id:
                        yield f"{each.place}: under an older key; run twofold key rotate to its end"

    def _second_factors(self) -> Iterator[str]:
        """Hold what an account says of its 2FA against its rows, and against the audit log."""
        with self._core.database.read() as session:
            said = _said_by_the_log(session)
            apps = select(func.count()).where(col(Authenticator.account_id) == col(Account.id))
            codes = (
                select(func.count())
                .select_from(BackupCode)
                .join(BackupSet, col(BackupSet.id) == col(BackupCode.set_id))
                .where(col(BackupSet.account_id) == col(Account.id))
            )
            unused = select(func.count()).where(
                col(BackupCode.set_id) == col(BackupSet.id), col(BackupCode.used_at).is_(None)
            )
            app, sheet = apps.correlate(Account).scalar_subquery(), codes.correlate(Account).scalar_subquery()
            on = col(Account.second_factor) == "on"
            whole = or_(and_(on, app == 1, sheet == 10), and_(~on, app == 0, sheet == 0))
            for name, state in session.exec(select(Account.username, Account.second_factor).where(~whole)):
                yield f"{name}: 2FA is {state}, but its authenticator and backup codes do not fit that"
            miscounted = (
                select(Account.username)
                .join(BackupSet, col(BackupSet.account_id) == col(Account.id))
                .where(col(BackupSet.unused) != unused.correlate(BackupSet).scalar_subquery())
            )
            for name in session.exec(miscounted):
                yield f"{name}: more or fewer backup codes are unused than were counted"
            accounts = select(Account.username, Account.second_factor, Account.id)
            for name, state, number in session.exec(accounts.execution_options(yield_per=1000)):
                if state != said.get(number or 0, "off"):
                    yield f"{name}: 2FA is {state}, but {said.get(number or 0, 'off')} by the audit log"

            yield from told_by_log.faults(session)

    def _sessions(self) -> Iterator[str]:
        with self._core.database.read() as session:
            for row, account in open_sessions(session):
                if not is_bound(row, account, self._core.vault):
                    yield f"session {row.id} of {account.username}: not as it was made"

    def _directory(self) -> Iterator[str]:
        with self._core.database.read() as session:
            yield from upkeep.faults(session)

    def _log(self) -> Iterator[str]:
        with self._core.database.read() as session:
            for each in verify(session, self._core.vault).findings:
                yield f"events {each.first} to {each.last}: {each.damage}"

    def _files(self) -> Iterator[str]:
        database = self._core.database.path
        with self._core.database.read() as session:
            store_id = session.exec(select(StoreIdentity.store_id)).one()
        key = key_path(self._core.settings.keys_folder, store_id)
        for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm"), key):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            except OSError as error:
                yield f"{path}: {error.strerror}"
                continue
            if stat.S_IMODE(status.st_mode) & 0o077:
                yield f"{path}: open to others, mode {stat.S_IMODE(status.st_mode):o}"
            if status.st_uid != os.getuid():
                yield f"{path}: belongs to another user"
        for folder in sorted({*database.absolute().parents, *key.absolute().parents}):
            yield from _folder_faults(folder)


def _folder_faults(folder: Path) -> Iterator[str]:
    """Return why others could put another file in the place of one in this folder."""
    status = folder.stat()
    mode = stat.S_IMODE(status.st_mode)
    if mode & 0o022 and not mode & stat.S_ISVTX:
        yield f"{folder}: others can write in this folder, mode {mode:o}"
    if status.st_uid not in {0, os.getuid()}:
        yield f"{folder}: belongs to another user"


def _said_by_the_log(session: Session) -> dict[int, str]:
    """Return how 2FA stands by the newest event of each account that tells it."""
    newest = (
        select(func.max(AuditEvent.seq))
        .where(col(AuditEvent.event).in_(STATES), AuditEvent.outcome == "done")
        .group_by(col(AuditEvent.account_id))
    )
    told = select(AuditEvent.account_id, AuditEvent.event).where(col(AuditEvent.seq).in_(newest))
    return {account_id or 0: STATES[event] for account_id, event in session.exec(told)}


def _examined(what: str, look: Callable[[], Iterable[str]]) -> Examined:
    """Look at one thing; a database too damaged to be read keeps nobody from looking at the next."""
    faults: list[str] = []
    try:
        faults.extend(look())
    except StoreUnusable as error:
        faults.append(f"cannot be read: {error.cause}")
    return Examined(what, tuple(faults))
