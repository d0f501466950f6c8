"""Recovery cases: somebody lost phone and codes, and operators put on record who proved what (issue 4)."""

from collections.abc import Iterator

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select, update

from store.errors import (
    AlreadyOff,
    ApprovalNeeded,
    CaseOpenAlready,
    CaseState,
    EndReason,
    NoProof,
    NoReason,
    NoSuchCase,
    NotInThatState,
    OwnApproval,
    OwnCase,
)
from store.models import Account, RecoveryCase
from store.rules import reasons
from store.rules import sessions as limits
from store.services.actors import Actor
from store.services.core import Core
from store.services.lookup import require_account
from store.services.principals import Principal
from store.services.recovery_cases import LIVE, state_of, view_of
from store.services.reset import new_reset_code, reset
from store.services.unit import Unit
from store.services.views import RecoveryCaseView

TEXT_LENGTH = 500
PAGE = 200


class Recovery:
    """Leads from who proved what to the reset code, by one operator or, where policy says so, by two."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def open(
        self, principal: Principal, username: str, proof: str, *, stolen: bool = False
    ) -> RecoveryCaseView:
        """Open a case; where the phone was stolen, suspend the second factor and end every session at once.

        An older case of the account that has expired is closed by it; what that one suspended stays
        suspended. Raises NotAllowed, NoSuchAccount, NoProof, UnsafeText, OwnCase, CaseOpenAlready, and
        AlreadyOff where there is no second factor to lose.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            proven = reasons.one_line(proof, TEXT_LENGTH, NoProof())
            account = require_account(unit, username)
            assert account.id is not None  # noqa: S101 - it came out of the store
            _not_ones_own(unit, actor, account, "recovery opened")
            if account.second_factor == "off":
                unit.refuse(AlreadyOff())
            suspended = _close_expired(unit, actor, account)
            row = RecoveryCase(
                account_id=account.id,
                stolen=int(stolen or suspended),
                proof=proven,
                opened_by=actor.name,
                opened_at=unit.now,
            )
            try:
                with unit.session.begin_nested():
                    unit.session.add(row)
            except IntegrityError:
                unit.refuse(CaseOpenAlready(_live_number(unit, account.id)))
            _record_case(unit, actor, row, "recovery opened", proven)
            if stolen and not suspended:
                unit.end_sessions(account.id, EndReason.ENDED_BY_OPERATOR)
                _record_case(unit, actor, row, "2FA suspended")
            return view_of(row, account.username, unit.now, two=unit.policy.second_approval)

    def approve(self, principal: Principal, case_id: int) -> RecoveryCaseView:
        """Approve a case that somebody else opened.

        Raises NotAllowed, NoSuchCase, OwnCase, OwnApproval and NotInThatState.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            row, account = _require(unit, case_id)
            _not_ones_own(unit, actor, account, "recovery approved")
            if _person(actor.name) == _person(row.opened_by):
                _record_case(unit, actor, row, "recovery approved", "who opened it", done=False)
                unit.refuse(OwnApproval())
            approved = {
                "state": CaseState.APPROVED,
                "approved_by": actor.name,
                "approved_at": unit.now,
            }
            _advance(unit, actor, row, "recovery approved", (CaseState.OPEN,), approved)
            return view_of(row, account.username, unit.now, two=unit.policy.second_approval)

    def complete(self, principal: Principal, case_id: int) -> str:
        """Reset 2FA (D18), close the case, and return the reset code, shown this once.

        Raises NotAllowed, NoSuchCase, OwnCase, ApprovalNeeded, NotInThatState, and AlreadyOff where 2FA was
        turned off meanwhile.
        """
        code = new_reset_code(self._core)
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            row, account = _require(unit, case_id)
            _not_ones_own(unit, actor, account, "recovery completed")
            states = (CaseState.APPROVED,) if unit.policy.second_approval else LIVE
            done = {"state": CaseState.DONE, "closed_by": actor.name, "closed_at": unit.now}
            _advance(unit, actor, row, "recovery completed", states, done)
            reset(unit, actor, account, code, f"case {row.id}")
        self._core.database.forget_deleted()
        return code.shown

    def cancel(self, principal: Principal, case_id: int, reason: str) -> RecoveryCaseView:
        """Close a case without a reset; a second factor that it suspended is again what it was before.

        Raises NotAllowed, NoReason, UnsafeText, NoSuchCase and NotInThatState.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.one_line(reason, TEXT_LENGTH, NoReason())
            row, account = _require(unit, case_id)
            _close(unit, actor, row, why)
            if row.stolen:
                _record_case(unit, actor, row, "2FA restored")
            return view_of(row, account.username, unit.now, two=unit.policy.second_approval)

    def show(self, principal: Principal, case_id: int) -> RecoveryCaseView:
        """Return one case. Raises NotAllowed and NoSuchCase."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            row, account = _require(unit, case_id)
            return view_of(row, account.username, unit.now, two=unit.policy.second_approval)

    def list(self, principal: Principal, *, open_only: bool = True) -> Iterator[RecoveryCaseView]:
        """Return cases, the latest first, a page at a time; those that nobody has closed, or all."""
        page = (
            select(RecoveryCase, Account.username)
            .join(Account, col(Account.id) == col(RecoveryCase.account_id))
            .order_by(col(RecoveryCase.id).desc())
            .limit(PAGE)
        )
        if open_only:
            page = page.where(col(RecoveryCase.state).in_(LIVE))
        before = page
        while True:
            with self._core.unit() as unit:
                unit.operator(principal, step_up=False)
                two = unit.policy.second_approval
                views = [view_of(row, name, unit.now, two=two) for row, name in unit.session.exec(before)]
            yield from views
            if len(views) < PAGE:
                return
            before = page.where(col(RecoveryCase.id) < views[-1].number)


def _require(unit: Unit, number: int) -> tuple[RecoveryCase, Account]:
    row = unit.session.get(RecoveryCase, number)
    if row is None:
        unit.refuse(NoSuchCase(number))
    return row, unit.session.exec(select(Account).where(Account.id == row.account_id)).one()


def _not_ones_own(unit: Unit, actor: Actor, account: Account, event: str) -> None:
    if actor.who is not None and actor.who.account_id == account.id:
        unit.record_of(actor.who, event, done=False, detail="their own account")
        unit.refuse(OwnCase())


def _person(actor: str) -> str:
    """Return who that is: an operator whose OS user has the same name is nobody else at the shell."""
    shell = actor.startswith("shell:")
    return actor.removeprefix("shell:").rpartition("@")[0] if shell else actor


def _advance(
    unit: Unit,
    actor: Actor,
    row: RecoveryCase,
    event: str,
    states: tuple[CaseState, ...],
    values: dict[str, object],
) -> None:
    """Take a case that has not expired out of one of these states: of two operators at once, one does."""
    step = update(RecoveryCase).where(
        col(RecoveryCase.id) == row.id,
        col(RecoveryCase.state).in_(states),
        col(RecoveryCase.opened_at) > unit.now - limits.RECOVERY_CASE,
    )
    taken = unit.session.exec(step.values(values).returning(col(RecoveryCase.id))).first()
    unit.session.refresh(row)
    if taken is None:
        state = state_of(row, unit.now)
        _record_case(unit, actor, row, event, state, done=False)
        unit.refuse(ApprovalNeeded() if state is CaseState.OPEN else NotInThatState(state))
    _record_case(unit, actor, row, event)


def _close(unit: Unit, actor: Actor, row: RecoveryCase, why: str) -> None:
    closing = update(RecoveryCase).where(col(RecoveryCase.id) == row.id, col(RecoveryCase.state).in_(LIVE))
    closing = closing.values(state=CaseState.CANCELLED, closed_by=actor.name, closed_at=unit.now)
    closed = unit.session.exec(closing.returning(col(RecoveryCase.id))).first()
    unit.session.refresh(row)
    if closed is None:
        unit.refuse(NotInThatState(state_of(row, unit.now)))
    _record_case(unit, actor, row, "recovery cancelled", why)


def _close_expired(unit: Unit, actor: Actor, account: Account) -> bool:
    """Close the account's case where it has expired; tell whether that one suspended the second factor."""
    row = unit.session.exec(
        select(RecoveryCase).where(RecoveryCase.account_id == account.id, col(RecoveryCase.state).in_(LIVE))
    ).first()
    if row is None or state_of(row, unit.now) is not CaseState.EXPIRED:
        return False
    _close(unit, actor, row, "expired")
    return bool(row.stolen)


def _live_number(unit: Unit, account_id: int) -> int:
    live = select(RecoveryCase.id).where(
        RecoveryCase.account_id == account_id, col(RecoveryCase.state).in_(LIVE)
    )
    return unit.session.exec(live).one() or 0


def _record_case(
    unit: Unit, actor: Actor, row: RecoveryCase, event: str, detail: str = "", *, done: bool = True
) -> None:
    unit.record(
        event,
        actor=actor.name,
        source=actor.source,
        account_id=row.account_id,
        done=done,
        detail=f"case {row.id}: {detail}" if detail else f"case {row.id}",
    )
