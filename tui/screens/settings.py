"""Settings: the second factor and the password (design section 4 step 3)."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import day, rough
from tui.widgets.action import Action
from tui.widgets.actions import Actions

if TYPE_CHECKING:
    from store.services.views import Home

PLACES = {
    "enable": Go.ENABLE,
    "new-codes": Go.NEW_CODES,
    "replace": Go.REPLACE,
    "disable": Go.DISABLE,
    "password": Go.PASSWORD,
    "sessions": Go.SESSIONS,
}


class SettingsScreen(Page[Go]):
    """What can be changed."""

    HEADLINE = "Your account"
    HELP_TEXT = (
        "2FA, two-factor authentication, asks for a code from your phone besides the password. Then a "
        "password that somebody learned opens nothing. A new phone that you have beside the old one? "
        "Replace the authenticator app. Only the old one is gone? Log in with a backup code, and "
        "replace it too, or turn 2FA off here and on again."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, home: "Home", notice: str | None) -> None:
        """Say what was just done, where anything was."""
        super().__init__(username=home.username)
        self._home = home
        self._notice = notice

    def parts(self) -> ComposeResult:
        """The second factor, then the password, then what was just done."""
        yield Static("", classes="gap")
        yield from self._on() if self._home.two_factor_on else self._off()
        yield Static("", classes="gap")
        changed = f"last changed {day(self._home.password_changed_at)}"
        yield self._row("Change password", "password", changed)
        yield self._row("Sessions", "sessions", f"{self._home.open_sessions} open")
        yield Static("", classes="gap")
        yield Static("", classes="gap")
        yield Static(Content(self._notice or ""), classes="notice", id="notice")

    def _off(self) -> ComposeResult:
        within = self._home.enroll_within
        required = "" if within is None else f" It will be required in {rough(within)}."
        yield Static(Content(f"Two-factor authentication (2FA) is off.{required}"), classes="prose")
        yield Static(
            Content(
                "With it, each log-in takes your password and a code from your phone: a "
                "known password alone no longer opens call forwarding and call history."
            ),
            classes="quiet-prose",
        )
        yield Static("", classes="gap")
        yield Actions(Action("Enable 2FA", id="enable", main=True))

    def _on(self) -> ComposeResult:
        home = self._home
        since = f" since {day(home.two_factor_since)}" if home.two_factor_since else ""
        required = " and required" if home.two_factor_demanded else ""
        yield Static(Content(f"Two-factor authentication (2FA) is on{since}{required}."), classes="prose")
        left = f"{home.codes_left} of 10 backup codes are unused (set {home.set_number})."
        yield Static(Content(left), classes="quiet-prose")
        yield Static("", classes="gap")
        yield self._row("New backup codes", "new-codes", "the old ones stop working")
        yield self._row(
            "Replace authenticator app", "replace", "a new phone: the old one works until the end"
        )
        if not home.two_factor_demanded:
            yield self._row("Disable 2FA", "disable", "your password alone will do again")

    def _row(self, label: str, name: str, value: str) -> Horizontal:
        wide = "wide" if self._home.two_factor_on else ""
        return Horizontal(Action(label, id=name), Static(Content(value)), classes=f"settings-row {wide}")

    @on(Action.Chosen)
    def _chosen(self, event: Action.Chosen) -> None:
        if event.action.id in PLACES:
            event.stop()
            self.finish(PLACES[event.action.id])

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)
