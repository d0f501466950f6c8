"""What a recovery case that is not closed means to log-ins and resets, in their own transactions."""

from sqlmodel import and_, col, select, update

from store.errors import CaseState
from store.models import Account, Policy, RecoveryCase
from store.services.actors import Actor
from store.services.unit import Unit

LIVE = (CaseState.OPEN, CaseState.APPROVED)
"""The states of a case that nobody has closed. It may have expired, which is no state in the store."""


def is_suspended(unit: Unit, account_id: int) -> bool:
    """Tell whether the account's second factor opens nothing, since the phone may be in somebody's hands.

    It is asked of the case and noted nowhere else: with the case cancelled, the factor is again exactly what
    it was, even one that a hundred failures had switched off before (D9). A case that expired suspends on:
    who has the phone need only have waited.
    """
    stolen = select(RecoveryCase.id).where(
        RecoveryCase.account_id == account_id,
        col(RecoveryCase.state).in_(LIVE),
        RecoveryCase.stolen == 1,
    )
    return unit.session.exec(stolen).first() is not None


def takes_two(unit: Unit) -> bool:
    """Tell whether policy demands a second operator's approval."""
    return bool(unit.session.exec(select(Policy.second_approval)).first())


def cancel_by_login(unit: Unit, account: Account, source: str) -> None:
    """Cancel the account's case: its owner has just proven the factor that was said to be lost."""
    for number in _close(unit, account, account.username, stolen_too=False):
        unit.record(
            "recovery cancelled by a log-in",
            actor=account.username,
            source=source,
            account_id=account.id,
            detail=f"case {number}",
        )


def cancel_by_reset(unit: Unit, actor: Actor, account: Account) -> None:
    """Cancel the account's case: what it was opened for is done without it."""
    for number in _close(unit, account, actor.name, stolen_too=True):
        unit.record(
            "recovery cancelled",
            actor=actor.name,
            source=actor.source,
            account_id=account.id,
            detail=f"case {number}: 2FA is reset without it",
        )


def _close(unit: Unit, account: Account, by: str, *, stolen_too: bool) -> list[int | None]:
    live = and_(col(RecoveryCase.account_id) == account.id, col(RecoveryCase.state).in_(LIVE))
    if not stolen_too:
        live = and_(live, col(RecoveryCase.stolen) == 0)
    closed = update(RecoveryCase).where(live)
    closed = closed.values(state=CaseState.CANCELLED, closed_by=by, closed_at=unit.now)
    return list(unit.session.exec(closed.returning(col(RecoveryCase.id))).scalars())
