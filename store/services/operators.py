"""Operators who count: who is left to look after accounts, and who may be one of two (design D20)."""

from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, exists, func, or_, select

from store.errors import LastOperator, NoLongerCounts, TooFewOperators, TooNewToApprove
from store.models import Account, Authenticator, BackupSet, RecoveryCase
from store.services.actors import SHELL, Actor
from store.services.recovery_cases import SUSPENDS
from store.services.unit import Unit

ENOUGH = 2


def takes_two(unit: Unit, actor: Actor) -> bool:
    """Tell whether this actor needs another operator: policy says so, and it is not the host's shell."""
    return unit.policy.second_approval and actor.who is not None


def how_many_count(unit: Unit, *, but: Account | None = None) -> int:
    """Return how many operators can log in with a second factor that works."""
    counted = select(func.count()).select_from(Account).where(_counts(unit))
    if but is not None:
        counted = counted.where(col(Account.id) != but.id)
    return unit.session.exec(counted).one()


def counts_since(unit: Unit, name: str, moment: datetime) -> bool:
    """Tell whether who is named in the log is one who counts now, and was one before that moment.

    Being an operator, having 2FA on and being free of an operator's lock must not have been broken since.
    The host's shell always counts: it owns the store.
    """
    if name.startswith(SHELL):
        return True
    unbroken = and_(
        col(Account.operator_since) < moment,
        col(Account.second_factor_since) < moment,
        or_(col(Account.locked_until).is_(None), col(Account.locked_until) <= moment),
    )
    found = select(Account.id).where(Account.username == name, _counts(unit), unbroken)
    return unit.session.exec(found).first() is not None


def same_person(one: str, other: str) -> bool:
    """Tell whether both may be one: an operator whose OS user has the same name is nobody else there."""
    return _person(one) == _person(other)


def require_proposer(unit: Unit, name: str, moment: datetime) -> None:
    """Refuse with NoLongerCounts where who proposed something at that moment has stopped counting."""
    # They were an operator then, or could not have proposed it: what is asked is whether that broke since.
    if not counts_since(unit, name, moment):
        unit.refuse(NoLongerCounts(name))


def require_approver(unit: Unit, actor: Actor, moment: datetime) -> None:
    """Refuse with TooNewToApprove who did not count before that moment: a second account of one's own."""
    if not counts_since(unit, actor.name, moment):
        unit.refuse(TooNewToApprove())


def leave_an_operator(unit: Unit, actor: Actor, account: Account, command: str) -> None:
    """Refuse with LastOperator where, without this account, no operator is left who can log in.

    Who is locked, is suspended, waits for a reset code, has both factors switched off or has chosen no
    password yet is none. Where policy asks for two, a session leaves two (TooFewOperators).
    """
    if account.role != "operator":
        return
    others = select(Account.id).where(_can_log_in(unit), col(Account.id) != account.id)
    if unit.session.exec(others.limit(1)).first() is None:
        unit.refuse(LastOperator())
    leave_two(unit, actor, account, command)


def leave_two(unit: Unit, actor: Actor, account: Account, command: str) -> None:
    """Refuse with TooFewOperators where policy asks for two and a session leaves fewer who count."""
    if not takes_two(unit, actor):
        return
    left = how_many_count(unit, but=account)
    if left < ENOUGH and how_many_count(unit) > left:
        unit.refuse(TooFewOperators(command))


def require_enough(unit: Unit, command: str) -> None:
    """Refuse with TooFewOperators where fewer than two count: nobody could approve it."""
    if how_many_count(unit) < ENOUGH:
        unit.refuse(TooFewOperators(command))


def _can_log_in(unit: Unit) -> ColumnElement[bool]:
    return and_(
        col(Account.role) == "operator",
        col(Account.enabled) == 1,
        or_(col(Account.second_factor) == "off", _factor_works()),
        col(Account.activation_ends_at).is_(None),
        or_(col(Account.locked_until).is_(None), col(Account.locked_until) <= unit.now),
        col(Account.id).not_in(select(RecoveryCase.account_id).where(SUSPENDS)),
    )


def _factor_works() -> ColumnElement[bool]:
    app = exists().where(
        col(Authenticator.account_id) == col(Account.id), col(Authenticator.disabled_at).is_(None)
    )
    codes = exists().where(
        col(BackupSet.account_id) == col(Account.id),
        col(BackupSet.disabled_at).is_(None),
        col(BackupSet.unused) > 0,
    )
    return and_(col(Account.second_factor) == "on", or_(app, codes))


def _counts(unit: Unit) -> ColumnElement[bool]:
    return and_(_can_log_in(unit), col(Account.second_factor) == "on")


def _person(actor: str) -> str:
    return actor.removeprefix(SHELL).rpartition("@")[0] if actor.startswith(SHELL) else actor
