"""A password for one log-in, in the place of the one that an account has."""

from store.errors import EndReason
from store.models import Account
from store.rules import activation, hashing
from store.services.actors import Who
from store.services.unit import Unit
from store.services.views import Activation


def give_activation_password(unit: Unit, account: Account) -> Activation:
    """Make one; the password before it is dead, and so is every session that it opened."""
    password = activation.new_password()
    account.password_hash = hashing.hash_activation_password(password)
    account.password_changed_at = unit.now
    account.activation_ends_at = unit.now + activation.VALID_FOR
    account.activation_spent = 0
    account.must_change_password = 1
    account.epoch += 1
    unit.session.add(account)
    unit.end_sessions(account.id, EndReason.CHANGED)
    return Activation(account.username, password, activation.VALID_FOR)


def spend_activation(unit: Unit, account: Account, *, by: Who | None = None) -> None:
    """Have the log-in that is finished here be the only one that an activation password opens.

    Whatever else it opened half-way ends, so that nothing is finished a second time.
    """
    if account.activation_ends_at is None:
        return
    account.activation_spent = 1
    unit.session.add(account)
    unit.end_sessions(account.id, EndReason.CHANGED, but=by)
