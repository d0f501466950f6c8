"""Accounts by the name that somebody typed."""

from sqlmodel import col, or_, select

from store.errors import InvalidUsername, LastOperator, NoSuchAccount
from store.models import Account, RecoveryCase
from store.rules import usernames
from store.services.recovery_cases import LIVE
from store.services.unit import Unit


def find_account(unit: Unit, typed: str) -> Account | None:
    """Return the account of this name, in whatever spelling log-in takes; none where there is none."""
    try:
        username = usernames.enforce(typed)
    except InvalidUsername:
        return None
    return unit.session.exec(select(Account).where(Account.username == username)).first()


def require_account(unit: Unit, typed: str) -> Account:
    """Return the account that an operator named; refuses with NoSuchAccount."""
    account = find_account(unit, typed)
    return account if account is not None else unit.refuse(NoSuchAccount(typed))


def leave_an_operator(unit: Unit, account: Account) -> None:
    """Refuse with LastOperator where, without this account, no operator is left who can log in.

    Who is locked, is suspended, waits for a reset code or has chosen no password yet is none.
    """
    if account.role != "operator":
        return
    suspended = select(RecoveryCase.account_id).where(
        col(RecoveryCase.state).in_(LIVE), RecoveryCase.stolen == 1
    )
    others = select(Account.id).where(
        Account.role == "operator",
        Account.enabled == 1,
        Account.second_factor != "reset",
        col(Account.activation_ends_at).is_(None),
        or_(col(Account.locked_until).is_(None), col(Account.locked_until) <= unit.now),
        col(Account.id) != account.id,
        col(Account.id).not_in(suspended),
    )
    if unit.session.exec(others.limit(1)).first() is None:
        unit.refuse(LastOperator())
