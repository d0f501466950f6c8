"""Covered: what lies over a page of secrets in a kiosk at which nobody was any more (D11)."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import TooLittleMemory, TwofoldError, WrongPassword
from tui.screens.code_entry import code_field
from tui.screens.form import Form
from tui.screens.page import Page
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.countdown import Countdown
from tui.widgets.fields import Field, SecretInput

if TYPE_CHECKING:
    from datetime import timedelta

    from store.services.views import Uncovering

WHY = "No key was pressed for a while, so the secrets are out of sight."


class CoveredScreen(Form[None]):
    """Leaves when who began the session has come back; whoever else it is can only log that session out."""

    HEADLINE = "Covered"
    AUTO_FOCUS = "#card Input"
    """Never the button: a key that comes just now must not leave by itself."""
    HELP_TEXT = (
        "Somebody set up 2FA here and stopped pressing keys. Who it was goes on with what began the session: "
        "the password, and a code where 2FA is on. After that the page can be finished or left; everything "
        "else takes a new log-in. Not your page? Log it out: nothing was changed."
    )

    def __init__(self, under: Page[object], by: "Uncovering | None") -> None:
        """Cover a page; `by` is what uncovers it, none where the store has not said so."""
        super().__init__()
        self.under = under
        self._password = by is not None and by.value != "nothing"
        self._by_code_for_once = by is not None and by.value == "nothing"
        self._code = by is not None and by.value == "password and code"

    def parts(self) -> ComposeResult:
        """Why it is covered, and what is taken; or that it can only be left."""
        if not self._password:
            once = (
                "This session began with a code that works once: it can"
                if self._by_code_for_once
                else "It can"
            )
            yield Static(Content(f"{WHY} {once} only be left. Nothing was changed."), classes="prose")
            yield Static("", classes="gap")
            yield Actions(Action("Log out", id="leave", main=True))
            return
        what = "your password and a new code" if self._code else "your password"
        yield Static(Content(f"{WHY} Is it you? Type {what}. Leaving changes nothing."), classes="prose")
        yield Static("", classes="gap")
        yield Field("Password", SecretInput(id="password", max_length=1024, password=True))
        if self._code:
            yield code_field(self.console.clock)
        yield Static("", classes="gap")
        yield Actions(Action("Uncover", id="uncover", main=True), Action("Log out", id="leave"))

    def tick(self) -> None:
        """Redraw the countdown."""
        super().tick()
        for countdown in self.query(Countdown):
            countdown.tick()

    def left_alone(self, idle: "timedelta") -> None:
        """Wipe what somebody typed and left standing."""
        if idle >= self.console.limits.kiosk_cover and not self.working:
            for field in self.query(Input):
                field.value = ""

    def begin(self) -> None:
        """Do nothing where there is nothing to type: the main button leaves."""
        if self._password:
            super().begin()

    async def submit(self) -> None:
        """Say who it is."""
        fields = list(self.query(Field))
        password, code = fields[0].value, fields[-1].value
        if not password:
            fields[0].complain("Type your password.")
            return
        try:
            await self.ask_as(lambda services, token: services.covering.uncover(token, password, code))
        except (WrongPassword, TooLittleMemory) as error:
            self.complain(fields[0], error)
        except TwofoldError as error:
            self.complain(fields[-1], error)
        else:
            self.console.keeper.uncovered()
            self.under.remove_class("covered")
            self.finish(None)

    @on(Action.Chosen, "#leave")
    def _leave(self) -> None:
        self.under.leave_covered()
