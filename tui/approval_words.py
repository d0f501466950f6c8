"""What takes two operators, in words: what is proposed, and what is refused."""

from typing import TYPE_CHECKING

from store import errors
from store.errors import ApprovalState, Covered, TwofoldError
from store.rules.text import visible
from tui.units import minute

if TYPE_CHECKING:
    from store.services.views import ApprovalView

ABOUT = {
    Covered.MAKE_OPERATOR: "make {who} an operator",
    Covered.MAKE_USER: "make {who} a user",
    Covered.ENABLE: "enable the operator {who}",
    Covered.LIFT: "cancel case {case}: 2FA of {who} works again",
    Covered.ONE_OPERATOR: "one operator is enough from then on",
}
CLOSED = {
    ApprovalState.OPEN: "This proposal is open.",
    ApprovalState.DONE: "This proposal was approved, and it is done.",
    ApprovalState.DECLINED: "This proposal was declined.",
    ApprovalState.EXPIRED: "This proposal is older than 7 days. Propose it anew.",
}
PLAIN: dict[type[TwofoldError], str] = {
    errors.TwoNeeded: "That takes two operators here: propose it, and another one approves it.",
    errors.OneIsEnough: "One operator is enough for that: do it without a proposal.",
    errors.TooNewToApprove: "Only who was an operator with working 2FA before can approve it.",
}


def about(proposal: "ApprovalView") -> str:
    """Return what would be done: `make alice an operator`."""
    return ABOUT[proposal.act].format(who=visible(proposal.username or ""), case=proposal.case_number)


def facts_of(proposal: "ApprovalView") -> list[tuple[str, str]]:
    """Return what is known of a proposal, each with its label."""
    facts = [
        ("Reason", visible(proposal.reason)),
        ("Proposed", f"{minute(proposal.proposed_at)} by {visible(proposal.proposed_by)}"),
    ]
    if proposal.decided_by is not None and proposal.decided_at is not None:
        facts.append(("Decided", f"{minute(proposal.decided_at)} by {visible(proposal.decided_by)}"))
    return facts


def of_approvals(error: TwofoldError) -> str | None:
    """Return what the person reads where two operators are asked for; none for other errors."""
    match error:
        case errors.NoSuchApproval(number):
            return f"There is no proposal {number}."
        case errors.ProposedAlready(number):
            return f"It is proposed already: approval {number}. Another operator can approve it."
        case errors.ApprovalClosed(state):
            return CLOSED[state]
        case errors.NoLongerCounts(who):
            return f"Begin it anew: {visible(who)} is no operator with working 2FA any more."
        case errors.TooFewOperators(command):
            return f"Too few operators with working 2FA for that. At the host's shell: {visible(command)}."
        case errors.ShellsAct(command):
            return f"At the host's shell alone: {visible(command)}."
        case _:
            return PLAIN.get(type(error))
