"""What one operator proposes and another one decides, where policy asks for two (design D20)."""

from collections.abc import Iterator

from sqlmodel import col, select, update

from store.errors import (
    AlreadyEnabled,
    ApprovalClosed,
    ApprovalState,
    CaseState,
    Covered,
    NoReason,
    NoSuchApproval,
    NotInThatState,
    OneIsEnough,
    OwnApproval,
    ProposedAlready,
    SameRole,
)
from store.models import Account, Approval
from store.rules import reasons
from store.rules import sessions as limits
from store.rules.policy import PolicyChanges
from store.services import covered, policy
from store.services.actors import Actor
from store.services.core import Core
from store.services.lookup import require_account
from store.services.operators import (
    counts_since,
    how_many_count,
    require_approver,
    require_enough,
    require_proposer,
    same_person,
)
from store.services.principals import Principal
from store.services.recovery_cases import LIVE, close_case, require_case, state_of
from store.services.unit import Unit
from store.services.views import ApprovalView, TwoOperators

TEXT_LENGTH = 500
PAGE = 200
ROLES = {"operator": Covered.MAKE_OPERATOR, "user": Covered.MAKE_USER}
LOWER_RULE = "twofold policy set --second-approval no"


class Approvals:
    """A proposal is carried out in the very act that approves it, so that nothing is agreed and undone."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def standing(self, principal: Principal) -> TwoOperators:
        """Return whether policy asks for two operators, and how many there are. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            return TwoOperators(unit.policy.second_approval, how_many_count(unit))

    def propose_role(self, principal: Principal, username: str, role: str, reason: str) -> ApprovalView:
        """Propose to make an account an operator's or a user's.

        Raises NotAllowed, StepUpNeeded, NoReason, UnsafeText, NoSuchAccount, SameRole, ShellsAct,
        OneIsEnough, TooFewOperators and ProposedAlready.
        """
        with self._core.unit() as unit:
            actor, why = _proposer(unit, principal, reason)
            account = require_account(unit, username)
            if account.role == role:
                unit.refuse(SameRole())
            covered.chosen_by_its_owner(unit, actor, account, role)
            command = f"twofold account role {account.username} {role} --reason TEXT"
            return _propose(unit, actor, ROLES[role], why, command, account)

    def propose_enable(self, principal: Principal, username: str, reason: str) -> ApprovalView:
        """Propose to let a disabled operator log in again.

        Raises NotAllowed, StepUpNeeded, NoReason, UnsafeText, NoSuchAccount, AlreadyEnabled, OneIsEnough
        (for a user, too), TooFewOperators and ProposedAlready.
        """
        with self._core.unit() as unit:
            actor, why = _proposer(unit, principal, reason)
            account = require_account(unit, username)
            if account.enabled:
                unit.refuse(AlreadyEnabled())
            if account.role != "operator":
                unit.refuse(OneIsEnough())
            command = f"twofold account enable {account.username}"
            return _propose(unit, actor, Covered.ENABLE, why, command, account)

    def propose_lift(self, principal: Principal, case_id: int, reason: str) -> ApprovalView:
        """Propose to cancel a case that suspends a second factor.

        Raises NotAllowed, StepUpNeeded, NoReason, UnsafeText, NoSuchCase, NotInThatState, OneIsEnough (where
        it suspends nothing, too), TooFewOperators and ProposedAlready.
        """
        with self._core.unit() as unit:
            actor, why = _proposer(unit, principal, reason)
            row, account = require_case(unit, case_id)
            if row.state not in LIVE:
                unit.refuse(NotInThatState(CaseState(row.state)))
            if not row.stolen:
                unit.refuse(OneIsEnough())
            command = f"twofold recovery cancel {case_id} --reason TEXT"
            return _propose(unit, actor, Covered.LIFT, why, command, account, case_id)

    def propose_one_operator(self, principal: Principal, reason: str) -> ApprovalView:
        """Propose that one operator is enough again.

        Raises NotAllowed, StepUpNeeded, NoReason, UnsafeText, OneIsEnough, TooFewOperators and
        ProposedAlready.
        """
        with self._core.unit() as unit:
            actor, why = _proposer(unit, principal, reason)
            return _propose(unit, actor, Covered.ONE_OPERATOR, why, LOWER_RULE)

    def approve(self, principal: Principal, approval_id: int) -> ApprovalView:
        """Carry out what somebody else proposed, who counts still, as one who counted before that.

        Raises NotAllowed, StepUpNeeded, NoSuchApproval, ApprovalClosed, OwnApproval, TooNewToApprove,
        NoLongerCounts, and what the act itself raises; then the proposal stays open.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            row = _require(unit, approval_id)
            if same_person(actor.name, row.proposed_by):
                _record_approval(unit, actor, row, "approval given", "who proposed it", done=False)
                unit.refuse(OwnApproval())
            require_approver(unit, actor, row.proposed_at)
            require_proposer(unit, row.proposed_by, row.proposed_at)
            _carry_out(self._core, unit, actor, row)
            _close(unit, actor, row, ApprovalState.DONE)
            _record_approval(unit, actor, row, "approval given")
            return _view(unit, row)

    def decline(self, principal: Principal, approval_id: int, reason: str) -> ApprovalView:
        """Close a proposal with nothing done; who made it may do so too.

        Raises NotAllowed, StepUpNeeded, NoReason, UnsafeText, NoSuchApproval and ApprovalClosed.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.one_line(reason, TEXT_LENGTH, NoReason())
            row = _require(unit, approval_id)
            _close(unit, actor, row, ApprovalState.DECLINED)
            _record_approval(unit, actor, row, "approval declined", why)
            return _view(unit, row)

    def show(self, principal: Principal, approval_id: int) -> ApprovalView:
        """Return one proposal. Raises NotAllowed and NoSuchApproval."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            row = unit.session.get(Approval, approval_id)
            return _view(unit, row) if row is not None else unit.refuse(NoSuchApproval(approval_id))

    def list(self, principal: Principal, *, open_only: bool = True) -> Iterator[ApprovalView]:
        """Return proposals, the latest first, a page at a time; those that can be approved, or all."""
        page = select(Approval).order_by(col(Approval.id).desc()).limit(PAGE)
        before = page
        while True:
            with self._core.unit() as unit:
                unit.operator(principal, step_up=False)
                if open_only:
                    since = unit.now - limits.PROPOSAL
                    before = before.where(Approval.state == "open", col(Approval.proposed_at) > since)
                views = [_view(unit, row) for row in unit.session.exec(before)]
            yield from views
            if len(views) < PAGE:
                return
            before = page.where(col(Approval.id) < views[-1].number)


def _proposer(unit: Unit, principal: Principal, reason: str) -> tuple[Actor, str]:
    actor = unit.operator(principal)
    return actor, reasons.one_line(reason, TEXT_LENGTH, NoReason())


def _propose(
    unit: Unit,
    actor: Actor,
    act: Covered,
    why: str,
    command: str,
    account: Account | None = None,
    case_id: int | None = None,
) -> ApprovalView:
    if not unit.policy.second_approval:
        unit.refuse(OneIsEnough())
    require_enough(unit, command)
    account_id = account.id if account is not None else None
    same = select(Approval).where(
        Approval.act == act,
        Approval.state == "open",
        col(Approval.account_id).is_not_distinct_from(account_id),
        col(Approval.case_id).is_not_distinct_from(case_id),
        col(Approval.proposed_at) > unit.now - limits.PROPOSAL,
    )
    there = unit.session.exec(same).first()
    if there is not None:
        if counts_since(unit, there.proposed_by, there.proposed_at):
            unit.refuse(ProposedAlready(there.id or 0))
        _close(unit, actor, there, ApprovalState.DECLINED)
        _record_approval(unit, actor, there, "approval declined", "who proposed it counts no more")
    row = Approval(
        act=act,
        account_id=account_id,
        case_id=case_id,
        reason=why,
        proposed_by=actor.name,
        proposed_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    _record_approval(unit, actor, row, "approval proposed", why)
    return _view(unit, row)


def _carry_out(core: Core, unit: Unit, actor: Actor, row: Approval) -> None:
    why = f"approval {row.id}, proposed by {row.proposed_by}: {row.reason}"[:TEXT_LENGTH]
    if row.act == Covered.ONE_OPERATOR:
        policy.put(unit, actor, PolicyChanges(second_approval=False), core.settings.issuer)
        return
    if row.act == Covered.LIFT:
        case, _ = require_case(unit, row.case_id or 0)
        if case.state not in LIVE:
            unit.refuse(NotInThatState(state_of(case, unit.now)))
        close_case(unit, actor, case, why)
        return
    account = unit.session.get_one(Account, row.account_id)
    if row.act == Covered.ENABLE:
        covered.enable(unit, actor, account, why)
    else:
        covered.change_role(
            unit, actor, account, "operator" if row.act == Covered.MAKE_OPERATOR else "user", why
        )


def _require(unit: Unit, number: int) -> Approval:
    row = unit.session.get(Approval, number)
    if row is None:
        unit.refuse(NoSuchApproval(number))
    state = _state(unit, row)
    if state is not ApprovalState.OPEN:
        unit.refuse(ApprovalClosed(state))
    return row


def _close(unit: Unit, actor: Actor, row: Approval, state: ApprovalState) -> None:
    """Close it once: of two who decide at the same moment one does, and all of the other's act is undone."""
    closing = update(Approval).where(col(Approval.id) == row.id, col(Approval.state) == "open")
    closing = closing.values(state=state.value, decided_by=actor.name, decided_at=unit.now)
    closed = unit.session.exec(closing.returning(col(Approval.id))).first()
    unit.session.refresh(row)
    if closed is None:
        raise ApprovalClosed(_state(unit, row))


def _state(unit: Unit, row: Approval) -> ApprovalState:
    state = ApprovalState(row.state)
    expired = state is ApprovalState.OPEN and row.proposed_at <= unit.now - limits.PROPOSAL
    return ApprovalState.EXPIRED if expired else state


def _view(unit: Unit, row: Approval) -> ApprovalView:
    account = unit.session.get(Account, row.account_id) if row.account_id is not None else None
    assert row.id is not None  # noqa: S101 - it came out of the store
    return ApprovalView(
        number=row.id,
        act=Covered(row.act),
        username=account.username if account is not None else None,
        case_number=row.case_id,
        state=_state(unit, row),
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        expires_at=row.proposed_at + limits.PROPOSAL,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def _record_approval(
    unit: Unit, actor: Actor, row: Approval, event: str, detail: str = "", *, done: bool = True
) -> None:
    about = f"approval {row.id}, {row.act}"
    unit.record(
        event,
        actor=actor.name,
        source=actor.source,
        account_id=row.account_id,
        done=done,
        detail=f"{about}: {detail}" if detail else about,
    )
