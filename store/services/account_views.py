"""Accounts as operators see them: many at a time, by a few queries for all of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import col, func, select

from store.models import Account, Authenticator, BackupCode, BackupSet, LoginSession
from store.services import recovery_cases, throttle
from store.services.core import Core
from store.services.unit import Unit
from store.services.views import AccountView

Row = TypeVar("Row", Authenticator, BackupSet)


def account_views(core: Core, unit: Unit, accounts: Sequence[Account]) -> Iterator[AccountView]:
    """Return the views of these accounts, in their order."""
    of = [account.id for account in accounts]
    authenticators = _by_account(unit, Authenticator, of)
    sets = _by_account(unit, BackupSet, of)
    names = {account.id: core.name_digest(account.username) for account in accounts}
    password_waits = throttle.waits(unit, "password", names.values())
    code_waits = throttle.waits(unit, "authenticator", map(_subject, authenticators.values()))
    sessions = _open_sessions(unit, of)
    cases = recovery_cases.not_closed(unit, accounts)
    backup_code_waits = throttle.waits(unit, "backup code", map(_subject, sets.values()))
    for account in accounts:
        authenticator, backup_set = authenticators.get(account.id), sets.get(account.id)
        yield AccountView(
            at=unit.now,
            username=account.username,
            display_name=account.display_name,
            role=account.role,
            enabled=bool(account.enabled),
            second_factor=account.second_factor,
            two_factor_since=authenticator.created_at if authenticator else None,
            set_number=backup_set.number if backup_set else None,
            codes_left=backup_set.unused if backup_set else None,
            own_number=account.number,
            created_at=account.created_at,
            last_login_at=account.last_login_at,
            password_locked_for=password_waits.get(names[account.id], timedelta()),
            code_locked_for=code_waits.get(_subject(authenticator), timedelta()),
            backup_code_locked_for=backup_code_waits.get(_subject(backup_set), timedelta()),
            authenticator_disabled=authenticator is not None and authenticator.disabled_at is not None,
            backup_set_disabled=backup_set is not None and backup_set.disabled_at is not None,
            locked_for=(locked_for := locked_by_operator(account, unit.now)),
            lock_reason=account.lock_reason if locked_for else None,
            must_change_password=bool(account.must_change_password),
            activation_ends=account.activation_ends_at,
            activation_spent=bool(account.activation_spent),
            password_chosen=bool(account.password_chosen),
            open_sessions=sessions[account.id],
            case=cases.get(account.id or 0),
        )


def locked_by_operator(account: Account, now: datetime) -> timedelta:
    """Return how much longer an operator's lock lasts; zero where there is none."""
    return max(account.locked_until - now, timedelta()) if account.locked_until else timedelta()


def _by_account(unit: Unit, table: type[Row], of: Sequence[int | None]) -> dict[int | None, Row]:
    rows = unit.session.exec(select(table).where(col(table.account_id).in_(of)))
    return {row.account_id: row for row in rows}


def _subject(row: Authenticator | BackupSet | None) -> bytes:
    return throttle.bound("", row.id if row else None).subject


def codes_left(unit: Unit, set_id: int | None) -> int:
    """Return how many codes of a set are unused."""
    unused = select(func.count()).where(BackupCode.set_id == set_id, col(BackupCode.used_at).is_(None))
    return unit.session.exec(unused).one()


def _open_sessions(unit: Unit, of: Sequence[int | None]) -> Counter[int | None]:
    rows = select(LoginSession).where(
        col(LoginSession.account_id).in_(of), LoginSession.kind == "full", unit.may_live()
    )
    return Counter(row.account_id for row in unit.session.exec(rows) if unit.over(row) is None)
