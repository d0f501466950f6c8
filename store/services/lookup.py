"""Accounts by the name that somebody typed."""

from sqlmodel import select

from store.errors import InvalidUsername, NoSuchAccount
from store.models import Account
from store.rules import usernames
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
