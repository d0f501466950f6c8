"""Overview: how things stand, in numbers that each lead to the list behind them."""

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.rules.backup_codes import LOW
from store.services.views import CAP
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import counted
from tui.widgets.action import Action
from tui.widgets.hour_chart import HourChart
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.overview import HowThingsStand, UpTo
    from store.services.views import AccountCounts

LOGGED_IN: Final = "logged-in"
CASES: Final = "cases"
FAILED: Final = "failed"


class OverviewScreen(Page["str | Go"]):
    """Hands back which list to show (one of the three, or a filter of the accounts), or where to go."""

    HEADLINE = "How things stand"
    HELP_TEXT = (
        "Each number is a step from the list behind it. A failed attempt is a wrong password, code, backup "
        "code or reset code; the list behind it is all that was refused. In the chart each column is an "
        "hour, the present one at the right; the label below says at which hour of this machine's clock it "
        "begins. F5 counts again."
    )
    KEYS = (KeyHint("F5", "Count again", "again"), BACK, MENU, HELP)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "again", show=False)]

    def __init__(self, stands: "HowThingsStand", counts: "AccountCounts", username: str) -> None:
        """Show these numbers."""
        super().__init__(username=username)
        self._stands = stands
        self._counts = counts

    def parts(self) -> ComposeResult:
        """A line for each number, and the chart."""
        stands, counts = self._stands, self._counts
        yield Static("", classes="gap")
        few = f"{bounded(counts.few_codes)} with {LOW - 1} backup codes or fewer"
        yield self._row("Logged in now", LOGGED_IN, told(stands.logged_in, "session"))
        yield self._row("Locked", "locked", bounded(counts.locked))
        yield self._row("2FA off", "two-factor-off", coverage(counts))
        yield self._row(
            "2FA reset", "two-factor-reset", f"{accounts(counts.two_factor_reset)} to be set up anew"
        )
        yield self._row("Few codes", "few-codes", few)
        yield self._row("Recovery cases", CASES, f"{told(stands.cases, 'case')} not closed")
        yield self._row("Failed attempts", FAILED, failures(stands))
        yield Static("", classes="gap")
        yield HourChart(stands.failed)

    def _row(self, label: str, behind: str, value: str) -> Horizontal:
        return Horizontal(Action(label, id=behind), Static(Content(value)), classes="overview-row")

    @on(Action.Chosen, ".overview-row Action")
    def _chosen(self, chosen: Action.Chosen) -> None:
        chosen.stop()
        self.finish(chosen.action.id or LOGGED_IN)

    def action_again(self) -> None:
        """Count again."""
        self.finish(Go.OVERVIEW)

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)


def told(number: "UpTo", one: str) -> str:
    """Return a count with its noun; one that stopped says so."""
    return f"more than {number.count:,} {one}s" if number.more else counted(number.count, one)


def accounts(number: int) -> str:
    """Return how many accounts that are."""
    return "1 account" if number == 1 else f"{number:,} accounts"


def bounded(number: int) -> str:
    """Return how many accounts that are, where at most so many are counted."""
    return f"{number:,} accounts or more" if number >= CAP else accounts(number)


def coverage(counts: "AccountCounts") -> str:
    """Return how many have no second factor, and what part has one."""
    part = 100 * counts.two_factor_on // max(1, counts.total)
    return f"{accounts(counts.two_factor_off)}; {part} % of {counts.total:,} have it on"


def failures(stands: "HowThingsStand") -> str:
    """Return how many attempts failed in the last 24 hours, and in which hour the most."""
    total = sum(count for _, count in stands.failed)
    if not total:
        return "none in 24 hours"
    hour, most = max(stands.failed, key=lambda each: each[1])
    return f"{total:,} in 24 hours; most from {hour.astimezone():%H:%M} on: {most:,}"
