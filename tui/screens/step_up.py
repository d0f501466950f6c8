"""Step-up: the second factor, or without 2FA the password, proven anew before an act (design section 1)."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import TwofoldError
from store.rules.text import visible
from tui import background
from tui.screens.code_entry import LOST_ACCESS, code_field
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.countdown import Countdown
from tui.widgets.fields import Field, SecretInput

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import LastBackupCode, LoggedIn


class StepUpScreen(Form["LoggedIn | LastBackupCode | SessionToken | None"]):
    """Hands back what was proven; nothing where the person left."""

    HEADLINE = "Is it still you?"
    HELP_TEXT = (
        "What you are about to do is guarded more closely. If too long a time has gone since you "
        "last proved who you are, Twofold asks again: someone else may be at your keys."
    )
    KEYS = (BACK, HELP)

    def __init__(self, username: str, *, with_code: bool) -> None:
        """Ask for a code, or for the password where 2FA is off."""
        super().__init__(username=None)
        self._account = visible(username)
        self._with_code = with_code

    def parts(self) -> ComposeResult:
        """A sentence, one field, the button."""
        what = "the code your app shows now" if self._with_code else f"the password of {self._account}"
        yield Static(Content(f"It is a while since you proved who you are. Type {what}."), classes="prose")
        yield Static("", classes="gap")
        if self._with_code:
            yield code_field(self.console.clock)
        else:
            yield Field("Password", SecretInput(id="code", max_length=1024, password=True))
        yield Static("", classes="gap")
        yield Actions(Action("Verify", id="verify", main=True), Action("Cancel", id="cancel"))
        if self._with_code:
            yield Static("\n", classes="gaps")
            yield Action(LOST_ACCESS, id="lost-access")

    def tick(self) -> None:
        """Redraw the countdown."""
        super().tick()
        for countdown in self.query(Countdown):
            countdown.tick()

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#code-field", Field)
        typed = field.value
        try:
            proven = await self.ask_as(lambda services, token: self._prove(services, token, typed))
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(proven)

    def _prove(self, services: "Services", token: "SessionToken", typed: str) -> "LoggedIn | SessionToken":
        if self._with_code:
            return services.second_factor.verify(token, typed)
        return services.passwords.step_up(token, typed)

    @on(Action.Chosen, "#lost-access")
    async def _lost(self) -> None:
        from tui.screens.lost_access import LostAccessScreen

        async def ask() -> None:
            outcome = await self.console.show(LostAccessScreen(None, half=False))
            if outcome is not None:
                self.finish(outcome)

        background.run(self, ask, group="default", exclusive=True)

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave without the act."""
        self.finish(None)
