"""Ending somebody's session: what will happen, and the question."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import StepUpNeeded, TwofoldError
from store.rules.text import visible
from tui.audit_words import second
from tui.screens.acts import REASON
from tui.screens.form import Form
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput
from tui.words import NOTHING_CHANGED

if TYPE_CHECKING:
    from store.services.views import SomebodysSession


class EndSessionScreen(Form["str | Go | None"]):
    """Hands back what to say once it is done."""

    HEADLINE = "End a session"
    HELP_TEXT = (
        "The console where this session is open goes back to its first page at its next key. The account "
        "itself stays as it is: whoever knows its password, and has its phone, may begin again."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, session: "SomebodysSession", username: str) -> None:
        """Ask about this session."""
        super().__init__(username=username)
        self._session = session

    def parts(self) -> ComposeResult:
        """What will happen, and the two ways."""
        session = self._session
        whose, source = visible(session.username), visible(session.source)
        yield Static("", classes="gap")
        yield Static(Content(f"{whose}, from {source}, since {second(session.since)}."), classes="prose")
        yield Static("", classes="gap")
        yield Static(
            Content(
                f"{whose} is logged out there at once, and reads so at the next log-in. What is half done "
                "there is lost. The account's other sessions go on."
            ),
            classes="prose",
        )
        yield Static("", classes="gap")
        yield Field(REASON.label, PlainInput(id=REASON.name, max_length=REASON.longest))
        yield Actions(Action("Log them out there", id="end", main=True), Action("Cancel", id="cancel"))

    async def submit(self) -> None:
        """End it, after a fresh proof where one is asked for."""
        field = self.query_one("#reason-field", Field)
        number, reason = self._session.id, field.value
        try:
            await self.ask_as(lambda services, token: services.access.end_session(token, number, reason))
        except StepUpNeeded as needed:
            if await self.console.step_up(needed, self.username or ""):
                await self.submit()
            else:
                field.complain(NOTHING_CHANGED)
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(f"{visible(self._session.username)} is logged out there.")

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave the session as it is."""
        self.finish(None)
