"""Who is logged in now, and the way to end one session."""

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from store.rules.text import visible
from tui.audit_words import second
from tui.screens.listing import WholeList
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.units import minute
from tui.widgets.line_table import Column, LineTable, Row
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import SomebodysSession

KINDS = {"full": "logged in", "half": "password only", "enrolling": "after a reset"}


class EverybodysSessionsScreen(WholeList["SomebodysSession | Go | None"]):
    """Hands back the session to end, or where to go instead."""

    HEADLINE = "Who is logged in"
    HELP_TEXT = (
        "Each line is a session: whose, since when, when a key was last pressed there, and from where. "
        "Password only means that the code is still to come. Enter ends the session that the line is on, "
        "after one more question."
    )
    EMPTY = "Nobody."
    KEYS = (KeyHint("Enter", "End it", "open"), BACK, MENU, HELP)
    COLUMNS = (
        Column("Username"),
        Column("Session", 13),
        Column("Since", 17),
        Column("Last key", 8),
        Column("From", 20),
    )

    def __init__(
        self, sessions: "tuple[SomebodysSession, ...]", username: str, notice: str, *, more: bool
    ) -> None:
        """Show these, the latest first."""
        super().__init__(tuple(map(_row, sessions)), username, notice, more=more)
        self._sessions = sessions

    def about(self, place: int) -> Content:
        """Whose it is, since when, from where."""
        session = self._sessions[place]
        return Content("\n").join(
            [
                Content.styled(visible(session.username), "bold"),
                Content(KINDS.get(session.kind, session.kind).capitalize()),
                Content(""),
                Content(f"Since {second(session.since)}"),
                Content(f"Last key {second(session.last_seen_at)}"),
                Content(f"From {visible(session.source)}"),
                Content(""),
                Content("Enter ends it, after a question."),
            ]
        )

    @on(LineTable.Opened)
    def action_open(self) -> None:
        """Choose the session that the line is on."""
        if self._sessions:
            self.finish(self._sessions[self._first + self.table.cursor])

    def action_back(self) -> None:
        """Go back to the overview."""
        self.finish(None)


def _row(session: "SomebodysSession") -> Row:
    kind = KINDS.get(session.kind, session.kind)
    since, last = minute(session.since), minute(session.last_seen_at)[-5:]
    return Row((session.username, kind, since, last, session.source))
