"""What a recovery case is to everybody else: to log-ins, resets and lists, in their own transactions."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, select, update

from store.errors import CaseState, NoSuchCase, NotInThatState
from store.models import Account, RecoveryCase
from store.rules import sessions as limits
from store.services.actors import Actor
from store.services.unit import Unit
from store.services.views import RecoveryCaseView

LIVE = (CaseState.OPEN, CaseState.APPROVED)
"""The states of a case that nobody has closed. It may have expired, which is no state in the store."""


SUSPENDS = and_(col(RecoveryCase.state).in_(LIVE), col(RecoveryCase.stolen) == 1)
"""The condition of a case by which a second factor opens nothing."""


def is_suspended(unit: Unit, account_id: int) -> bool:
    """Tell whether the account's second factor opens nothing, since the phone may be in somebody's hands.

    It is asked of the case and noted nowhere else: with the case cancelled, the factor is again exactly what
    it was, even one that a hundred failures had switched off before (D9). A case that expired suspends on:
    who has the phone need only have waited.
    """
    stolen = select(RecoveryCase.id).where(RecoveryCase.account_id == account_id, SUSPENDS)
    return unit.session.exec(stolen).first() is not None


def not_closed(unit: Unit, accounts: Sequence[Account]) -> dict[int, RecoveryCaseView]:
    """Return the cases of these accounts that nobody has closed, each by its account's id."""
    names = {account.id: account.username for account in accounts}
    rows = unit.session.exec(
        select(RecoveryCase).where(col(RecoveryCase.account_id).in_(names), col(RecoveryCase.state).in_(LIVE))
    ).all()
    two = bool(rows) and unit.policy.second_approval
    return {row.account_id: view_of(row, names[row.account_id], unit.now, two=two) for row in rows}


def state_of(row: RecoveryCase, now: datetime) -> CaseState:
    """Return how a case stands; one that is too old to be completed says so."""
    state = CaseState(row.state)
    expired = state in LIVE and row.opened_at <= now - limits.RECOVERY_CASE
    return CaseState.EXPIRED if expired else state


def view_of(row: RecoveryCase, username: str, now: datetime, *, two: bool) -> RecoveryCaseView:
    """Return a case as operators see it; `two` tells whether policy demands a second one."""
    assert row.id is not None  # noqa: S101 - it came out of the store
    state = state_of(row, now)
    return RecoveryCaseView(
        number=row.id,
        username=username,
        state=state,
        stolen=bool(row.stolen),
        proof=row.proof,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        expires_at=row.opened_at + limits.RECOVERY_CASE,
        password=row.kind == "password",
        approval_needed=(two or row.kind == "password") and state is CaseState.OPEN,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        closed_by_login=bool(row.closed_by_login),
    )


def require_case(unit: Unit, number: int) -> tuple[RecoveryCase, Account]:
    """Return a case and its account; refuses with NoSuchCase."""
    row = unit.session.get(RecoveryCase, number)
    if row is None:
        unit.refuse(NoSuchCase(number))
    return row, unit.session.exec(select(Account).where(Account.id == row.account_id)).one()


def close_case(unit: Unit, actor: Actor, row: RecoveryCase, why: str, *, restored: bool = True) -> None:
    """Close a case with nothing reset, and say so; refuses with NotInThatState where it is closed already.

    What it suspended is again what it was before, but where a new case suspends on (`restored`).
    """
    closing = update(RecoveryCase).where(col(RecoveryCase.id) == row.id, col(RecoveryCase.state).in_(LIVE))
    closing = closing.values(state=CaseState.CANCELLED, closed_by=actor.name, closed_at=unit.now)
    closed = unit.session.exec(closing.returning(col(RecoveryCase.id))).first()
    unit.session.refresh(row)
    if closed is None:
        unit.refuse(NotInThatState(state_of(row, unit.now)))
    record_case(unit, actor, row, "recovery cancelled", why)
    if row.stolen and restored:
        account = unit.session.get_one(Account, row.account_id)
        if account.role == "operator":
            # Whose factor was suspended proposed and approved nothing before (D20).
            account.operator_since = unit.now
            unit.session.add(account)
        record_case(unit, actor, row, "2FA restored")


def record_case(
    unit: Unit, actor: Actor, row: RecoveryCase, event: str, detail: str = "", *, done: bool = True
) -> None:
    """Add an audit event about a case, which it names."""
    unit.record(
        event,
        actor=actor.name,
        source=actor.source,
        account_id=row.account_id,
        done=done,
        detail=f"case {row.id}: {detail}" if detail else f"case {row.id}",
    )


def cancel_by_owner(unit: Unit, account: Account, source: str, proven: Sequence[str]) -> None:
    """Cancel the account's case: its owner has just proven what was said to be lost, `factor` or `password`.

    Not one that suspends: the phone may be in somebody's hands.
    """
    lost = and_(col(RecoveryCase.kind).in_(proven), col(RecoveryCase.stolen) == 0)
    for number in _close(unit, account, account.username, lost, closed_by_login=1):
        unit.record(
            "recovery cancelled by a log-in",
            actor=account.username,
            source=source,
            account_id=account.id,
            detail=f"case {number}",
        )


def cancel_by_reset(unit: Unit, actor: Actor, account: Account, lost: str) -> None:
    """Cancel the account's case of this kind: what it was opened for is done without it."""
    what = "2FA" if lost == "factor" else "the password"
    for number in _close(unit, account, actor.name, col(RecoveryCase.kind) == lost):
        unit.record(
            "recovery cancelled",
            actor=actor.name,
            source=actor.source,
            account_id=account.id,
            detail=f"case {number}: {what} is reset without it",
        )


def _close(
    unit: Unit, account: Account, by: str, which: ColumnElement[bool], *, closed_by_login: int = 0
) -> list[int | None]:
    live = and_(col(RecoveryCase.account_id) == account.id, col(RecoveryCase.state).in_(LIVE), which)
    closed = update(RecoveryCase).where(live)
    closed = closed.values(
        state=CaseState.CANCELLED, closed_by=by, closed_at=unit.now, closed_by_login=closed_by_login
    )
    return list(unit.session.exec(closed.returning(col(RecoveryCase.id))).scalars())
