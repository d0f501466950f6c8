"""Home: how the account stands, and the ways on (design section 4 steps 2 and 9)."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.rules.backup_codes import LOW
from store.rules.text import visible
from tui.screens.page import HELP, MENU, Page
from tui.screens.places import Go
from tui.units import counted, day, rough
from tui.widgets.action import Action
from tui.widgets.rows import KeyHint
from tui.words import happened

if TYPE_CHECKING:
    from store.services.views import Home, LoggedIn

MOST_NOTICES = 9
"""The latest ones that are listed; more have no room at 80x24."""


class HomeScreen(Page[Go]):
    """Says in one line how 2FA stands, with Settings as a link."""

    HEADLINE = "Home"
    HELP_TEXT = (
        "From here you reach everything of your account. The name at the top right opens a menu. Call "
        "forwarding sends your calls to another number; Call history lists the calls you had."
    )
    KEYS = (KeyHint("Enter", "Open", "open"), MENU, HELP)

    def __init__(self, home: "Home", logged_in: "LoggedIn | None" = None) -> None:
        """Say what the log-in used up, where this is the first page after it."""
        super().__init__(username=home.username)
        self._home = home
        self._logged_in = logged_in

    def parts(self) -> ComposeResult:
        """How 2FA stands, then the two things it guards."""
        standing, before, after = self._standing()
        # So far down that the open menu hides nothing of it.
        yield Static("\n", classes="gaps")
        yield Static(Content(standing), classes="prose", id="standing")
        with Horizontal(classes="sentence"):
            yield Static(Content(before))
            yield Action("Settings", id="settings")
            yield Static(Content(after))
        yield Static("", classes="gap")
        home = self._home
        forwarded = f"to {visible(home.forwarding_to)}" if home.forwarding_to else "off"
        yield self._row("Call forwarding", "forwarding", forwarded)
        calls = f"{counted(home.recent_calls, 'call')} in the last 30 days"
        yield self._row("Call history", "history", calls)
        if self._desk and home.two_factor_on:
            yield self._row("Accounts", "accounts", "look after everybody's")
            yield self._row("Recovery cases", "cases", "phone and codes lost, or stolen")
            yield self._row("Overview", "overview", "how things stand for everybody")
            yield self._row("Audit log", "audit", "what happened, and who did it")
            yield self._row("Policy", "policy", "who must have 2FA, how long sessions last")
        elif self._desk:
            yield Static(Content("To look after accounts, an operator needs 2FA."), classes="quiet-prose")
        if self._logged_in is not None and self._logged_in.notices:
            yield Static("", classes="gap")
            yield Static(Content("Since your last log-in:"), classes="prose")
            notices = self._logged_in.notices
            most = MOST_NOTICES - 5 * self._desk
            if len(notices) > most:
                earlier = counted(len(notices) - most, "thing", "things")
                yield Static(
                    Content(f"  {earlier} before these. An operator can tell."), classes="quiet-prose"
                )
            for notice in notices[-most:]:
                yield Static(Content(f"  {happened(notice)}"), classes="quiet-prose")
            yield Static(
                Content("Was that not you? Change the password and tell an operator."), classes="prose"
            )

    @property
    def _desk(self) -> bool:
        """Whether this person may look after others here; in a kiosk somebody may stand behind them."""
        return self._home.operator and not self.console.settings.kiosk

    def on_mount(self) -> None:
        """Begin where an operator in a hurry wants to go."""
        if self.query("#accounts"):
            self.query_one("#accounts").focus()

    def _standing(self) -> tuple[str, str, str]:
        """Return how 2FA stands, and what stands before and after the link."""
        home, used = self._home, self._logged_in
        if used is not None and used.backup_code_used is not None:
            left = counted(used.codes_left or 0, "is", "are")
            code = f"Backup code {used.backup_code_used} of set {used.set_number}"
            return (
                f"{code} was used: cross it out. {left} left.",
                "New phone? ",
                ", then Replace authenticator app."
                if home.two_factor_demanded
                else ", then Disable 2FA, then Enable 2FA.",
            )
        if home.enroll_within is not None:
            left = rough(home.enroll_within)
            return "Only a password protects this account.", f"2FA will be required in {left}: ", ""
        if not home.two_factor_on:
            return (
                "Only a password protects this account. To add a code from your phone,",
                "go to ",
                ".",
            )
        if home.codes_left is not None and home.codes_left < LOW:
            left = counted(home.codes_left, "backup code is", "backup codes are")
            return f"2FA is on, but only {left} left.", "Make new ones in ", "."
        since = f" since {day(home.two_factor_since)}" if home.two_factor_since else ""
        return f"2FA is on{since}.", "To change it, go to ", "."

    def _row(self, label: str, name: str, value: str) -> Horizontal:
        return Horizontal(Action(label, id=name), Static(Content(value)), classes="home-row")

    @on(Action.Chosen, "#settings")
    def _settings(self) -> None:
        self.finish(Go.SETTINGS)

    @on(Action.Chosen, "#forwarding")
    def _forwarding(self) -> None:
        self.finish(Go.FORWARDING)

    @on(Action.Chosen, "#policy")
    def _policy(self) -> None:
        self.finish(Go.POLICY)

    @on(Action.Chosen, "#accounts")
    def _accounts(self) -> None:
        self.finish(Go.ACCOUNTS)

    @on(Action.Chosen, "#cases")
    def _cases(self) -> None:
        self.finish(Go.CASES)

    @on(Action.Chosen, "#overview")
    def _overview(self) -> None:
        self.finish(Go.OVERVIEW)

    @on(Action.Chosen, "#audit")
    def _audit(self) -> None:
        self.finish(Go.AUDIT)

    @on(Action.Chosen, "#history")
    def _history(self) -> None:
        self.finish(Go.HISTORY)
