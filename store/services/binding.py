"""What binds sessions to their accounts, and sealed values to whom they are made for and to now (design D19).

So who can write the store, but has no key, moves none of them to another account and puts no older one back.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, event, inspect
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col, func, select, update

from store.columns import EPOCH, MICROSECOND
from store.models import (
    Account,
    Authenticator,
    BackupCode,
    BackupSet,
    LoginSession,
    ResetCode,
    StoreIdentity,
)
from store.services.contexts import (
    Owner,
    authenticator_place,
    backup_code_place,
    code_state,
    reset_code_place,
)
from store.upkeep import StoreSession
from store.vault import Vault

PURPOSE = "session"
BINDER = "vault that binds sessions"
BOUND = (
    "digest",
    "account_id",
    "kind",
    "kiosk",
    "by_backup_code",
    "cover",
    "created_at",
    "stepped_up_at",
    "held_until",
)
BATCH = 1000


@dataclass(frozen=True)
class Sealed:
    """One sealed value: where it stands, and what it is sealed for."""

    table: type[SQLModel]
    column: Mapped[bytes]
    row: ColumnElement[bool]
    value: bytes
    place: str
    owner: Owner
    state: str = ""

    @property
    def context(self) -> str:
        """What it is sealed for."""
        return self.owner.bind(self.place, self.state)

    def put(self, session: Session, value: bytes) -> bool:
        """Put another value there, unless it was changed since this one was read; tell whether it is."""
        same = update(self.table).where(self.row, self.column == self.value)
        return session.exec(same.values({self.column: value})).rowcount == 1


def sealed_values(session: Session, *, but: int | None = None, of: int | None = None) -> Iterator[Sealed]:
    """Return every sealed value of the store except the check value, each with its place.

    `but` leaves out those under one key, `of` those of every other account.
    """
    timeline = session.exec(select(StoreIdentity.timeline)).one()
    whose = select(col(Account.username), col(Account.generation))
    column = col(Authenticator.secret)
    apps = whose.add_columns(Authenticator).join(Authenticator, col(Authenticator.account_id) == Account.id)
    for name, generation, app in _rows(session, apps, column, but, of):
        row, place = col(Authenticator.account_id) == app.account_id, authenticator_place(app.account_id)
        yield Sealed(Authenticator, column, row, app.secret, place, Owner(name, generation, timeline))
    column = col(ResetCode.digest)
    resets = whose.add_columns(ResetCode).join(ResetCode, col(ResetCode.account_id) == Account.id)
    for name, generation, reset in _rows(session, resets, column, but, of):
        row, place = col(ResetCode.account_id) == reset.account_id, reset_code_place(reset.account_id)
        yield Sealed(ResetCode, column, row, reset.digest, place, Owner(name, generation, timeline))
    column = col(BackupCode.digest)
    codes = (
        whose.add_columns(col(BackupSet.account_id), col(BackupSet.number), BackupCode)
        .join(BackupSet, col(BackupSet.account_id) == Account.id)
        .join(BackupCode, col(BackupCode.set_id) == BackupSet.id)
    )
    for name, generation, owner, of_set, code in _rows(session, codes, column, but, of):
        row = and_(col(BackupCode.set_id) == code.set_id, col(BackupCode.number) == code.number)
        place = backup_code_place(owner, of_set, code.number)
        whose_code, state = Owner(name, generation, timeline), code_state(code.used_at)
        yield Sealed(BackupCode, column, row, code.digest, place, whose_code, state)


def session_message(row: LoginSession, username: str) -> bytes:
    """Return what a session's MAC is of: whose it is, and what decides what it may and how long."""
    return json.dumps(
        [
            row.digest.hex(),
            row.account_id,
            username,
            row.kind,
            int(row.kiosk),
            int(row.by_backup_code),
            row.cover,
            _microseconds(row.created_at),
            _microseconds(row.stepped_up_at),
            _microseconds(row.held_until),
        ]
    ).encode()


def _microseconds(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // MICROSECOND


def bind(row: LoginSession, username: str, vault: Vault) -> None:
    """Bind the session to this account, under the key that seals."""
    row.mac = vault.bind(PURPOSE, session_message(row, username))


def is_bound(row: LoginSession, account: Account, vault: Vault) -> bool:
    """Tell whether the session is what this program made it, for this very account."""
    return vault.binds(row.mac, PURPOSE, session_message(row, account.username))


def bind_sessions(session: Session, vault: Vault) -> None:
    """Have every session that is written in this transaction bound as it is written."""
    session.info[BINDER] = vault


@event.listens_for(StoreSession, "before_flush")
def _bind(session: Session, *_: object) -> None:
    vault: Vault | None = session.info.get(BINDER)
    if vault is None:
        return
    for row in (*session.new, *session.dirty):
        # Only with what it binds: a row that was tampered with must not be bound as it is ended.
        if isinstance(row, LoginSession) and _is_changed(row):
            with session.no_autoflush:
                account = session.get(Account, row.account_id)
                # Another process may have retired the key that this one knows as the newest.
                vault.catch_up(session.exec(select(StoreIdentity.key_check)).one())
            assert account is not None  # noqa: S101 - a row of no account is refused by its foreign key
            bind(row, account.username, vault)


def _is_changed(row: LoginSession) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in BOUND)


def open_sessions(session: Session, *, but: int | None = None) -> Iterator[tuple[LoginSession, Account]]:
    """Return the sessions that nobody ended, a part at a time; `but` leaves out those under one key."""
    rows = select(LoginSession, Account).join(Account, col(Account.id) == LoginSession.account_id)
    rows = rows.where(col(LoginSession.ended_at).is_(None))
    if but is not None:
        rows = rows.where(func.coalesce(func.substr(LoginSession.mac, 1, 1), b"") != bytes((but,)))
    yield from session.exec(rows.order_by(col(LoginSession.id)).execution_options(yield_per=BATCH))


def _rows(
    session: Session,
    query: Any,  # noqa: ANN401 - of three kinds of rows
    column: Mapped[bytes],
    but: int | None,
    of: int | None,
) -> Iterator[Any]:
    """Return the rows a part at a time, without those whose value is under this key: its second byte."""
    if but is not None:
        query = query.where(func.coalesce(func.substr(column, 2, 1), b"") != bytes((but,)))
    if of is not None:
        query = query.where(Account.id == of)
    # As they stand now: an act may have read them before it changed them.
    yield from session.exec(query.execution_options(yield_per=BATCH, populate_existing=True))
