"""One proposal: what it would do, why, who made it, and the two ways to decide."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.errors import ApprovalState
from tui.approval_words import about, facts_of
from tui.screens.approval_acts import ApprovalAct, acts_of
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import minute
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import ApprovalView


class ApprovalScreen(Page["Go | ApprovalAct | None"]):
    """Hands back the act that was chosen; nothing where the person goes back."""

    HELP_TEXT = (
        "Approving carries it out at once, in your name and in that of who proposed it. You had to be an "
        "operator with 2FA before it was proposed; who proposed it has to be one still."
    )
    KEYS = (KeyHint("Enter", "Choose", "open"), BACK, MENU, HELP)

    def __init__(self, proposal: "ApprovalView", notice: str | None, username: str) -> None:
        """Show a proposal, and what was just done."""
        super().__init__(username=username)
        self._proposal = proposal
        self._notice = notice
        self._acts = acts_of(proposal, username)
        self._next = _next(proposal, username)

    def parts(self) -> ComposeResult:
        """What it would do, why, who, what comes next, the acts."""
        proposal = self._proposal
        yield Static(Content(f"Proposal {proposal.number}"), id="headline")
        yield Static(Content(f"To {about(proposal)}."), classes="prose")
        yield Static("", classes="gap")
        for label, value in facts_of(proposal):
            with Horizontal(classes="case-row"):
                yield Static(Content(label), classes="fact-label")
                yield Static(Content(value), classes="fact-value")
        yield Static("", classes="gap")
        yield Static(Content(self._next), classes="prose", id="next")
        yield Static("", classes="gap")
        if self._acts:
            links = [Action(act.link, id=act.name, main=not place) for place, act in enumerate(self._acts)]
            yield Actions(*links)
        yield Static(Content(self._notice or ""), classes="notice", id="notice")

    @on(Action.Chosen, ".actions Action")
    def _chosen(self, event: Action.Chosen) -> None:
        event.stop()
        [act] = [act for act in self._acts if act.name == event.action.id]
        self.finish(act)

    def action_back(self) -> None:
        """Go back to the list."""
        self.finish(None)


def _next(proposal: "ApprovalView", operator: str) -> str:
    if proposal.state is ApprovalState.DONE:
        return "It was approved, and is done."
    if proposal.state is ApprovalState.DECLINED:
        return "It was declined. Nothing was changed."
    if proposal.state is ApprovalState.EXPIRED:
        return "It is older than 7 days: it has to be proposed anew."
    until = minute(proposal.expires_at)
    if proposal.proposed_by == operator:
        return f"You proposed it, so another operator has to approve it, until {until}."
    return f"You can approve it as the second operator, until {until}."
