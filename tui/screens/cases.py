"""Recovery cases that nobody has closed."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from store.rules.text import visible
from tui.screens.case import facts_of, standing
from tui.screens.listing import WholeList
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.units import minute
from tui.widgets.action import Action
from tui.widgets.line_table import Column, LineTable, Row
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import RecoveryCaseView


class CasesScreen(WholeList["int | Go | None"]):
    """Hands back the number of the case that was chosen, or where to go instead."""

    HEADLINE = "Recovery cases"
    HELP_TEXT = (
        "Each line is somebody who lost phone and backup codes, the latest first: how the case stands, "
        "since when, and who opened it. Enter opens the one that the line is on. A new case is opened from "
        "the page of the account."
    )
    EMPTY = "No case is open. To open one, go to Accounts and choose the person."
    KEYS = (KeyHint("Enter", "Open", "open"), BACK, MENU, HELP)
    COLUMNS = (Column("Username"), Column("How it stands", 24), Column("Opened", 17), Column("By", 18))

    def __init__(self, cases: "tuple[RecoveryCaseView, ...]", username: str, *, more: bool) -> None:
        """Show these, the latest first."""
        super().__init__(tuple(map(_row, cases)), username, "", more=more)
        self._cases = cases

    def foot(self) -> ComposeResult:
        """What else takes two operators, where policy asks for them."""
        yield Action("Approvals", id="approvals")

    @on(Action.Chosen, "#approvals")
    def _approvals(self) -> None:
        self.finish(Go.APPROVALS)

    def about(self, place: int) -> Content:
        """Whose it is, and everything that is known of it."""
        case = self._cases[place]
        lines = [
            Content.styled(visible(case.username), "bold"),
            Content(f"Case {case.number}: {standing(case)}"),
        ]
        lines.append(Content(""))
        for label, value in facts_of(case):
            lines += [Content.styled(label, "dim"), Content(f"  {value}")]
        return Content("\n").join(lines)

    def action_open(self) -> None:
        """Open the case that the line is on."""
        if self._cases:
            self.finish(self._cases[self._first + self.table.cursor].number)

    @on(LineTable.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_back(self) -> None:
        """Go back to where the list was chosen."""
        self.finish(None)


def _row(case: "RecoveryCaseView") -> Row:
    stolen = ", stolen" if case.stolen else ""
    cells = (case.username, f"{standing(case)}{stolen}", minute(case.opened_at), case.opened_by)
    return Row(cells, warns=case.stolen)
