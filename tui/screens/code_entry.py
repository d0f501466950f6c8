"""Code entry: the second step of a log-in (design section 4 step 7)."""

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.clock import Clock
from store.errors import TwofoldError
from tui.screens.form import Form
from tui.screens.log_in import typed_ahead
from tui.screens.page import BACK, HELP
from tui.units import duration
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.countdown import Countdown
from tui.widgets.fields import Field, SecretInput

if TYPE_CHECKING:
    from store.services.views import LoggedIn

LOST_ACCESS = "I lost access to the authentication app"


class Lost(Enum):
    """The answer of someone without the phone."""

    ACCESS = "lost access"


class CodeEntryScreen(Form["LoggedIn | Lost | None"]):
    """Hands back the session, `Lost.ACCESS` for the other way in, or nothing for Back."""

    HEADLINE = "One more step"
    HELP_TEXT = (
        "Your account has 2FA: besides the password, each log-in takes a code from your phone. Open the "
        "authenticator app there. It shows six digits, and new ones every 30 seconds; each code works "
        "once. No phone at hand? The link below the field takes a backup code."
    )
    KEYS = (BACK, HELP)

    def __init__(self, typed_ahead: str = "") -> None:
        """Begin with what was typed before this screen was drawn; a line feed in it is its Enter."""
        super().__init__()
        self._typed_ahead = typed_ahead

    def accepts(self, event: events.InputEvent | events.Paste) -> bool:
        """Keep what is typed before the field is there."""
        if not self.drawn and isinstance(event, events.Key):
            self._typed_ahead += typed_ahead(event)
        return super().accepts(event)

    def goes_on_from_before(self, event: events.Key | events.Paste) -> bool:  # noqa: ARG002
        """Take the rest of what was typed ahead: nothing of it was dropped."""
        return False

    def now_drawn(self) -> None:
        """Fill in what was typed ahead."""
        super().now_drawn()
        code, enter, _ = self._typed_ahead.partition("\n")
        field = self.query_one("#code", SecretInput)
        field.value = code
        field.cursor_position = len(code)
        if enter and code:
            self.begin()

    def parts(self) -> ComposeResult:
        """A sentence, the code field, the button, the other way in."""
        yield Static(
            Content(
                "Open the authenticator app on your phone and type the six digits it shows "
                f"for {self._entry()}."
            ),
            classes="prose",
        )
        yield Static("", classes="gap")
        yield code_field(self.console.clock)
        yield Static("", classes="gap")
        yield Actions(Action("Verify", id="verify", main=True))
        yield Static("\n", classes="gaps")
        yield Action(LOST_ACCESS, id="lost-access")

    def _entry(self) -> str:
        older = ", or under the name from before" if self.console.was_renamed else ""
        return f"{self.console.issuer}{older}"

    def tick(self) -> None:
        """Redraw the countdown."""
        super().tick()
        self.query_one(Countdown).tick()

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#code-field", Field)
        typed = field.value
        try:
            outcome = await self.ask_as(lambda services, token: services.second_factor.verify(token, typed))
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(outcome)

    @on(Action.Chosen, "#lost-access")
    def _lost(self) -> None:
        self.finish(Lost.ACCESS)

    def ending(self, left: timedelta) -> str:
        """A half session lives five minutes, whatever is pressed."""
        return half_ending(left)

    def action_back(self) -> None:
        """End the half session and go back to the front door."""
        self.finish(None)


def half_ending(left: timedelta) -> str:
    """Return what a page of a half session says shortly before the end: no key makes it longer."""
    return f"This page ends in {duration(left)}. Then begin again with your password."


def code_field(clock: Clock) -> Field:
    """Return the field for a code of the app, with its countdown."""
    return Field(
        "Authentication code",
        SecretInput(id="code", max_length=64),
        beside=Countdown(clock),
    )
