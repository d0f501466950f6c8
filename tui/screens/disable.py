"""Disable 2FA: the password, after step-up (design section 4 step 10)."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import StepUpNeeded, TwofoldError
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, SecretInput
from tui.widgets.rows import KeyHint
from tui.words import NOTHING_CHANGED


class DisableScreen(Form["Go | bool"]):
    """Hands back True once 2FA is off, or where to go instead."""

    HEADLINE = "Turn off the second factor"
    HELP_TEXT = (
        "After this the password alone opens your account again, for you and for whoever learns it. Do it "
        "when the phone is gone for good and you want to set up a new one: turn 2FA off, then on."
    )
    KEYS = (KeyHint("Tab", "Next", "app.focus_next"), BACK, HELP)

    def __init__(self, username: str) -> None:
        """Ask for this account's password."""
        super().__init__(username=username)

    def parts(self) -> ComposeResult:
        """What it means, the password, the button."""
        yield Static(
            Content(
                "After this no code is asked for. The backup codes die, and the entry in "
                "the authenticator app too: delete it there."
            ),
            classes="prose",
        )
        yield Static("", classes="gap")
        yield Field("Password", SecretInput(id="password", max_length=1024, password=True))
        yield Static("", classes="gap")
        yield Actions(Action("Disable 2FA", id="disable", main=True), Action("Cancel", id="cancel"))

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#password-field", Field)
        password = field.value
        if not password:
            field.complain("Type your password.")
            return
        try:
            await self.ask_as(lambda services, token: services.two_factor.disable(token, password))
        except StepUpNeeded as error:
            if await self.console.step_up(error, self.username or ""):
                await self.submit()
            else:
                field.complain(NOTHING_CHANGED)
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(True)  # noqa: FBT003 - the answer of this screen

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave without any change."""
        self.finish(Go.SETTINGS)
