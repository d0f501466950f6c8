"""Recovery cases: somebody lost phone and codes, and operators put on record who proved what (issue 4)."""

from collections.abc import Iterator
from dataclasses import replace

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
    NotInThatState,
    OwnApproval,
    OwnCase,
    ShellsAct,
)
from store.models import Account, RecoveryCase
from store.rules import reasons
from store.rules import sessions as limits
from store.services import covered
from store.services.activating import give_activation_password
from store.services.actors import Actor
from store.services.core import Core
from store.services.lookup import require_account
from store.services.operators import (
    counts_since,
    leave_two,
    require_approver,
    require_enough,
    require_proposer,
    same_person,
)
from store.services.principals import Principal
from store.services.recovery_cases import (
    LIVE,
    close_case,
    record_case,
    require_case,
    state_of,
    view_of,
)
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
        self, principal: Principal, username: str, proof: str, *, stolen: bool = False, password: bool = False
    ) -> RecoveryCaseView:
        """Open a case; where the phone was stolen, suspend the second factor and end every session at once.

        An older case of the account that leads nowhere is closed by it; what that one suspended stays
        suspended. Raises NotAllowed, NoSuchAccount, NoProof, UnsafeText, OwnCase, CaseOpenAlready,
        TooFewOperators where suspending an operator leaves too few, and AlreadyOff where there is no second
        factor to lose. For a forgotten password it takes the rule of two operators (ShellsAct) and two
        of them (TooFewOperators).
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            proven = reasons.one_line(proof, TEXT_LENGTH, NoProof())
            account = require_account(unit, username)
            assert account.id is not None  # noqa: S101 - it came out of the store
            _not_ones_own(unit, actor, account, "recovery opened")
            stolen = stolen and not password
            _may_be_opened(unit, actor, account, stolen=stolen, password=password)
            suspended = _close_stale(unit, actor, account, password=password)
            row = RecoveryCase(
                account_id=account.id,
                kind="password" if password else "factor",
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
            record_case(unit, actor, row, "recovery opened", proven)
            if stolen and not suspended:
                unit.end_sessions(account.id, EndReason.ENDED_BY_OPERATOR)
                record_case(unit, actor, row, "2FA suspended")
            return _view(unit, row, account.username)

    def approve(self, principal: Principal, case_id: int) -> RecoveryCaseView:
        """Approve a case that somebody else opened, who counts still, as one who counted before that.

        In the place of an approver who counts no more, too. Raises NotAllowed, NoSuchCase, OwnCase,
        OwnApproval, TooNewToApprove, NoLongerCounts and NotInThatState.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            row, account = require_case(unit, case_id)
            _not_ones_own(unit, actor, account, "recovery approved")
            if same_person(actor.name, row.opened_by):
                record_case(unit, actor, row, "recovery approved", "who opened it", done=False)
                unit.refuse(OwnApproval())
            require_approver(unit, actor, row.opened_at)
            require_proposer(unit, row.opened_by, row.opened_at)
            void = _approval_is_void(unit, row)
            approved = {
                "state": CaseState.APPROVED,
                "approved_by": actor.name,
                "approved_at": unit.now,
            }
            _advance(unit, actor, row, "recovery approved", LIVE if void else (CaseState.OPEN,), approved)
            return _view(unit, row, account.username)

    def complete(self, principal: Principal, case_id: int) -> str:
        """Close the case and return what it ends in, shown this once: the reset code (D18).

        For a forgotten password that is an activation password, and the second factor stays. Where policy
        asks for two, a session completes only what two who count still have agreed to; the host's shell
        completes alone. Raises NotAllowed, NoSuchCase, OwnCase, ApprovalNeeded, NoLongerCounts,
        NotInThatState, ShellsAct, TooFewOperators, and AlreadyOff where 2FA was turned off meanwhile.
        """
        code = new_reset_code(self._core)
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            row, account = require_case(unit, case_id)
            _not_ones_own(unit, actor, account, "recovery completed")
            states: tuple[CaseState, ...] = LIVE
            if actor.who is not None and (unit.policy.second_approval or row.kind == "password"):
                _require_two(unit, actor, row, account)
                states = (CaseState.APPROVED,)
                leave_two(unit, actor, account, f"twofold recovery complete {row.id}")
            done = {"state": CaseState.DONE, "closed_by": actor.name, "closed_at": unit.now}
            _advance(unit, actor, row, "recovery completed", states, done)
            if row.kind == "password":
                given = give_activation_password(unit, account)
                unit.record_by(actor, account, "password reset", f"case {row.id}")
                return given.password
            reset(unit, actor, account, code, f"case {row.id}")
        self._core.database.forget_deleted()
        return code.shown

    def cancel(self, principal: Principal, case_id: int, reason: str) -> RecoveryCaseView:
        """Close a case without a reset; a second factor that it suspended is again what it was before.

        Raises NotAllowed, NoReason, UnsafeText, NoSuchCase, NotInThatState, and TwoNeeded where a session
        would lift what it suspends and policy asks for two.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.one_line(reason, TEXT_LENGTH, NoReason())
            row, account = require_case(unit, case_id)
            if row.stolen and row.state in LIVE:
                covered.not_alone(unit, actor, "recovery cancelled", account)
            close_case(unit, actor, row, why)
            return _view(unit, row, account.username)

    def show(self, principal: Principal, case_id: int) -> RecoveryCaseView:
        """Return one case. Raises NotAllowed and NoSuchCase."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            row, account = require_case(unit, case_id)
            return _view(unit, row, account.username)

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
                views = [_view(unit, row, name) for row, name in unit.session.exec(before)]
            yield from views
            if len(views) < PAGE:
                return
            before = page.where(col(RecoveryCase.id) < views[-1].number)


def _may_be_opened(unit: Unit, actor: Actor, account: Account, *, stolen: bool, password: bool) -> None:
    if password:
        command = f"twofold account reset-password {account.username} --reason TEXT"
        if not unit.policy.second_approval:
            unit.refuse(ShellsAct(command))
        require_enough(unit, command)
    elif account.second_factor == "off":
        unit.refuse(AlreadyOff())
    elif stolen:
        command = f"twofold recovery open {account.username} --proof TEXT --stolen"
        leave_two(unit, actor, account, command)


def _require_two(unit: Unit, actor: Actor, row: RecoveryCase, account: Account) -> None:
    """Look again at who opened and who approved a case (D20)."""
    if row.kind == "password" and not unit.policy.second_approval:
        unit.refuse(ShellsAct(f"twofold account reset-password {account.username} --reason TEXT"))
    if row.state == CaseState.OPEN:
        require_enough(unit, f"twofold recovery complete {row.id}")
    if row.state == CaseState.APPROVED:
        require_proposer(unit, row.opened_by, row.opened_at)
        if _approval_is_void(unit, row):
            record_case(unit, actor, row, "recovery completed", "who approved it counts no more", done=False)
            unit.refuse(ApprovalNeeded())


def _approval_is_void(unit: Unit, row: RecoveryCase) -> bool:
    return row.approved_by is not None and not counts_since(unit, row.approved_by, row.opened_at)


def _view(unit: Unit, row: RecoveryCase, username: str) -> RecoveryCaseView:
    """Return a case as operators see it; an approval by somebody who counts no more is none."""
    two = unit.policy.second_approval
    view = view_of(row, username, unit.now, two=two)
    if view.state is CaseState.APPROVED and (two or view.password) and _approval_is_void(unit, row):
        return replace(view, approval_needed=True)
    return view


def _not_ones_own(unit: Unit, actor: Actor, account: Account, event: str) -> None:
    if actor.who is not None and actor.who.account_id == account.id:
        unit.record_of(actor.who, event, done=False, detail="their own account")
        unit.refuse(OwnCase())


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
        record_case(unit, actor, row, event, state, done=False)
        unit.refuse(ApprovalNeeded() if state is CaseState.OPEN else NotInThatState(state))
    record_case(unit, actor, row, event)


def _close_stale(unit: Unit, actor: Actor, account: Account, *, password: bool) -> bool:
    """Close the account's case that leads nowhere; tell whether that one suspended the second factor.

    It has expired, or who opened it counts no more (D20). One that suspends gives way to no case of a
    forgotten password.
    """
    row = unit.session.exec(
        select(RecoveryCase).where(RecoveryCase.account_id == account.id, col(RecoveryCase.state).in_(LIVE))
    ).first()
    if row is None or (row.stolen and password):
        return False
    expired = state_of(row, unit.now) is CaseState.EXPIRED
    if not expired and counts_since(unit, row.opened_by, row.opened_at):
        return False
    why = "expired" if expired else "who opened it counts no more"
    close_case(unit, actor, row, why, restored=False)
    return bool(row.stolen)


def _live_number(unit: Unit, account_id: int) -> int:
    live = select(RecoveryCase.id).where(
        RecoveryCase.account_id == account_id, col(RecoveryCase.state).in_(LIVE)
    )
    return unit.session.exec(live).one() or 0
