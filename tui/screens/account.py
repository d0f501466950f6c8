"""One account: how it stands, and what an operator can do about it now."""

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.rules.text import visible
from tui.screens.acts import AccountAct
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.widgets.account_facts import as_of_now, facts, troubles
from tui.widgets.action import Action
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import AccountView

IN_A_ROW = 3
WIDTH, ROOMY = 70, 7
"""Columns of a line at 80x24, and the most rows of troubles that leave room there for the empty ones."""
OWN = "This is your own account. Settings, in the menu, has what you can change."


class AccountScreen(Page["Go | AccountAct | None"]):
    """Hands back an act, Go.AUDIT for what happened, Go.CASES for its case, nothing for the list."""

    HELP_TEXT = (
        "How one account stands, and what you can do about it. Each act opens a page that says what it "
        "does before it is done. The account's owner reads at the next log-in that an operator did it."
    )
    KEYS = (KeyHint("Enter", "Open", "open"), BACK, MENU, HELP)

    def __init__(
        self, account: "AccountView", acts: Sequence[AccountAct], notice: str | None, username: str
    ) -> None:
        """Show an account, and what was just done to it."""
        super().__init__(username=username)
        self._account = account
        self._acts = acts
        self._notice = notice

    def parts(self) -> ComposeResult:
        """The name, what keeps somebody out, the facts, the acts, what was just done."""
        account = self._account
        yield Static(Content(visible(account.username)), id="headline")
        yield Static(Content(visible(account.display_name) or "No display name"), classes="quiet-prose")
        yield Static("", classes="gap")
        said = self._troubles()
        rows = sum(len(wrap(line, WIDTH)) for line in said.plain.splitlines())
        self.set_class(rows > ROOMY, "crowded")
        if said:
            yield Static(said, classes="warning", id="troubles")
            yield Static("", classes="gap")
        for label, value in facts(account):
            with Horizontal(classes="fact-row"):
                yield Static(Content(label), classes="fact-label")
                yield Static(Content(value), classes="fact-value")
        yield Static("", classes="gap")
        if not self._acts:
            yield Static(Content(OWN), classes="quiet-prose")
        links = [Action(act.link, id=act.name) for act in self._acts]
        if account.case is not None:
            # First, since whoever comes here for a case comes in a hurry.
            links.insert(0, Action("Go on with the case", id="case"))
        links.append(Action("What happened", id="log"))
        for first in range(0, len(links), IN_A_ROW):
            yield Horizontal(*links[first : first + IN_A_ROW], classes="act-row")
        yield Static(Content(self._notice or ""), classes="notice", id="notice")

    def _troubles(self) -> Content:
        return Content("\n".join(troubles(as_of_now(self._account, self.console.clock))))

    def tick(self) -> None:
        """Say how long locks still last."""
        super().tick()
        said = self._troubles()
        for shown in self.query("#troubles").results(Static):
            if shown.content != said:
                # What stands below stays where it is, though less may be left to say.
                shown.styles.min_height = shown.size.height
                shown.update(said)

    @on(Action.Chosen, "#case")
    def _case(self) -> None:
        self.finish(Go.CASES)

    @on(Action.Chosen, "#log")
    def _log(self) -> None:
        self.finish(Go.AUDIT)

    @on(Action.Chosen, ".act-row Action")
    def _chosen(self, event: Action.Chosen) -> None:
        event.stop()
        for act in self._acts:
            if act.name == event.action.id:
                self.finish(act)

    def action_back(self) -> None:
        """Go back to the list."""
        self.finish(None)
