"""Log in: username and password (design section 4 step 1)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import TwofoldError
from store.rules.sessions import HALF
from tui.screens.form import Form
from tui.screens.page import HELP
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput, SecretInput
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import CodeNeeded, LoggedIn, ResetCodeNeeded

QUIT = KeyHint("Ctrl+Q", "Quit", "app.leave")
FILL_IN = "Fill in both fields, then press Enter."
MOST_AHEAD = 16


class LogInScreen(Form["LoggedIn | CodeNeeded | ResetCodeNeeded"]):
    """The front door. It never says whether a username exists."""

    HEADLINE = "Welcome"
    HELP_TEXT = (
        "This is where you say who you are. If 2FA is on for your account, the next page asks for a code. "
        "A password is never shown. After five wrong tries you have to wait a minute, then longer. "
        "Forgotten it, or locked out? An operator can help you."
    )

    def __init__(self, notice: str | None) -> None:
        """Show what happened before, where anything did."""
        super().__init__()
        self._notice = notice
        self.typed_ahead = ""
        """The code that was typed while the password was being checked; a line feed at its Enter."""

    def parts(self) -> ComposeResult:
        """A sentence, two fields, the button."""
        kind = "notice" if self._notice else "prose"
        yield Static(Content(self._notice or FILL_IN), id="notice", classes=kind)
        yield Static("", classes="gap")
        yield Field("Username", PlainInput(id="username", max_length=256))
        yield Field("Password", SecretInput(id="password", max_length=1024, password=True))
        yield Actions(Action("Log in", id="log-in", main=True))
        yield from self.below()

    def below(self) -> ComposeResult:
        """What stands under the form: nothing, but for the demo's sheet."""
        yield from ()

    def keys(self) -> tuple[KeyHint, ...]:
        """A kiosk has no way out."""
        return (HELP,) if self.console.settings.kiosk else (HELP, QUIT)

    def left_alone(self, idle: timedelta) -> None:
        """Wipe what somebody typed and left standing: the next person at a kiosk sees an empty form."""
        longest = self.console.limits.kiosk_idle if self.console.settings.kiosk else HALF
        if idle >= longest and not self.working:
            for field in self.query(Input):
                field.value = ""

    def accepts(self, event: events.InputEvent | events.Paste) -> bool:
        """Keep the digits of someone who types password and code in one go, for Code entry."""
        if self.working and isinstance(event, events.Key) and len(self.typed_ahead) < MOST_AHEAD:
            self.typed_ahead += typed_ahead(event)
        return super().accepts(event)

    async def submit(self) -> None:
        """Check the first factor."""
        name, secret = self.query_one("#username-field", Field), self.query_one("#password-field", Field)
        empty = name if not name.value.strip() else secret if not secret.value else None
        if empty is not None:
            self.typed_ahead = ""
            empty.complain("Type your username." if empty is name else "Type your password.")
            return
        from store.services.principals import Visitor

        username, password = name.value, secret.value
        secret.input.value = ""
        visitor = Visitor(self.console.source, self.console.settings.kiosk)
        try:
            outcome = await self.ask(
                lambda services: services.sign_in.check_password(visitor, username, password)
            )
        except TwofoldError as error:
            self.typed_ahead = ""
            self.complain(secret, error)
        else:
            self.finish(outcome)


def typed_ahead(event: events.Key) -> str:
    """Return what a key adds to a code that is typed before its field is there."""
    if event.key == "enter":
        return "\n"
    return event.character if event.character is not None and event.character.isdecimal() else ""
