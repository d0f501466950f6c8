"""A password for one log-in, in the place of the one that an account has."""

from store.errors import EndReason
from store.models import Account
from store.rules import activation, hashing
from store.services.unit import Unit
from store.services.views import Activation


def give_activation_password(unit: Unit, account: Account) -> Activation:
    """Make one; the password before it is dead, and so is every session that it opened."""
    password = activation.new_password()
    account.password_hash = hashing.hash_activation_password(password)
    account.password_changed_at = unit.now
    account.activation_ends_at = unit.now + activation.VALID_FOR
    account.must_change_password = 1
    account.epoch += 1
    unit.session.add(account)
    unit.end_sessions(account.id, EndReason.CHANGED)
    return Activation(account.username, password, activation.VALID_FOR)
