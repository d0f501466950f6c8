"""The accounts behind a number of the overview."""

from textual import on
from textual.content import Content

from store.rules.text import visible
from tui.screens.listing import WholeList
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.widgets.line_table import Column, LineTable, Row


class SomeAccountsScreen(WholeList["str | Go | None"]):
    """Hands back the username that was chosen, or where to go instead."""

    HELP_TEXT = (
        "Whose accounts these are, and what there is to say of each. Enter shows what happened to the one "
        "that the line is on."
    )
    EMPTY = "Nobody."
    KEYS = (BACK, MENU, HELP)
    COLUMNS = (Column("Username"), Column("How it stands", 32))

    def __init__(
        self, headline: str, accounts: tuple[tuple[str, str], ...], username: str, *, more: bool
    ) -> None:
        """Show these usernames, each with what there is to say of it."""
        super().__init__(tuple(map(Row, accounts)), username, "", more=more)
        self._headline = headline
        self._accounts = accounts

    @property
    def headline(self) -> str:
        """Which accounts these are."""
        return self._headline

    def about(self, place: int) -> Content:
        """Who it is, and how the account stands."""
        name, words = self._accounts[place]
        return Content("\n").join([Content.styled(visible(name), "bold"), Content(visible(words))])

    @on(LineTable.Opened)
    def _opened(self, event: LineTable.Opened) -> None:
        self.finish(self._accounts[self._first + event.row][0])

    def action_back(self) -> None:
        """Go back to the overview."""
        self.finish(None)
