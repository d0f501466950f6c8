"""What an operator does with a proposal: approve or decline it; and propose that one operator is enough."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from store.errors import ApprovalState
from store.rules.text import visible
from tui.approval_words import about
from tui.screens.acts import PROPOSE, PROPOSED, REASON, Act, Asked, Done

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import ApprovalView


class ApprovalAct(Act):
    """A decision on one proposal, as it stood a moment ago."""

    name: ClassVar[str]
    link: ClassVar[str]

    def __init__(self, proposal: "ApprovalView") -> None:
        """Make the act for this proposal."""
        self.proposal = proposal


class ApproveProposal(ApprovalAct):
    """Be the second operator; it is done at once."""

    name, link, button = "approve", "Approve this proposal", "Approve"
    leave = "Leave it open"
    headline = "The second operator's word"

    def before(self) -> str:
        """Return what will happen."""
        proposal = self.proposal
        return (
            f"This will {about(proposal)}, at once and in your name too. Do it only if you too are sure.\n\n"
            f"{visible(proposal.proposed_by)} says why:\n{visible(proposal.reason)}"
        )

    def fields(self) -> tuple[Asked, ...]:
        """Why stands in the proposal."""
        return ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:  # noqa: ARG002
        """Carry it out."""
        services.approvals.approve(token, self.proposal.number)
        return Done(self.proposal.username or "", "Done: approved, and in force now.")


class DeclineProposal(ApprovalAct):
    """Close it with nothing done."""

    name, link, button = "decline", "Decline", "Decline"
    leave = "Leave it open"
    headline = "Not agreed"

    def before(self) -> str:
        """Return what will happen."""
        return "The proposal is closed, and nothing is changed."

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Decline it."""
        services.approvals.decline(token, self.proposal.number, typed["reason"])
        return Done(self.proposal.username or "", "Done: declined. Nothing was changed.")


class ProposeOneOperator(Act):
    """Propose to lower the rule."""

    headline, button = "One operator is enough again", "Propose it"

    def before(self) -> str:
        """Return what will happen."""
        return f"Then each operator alone completes cases, lifts suspensions and makes operators. {PROPOSE}"

    def fields(self) -> tuple[Asked, ...]:
        """Return why."""
        return (REASON,)

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Propose it."""
        services.approvals.propose_one_operator(token, typed["reason"])
        return Done("", PROPOSED)


def acts_of(proposal: "ApprovalView", operator: str) -> list[ApprovalAct]:
    """Return what this operator can do with it now, the likeliest first."""
    if proposal.state is not ApprovalState.OPEN:
        return []
    own = proposal.proposed_by == operator
    return [DeclineProposal(proposal)] if own else [ApproveProposal(proposal), DeclineProposal(proposal)]
