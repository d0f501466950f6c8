"""The acts that policy may ask two operators for, in the unit of whoever carries them out (design D20)."""

from datetime import datetime

from store.errors import AlreadyEnabled, SameRole, ShellsAct, TwofoldError, TwoNeeded
from store.models import Account
from store.services.actors import Actor
from store.services.operators import leave_an_operator, takes_two
from store.services.unit import Unit


def not_alone(
    unit: Unit, actor: Actor, event: str, account: Account | None = None, error: TwofoldError | None = None
) -> None:
    """Refuse, and record, where this actor may not do it without another operator.

    With TwoNeeded, or with the error that names the way there is instead.
    """
    if takes_two(unit, actor):
        unit.record(
            event,
            actor=actor.name,
            source=actor.source,
            account_id=account.id if account is not None else None,
            done=False,
            detail="takes two operators",
        )
        unit.refuse(error or TwoNeeded())


def change_role(unit: Unit, actor: Actor, account: Account, role: str, why: str) -> None:
    """Make an account an operator's or a user's.

    Raises SameRole, ShellsAct, LastOperator and TooFewOperators.
    """
    if account.role == role:
        unit.refuse(SameRole())
    chosen_by_its_owner(unit, actor, account, role)
    command = f"twofold account role {account.username} {role} --reason TEXT"
    leave_an_operator(unit, actor, account, command)
    account.role = role
    account.operator_since = since_now(unit, account)
    unit.session.add(account)
    unit.record_by(actor, account, "role changed", f"{role}: {why}" if why else role)


def chosen_by_its_owner(unit: Unit, actor: Actor, account: Account, role: str) -> None:
    """Refuse with ShellsAct where a session would make an operator of who chose no password.

    Any operator can renew such a password and so be its owner: two would be one.
    """
    if role == "operator" and actor.who is not None and not account.password_chosen:
        unit.refuse(ShellsAct(f"twofold account role {account.username} operator"))


def enable(unit: Unit, actor: Actor, account: Account, why: str = "") -> None:
    """Let an account log in again. Raises AlreadyEnabled."""
    if account.enabled:
        unit.refuse(AlreadyEnabled())
    account.enabled = 1
    account.operator_since = since_now(unit, account)
    unit.session.add(account)
    unit.record_by(actor, account, "account enabled", why)


def since_now(unit: Unit, account: Account) -> datetime | None:
    """Return since when an account is an operator's, where that begins anew."""
    return unit.now if account.role == "operator" else None
