"""What waits for a second operator."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tui.approval_words import about, facts_of
from tui.screens.listing import WholeList
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.units import minute
from tui.widgets.action import Action
from tui.widgets.line_table import Column, LineTable, Row
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import ApprovalView, TwoOperators

LOWER = "lower"
"""Handed back for the proposal that one operator is enough."""


class ApprovalsScreen(WholeList["int | str | Go | None"]):
    """Hands back the number of the proposal that was chosen, LOWER, or where to go instead."""

    HEADLINE = "Approvals"
    HELP_TEXT = (
        "Where policy asks for two operators, one proposes and another approves: who is an operator, lifting "
        "a suspended 2FA, and this rule itself. Who approves had to be an operator with 2FA before. A "
        "proposal lasts 7 days. Recovery cases are approved on their own pages."
    )
    KEYS = (KeyHint("Enter", "Open", "open"), BACK, MENU, HELP)
    COLUMNS = (Column("What"), Column("Proposed", 17), Column("By", 18))

    def __init__(
        self, proposals: "tuple[ApprovalView, ...]", two: "TwoOperators", username: str, *, more: bool
    ) -> None:
        """Show these, the latest first, and how many operators count."""
        super().__init__(tuple(map(_row, proposals)), username, standing(two), more=more)
        self._proposals = proposals
        self._two = two

    def foot(self) -> ComposeResult:
        """Propose that one operator is enough again, where that can be."""
        if self._two.asked and not self._two.too_few:
            yield Action("Propose one operator's rule", id=LOWER)

    def about(self, place: int) -> Content:
        """What it would do, and everything that is known of it."""
        proposal = self._proposals[place]
        lines = [Content.styled(about(proposal), "bold"), Content("")]
        for label, value in facts_of(proposal):
            lines += [Content.styled(label, "dim"), Content(f"  {value}")]
        return Content("\n").join(lines)

    def action_open(self) -> None:
        """Open the proposal that the line is on."""
        if self._proposals:
            self.finish(self._proposals[self._first + self.table.cursor].number)

    @on(LineTable.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(Action.Chosen, f"#{LOWER}")
    def _lower(self) -> None:
        self.finish(LOWER)

    def action_back(self) -> None:
        """Go back to the cases."""
        self.finish(None)


def standing(two: "TwoOperators") -> str:
    """Return how the rule stands; where too few count, what the host's shell can do."""
    if not two.asked:
        return "Policy asks for one operator: nothing takes an approval."
    if two.too_few:
        return "Too few left. Shell: twofold policy set --second-approval no"
    return f"Policy asks for two operators; {two.counting} have working 2FA."


def _row(proposal: "ApprovalView") -> Row:
    return Row((about(proposal), minute(proposal.proposed_at), proposal.proposed_by))
