"""Lost access: a backup code in place of the phone (design section 4 step 8)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import NotACode, TwofoldError
from tui.screens.code_entry import half_ending
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, SecretInput
from tui.words import BACKUP_CODE

if TYPE_CHECKING:
    from store.services.views import LastBackupCode, LoggedIn


class LostAccessScreen(Form["LoggedIn | LastBackupCode | None"]):
    """Hands back the session, or the last code, which needs a new set first; nothing for the way back."""

    HEADLINE = "Lost access"
    HELP_TEXT = (
        "When you turned 2FA on you kept ten backup codes, on paper or in a file. Any one of them that "
        "you have not used yet gets you in, once. The number printed in front of it may be typed or left. "
        "If the sheet names another set than this page, it is an old one."
    )
    KEYS = (BACK, HELP)

    def __init__(self, set_number: int | None, *, half: bool) -> None:
        """Name the set, to match the sheet; `half` where only the password is proven."""
        super().__init__()
        self._set_number = set_number
        self._half = half

    def parts(self) -> ComposeResult:
        """A sentence, the field, the button, the ways out."""
        of_set = f" (set {self._set_number})" if self._set_number else ""
        yield Static(
            Content(
                f"Type any unused code from the sheet you kept{of_set}. Capitals, dashes "
                "and spaces do not matter."
            ),
            classes="prose",
        )
        yield Static("", classes="gap")
        yield Field("Backup code", SecretInput(id="backup-code", max_length=64))
        yield Static("", classes="gap")
        yield Actions(Action("Continue", id="continue", main=True))
        yield Static("\n", classes="gaps")
        yield Action("Back to the code", id="back")
        yield Static("", classes="gap")
        yield Static(
            Content("No sheet either? An operator can check who you are and reset 2FA."),
            classes="quiet-prose",
        )

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#backup-code-field", Field)
        typed = field.value
        try:
            outcome = await self.ask_as(
                lambda services, token: services.second_factor.use_backup_code(token, typed)
            )
        except NotACode as error:
            field.complain(BACKUP_CODE[error.fault])
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(outcome)

    def ending(self, left: timedelta) -> str:
        """A half session lives five minutes, whatever is pressed; a full one lives on by any key."""
        return half_ending(left) if self._half else super().ending(left)

    @on(Action.Chosen, "#back")
    def action_back(self) -> None:
        """Go back to the field for the app's code."""
        self.finish(None)
