"""What may take two operators, in the store and in the model at once: resets, cases, roles and the rule itself."""

from collections.abc import Callable

from store.errors import (
    AlreadyEnabled,
    ApprovalClosed,
    ApprovalNeeded,
    CaseNeeded,
    CaseOpenAlready,
    Covered,
    NoLongerCounts,
    NoSuchCase,
    NotInThatState,
    OneIsEnough,
    OwnApproval,
    OwnCase,
    ProposedAlready,
    SameRole,
    ShellsAct,
    TooNewToApprove,
    TwoNeeded,
)
from store.rules.policy import PolicyChanges
from store.services.bundle import Services
from store.services.principals import Principal
from store.services.views import ApprovalView
from tests.machine.operators import TOO_FEW, WHY, OneOperator
from tests.machine.people import Person, Proposal, Seat

UNAPPROVED = (OwnApproval, TooNewToApprove, NoLongerCounts)
OVERTAKEN = (AlreadyEnabled, NotInThatState, SameRole)
"""What was proposed is so already."""

Propose = Callable[[Services, Principal], ApprovalView]


class Operators(OneOperator):
    """A stage on which whatever operators do can be done."""

    def set_role(self, by: Seat | None, name: str, role: str) -> None:
        self.by(
            by,
            lambda at, who: at.accounts.set_role(who, name, role, WHY),
            lambda: self.model.set_role(by, name, role),
            *TOO_FEW,
            ShellsAct,
            TwoNeeded,
        )

    def set_policy(self, by: Seat | None, changes: PolicyChanges) -> None:
        self.by(
            by,
            lambda at, who: at.policy.set(who, changes),
            lambda: self.model.set_policy(by, changes),
            *TOO_FEW,
            ShellsAct,
            TwoNeeded,
        )

    def propose(self, by: Seat | None, act: Covered, person: Person) -> None:
        made = self.by(
            by,
            self._proposing(act, person),
            lambda: self.model.propose(by, act, person if act != Covered.ONE_OPERATOR else None),
            *TOO_FEW,
            *OVERTAKEN,
            NoSuchCase,
            OneIsEnough,
            ProposedAlready,
            ShellsAct,
        )
        if made is not None:
            self.model.proposals[-1].number = made.number

    def _proposing(self, act: Covered, person: Person) -> Propose:
        name, number = person.name, _number(person)
        proposing: dict[Covered, Propose] = {
            Covered.MAKE_OPERATOR: lambda at, who: at.approvals.propose_role(who, name, "operator", WHY),
            Covered.MAKE_USER: lambda at, who: at.approvals.propose_role(who, name, "user", WHY),
            Covered.ENABLE: lambda at, who: at.approvals.propose_enable(who, name, WHY),
            Covered.LIFT: lambda at, who: at.approvals.propose_lift(who, number, WHY),
            Covered.ONE_OPERATOR: lambda at, who: at.approvals.propose_one_operator(who, WHY),
        }
        return proposing[act]

    def approve(self, by: Seat | None, proposal: Proposal) -> None:
        self.by(
            by,
            lambda at, who: at.approvals.approve(who, proposal.number),
            lambda: self.model.approve(by, proposal),
            *TOO_FEW,
            *UNAPPROVED,
            *OVERTAKEN,
            ApprovalClosed,
            ShellsAct,
        )

    def decline(self, by: Seat | None, proposal: Proposal) -> None:
        self.by(
            by,
            lambda at, who: at.approvals.decline(who, proposal.number, WHY),
            lambda: self.model.decline(proposal),
            ApprovalClosed,
        )

    def reset_two_factor(self, by: Seat | None, name: str) -> None:
        code = self.by(
            by,
            lambda at, who: at.reset.reset_two_factor(who, name, "lost phone and codes"),
            lambda: self.model.reset_two_factor(by, name),
            *TOO_FEW,
            CaseNeeded,
        )
        if code is not None:
            self.model.people[name].reset_code = code

    def open_case(self, by: Seat | None, name: str, *, stolen: bool, password: bool = False) -> None:
        case = self.by(
            by,
            lambda at, who: at.recovery.open(who, name, "a passport", stolen=stolen, password=password),
            lambda: self.model.open_case(by, name, stolen=stolen, password=password),
            *TOO_FEW,
            CaseOpenAlready,
            OwnCase,
            ShellsAct,
        )
        if case is not None:
            known = self.model.people[name].case
            assert known is not None
            assert (case.stolen, case.password) == (known.stolen, known.password)
            known.number = case.number

    def approve_case(self, by: Seat | None, person: Person) -> None:
        number = _number(person)
        self.by(
            by,
            lambda at, who: at.recovery.approve(who, number),
            lambda: self.model.approve_case(by, person),
            *UNAPPROVED,
            NotInThatState,
            OwnCase,
        )

    def complete_case(self, by: Seat | None, person: Person) -> None:
        number, password = _number(person), person.case is not None and person.case.password
        shown = self.by(
            by,
            lambda at, who: at.recovery.complete(who, number),
            lambda: self.model.complete_case(by, person),
            *TOO_FEW,
            ApprovalNeeded,
            NoLongerCounts,
            NotInThatState,
            OwnCase,
            ShellsAct,
        )
        if shown is not None and password:
            self.hand_over(person.name, shown)
        elif shown is not None:
            person.reset_code = shown

    def cancel_case(self, by: Seat | None, person: Person) -> None:
        number = _number(person)
        self.by(
            by,
            lambda at, who: at.recovery.cancel(who, number, "found the phone"),
            lambda: self.model.cancel_case(by, person),
            TwoNeeded,
        )


def _number(person: Person) -> int:
    return person.case.number if person.case is not None else 0
