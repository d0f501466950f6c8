"""Reset code: after an operator reset 2FA, the way to a new enrollment and to nothing else (design D18)."""

from datetime import timedelta

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import CodeFault, NotACode, TwofoldError
from tui.screens.code_entry import half_ending
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, SecretInput


class ResetCodeScreen(Form[bool]):
    """Hands back whether the code was right."""

    HEADLINE = "2FA was reset"
    HELP_TEXT = (
        "An operator has taken your old authenticator app and backup codes out of service, and has given "
        "you a reset code of 16 characters. It works for an hour and leads to one thing: setting up the "
        "app anew. Until that is done nobody gets into the account, with the password or without."
    )
    KEYS = (BACK, HELP)

    def parts(self) -> ComposeResult:
        """A sentence, the field, the button."""
        yield Static(
            Content(
                "Type the reset code that the operator gave you. Then you set up your authenticator app anew."
            ),
            classes="prose",
        )
        yield Static("", classes="gap")
        yield Field("Reset code", SecretInput(id="reset-code", max_length=64))
        yield Static("", classes="gap")
        yield Actions(Action("Continue", id="continue", main=True))

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#reset-code-field", Field)
        typed = field.value
        try:
            await self.ask_as(lambda services, token: services.reset.use_code(token, typed))
        except NotACode as error:
            empty = error.fault is CodeFault.EMPTY
            field.complain("Type the reset code." if empty else "A reset code has 16 letters and digits.")
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(True)  # noqa: FBT003 - the answer of this screen

    def ending(self, left: timedelta) -> str:
        """A half session lives five minutes, whatever is pressed."""
        return half_ending(left)

    def action_back(self) -> None:
        """End the half session."""
        self.finish(False)  # noqa: FBT003 - the answer of this screen
