"""Overview: how things stand, in numbers that each lead to the list behind them."""

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.hour_chart import HourChart
from tui.widgets.rows import KeyHint
from tui.words import counted

if TYPE_CHECKING:
    from store.services.overview import HowThingsStand, UpTo
    from store.services.views import AccountCounts


class Behind(Enum):
    """The list behind a number."""

    SESSIONS = "logged-in"
    LOCKED = "locked"
    WITHOUT = "without"
    LOW = "low"
    CASES = "cases"
    FAILED = "failed"


class OverviewScreen(Page["Behind | Go"]):
    """Hands back which list to show, or where to go instead."""

    HEADLINE = "How things stand"
    HELP_TEXT = (
        "Each number is a step from the list behind it. A failed attempt is a wrong password, code, backup "
        "code or reset code. In the chart each column is an hour, the present one at the right; the label "
        "below says at which hour of this machine's clock it begins. F5 counts again."
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
        yield self._row("Logged in now", Behind.SESSIONS, told(stands.logged_in, "session"))
        yield self._row("Locked accounts", Behind.LOCKED, counted(counts.locked, "account"))
        yield self._row("Without 2FA", Behind.WITHOUT, coverage(counts))
        low = f"{told(stands.low_on_codes, 'account')} with 3 or fewer"
        yield self._row("Low on backup codes", Behind.LOW, low)
        yield self._row("Recovery cases", Behind.CASES, f"{told(stands.cases, 'case')} not closed")
        yield self._row("Failed attempts", Behind.FAILED, failures(stands))
        yield Static("", classes="gap")
        yield HourChart(stands.failed)

    def _row(self, label: str, behind: Behind, value: str) -> Horizontal:
        return Horizontal(Action(label, id=behind.value), Static(Content(value)), classes="overview-row")

    @on(Action.Chosen)
    def _chosen(self, chosen: Action.Chosen) -> None:
        names = {behind.value: behind for behind in Behind}
        if chosen.action.id in names:
            chosen.stop()
            self.finish(names[chosen.action.id])

    def action_again(self) -> None:
        """Count again."""
        self.finish(Go.OVERVIEW)

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)


def told(number: "UpTo", one: str) -> str:
    """Return a count with its noun; one that stopped says so."""
    return f"more than {number.count} {one}s" if number.more else counted(number.count, one)


def coverage(counts: "AccountCounts") -> str:
    """Return how many have no second factor, and what part has one."""
    without = counts.two_factor_off + counts.two_factor_reset
    part = 100 * counts.two_factor_on // max(1, counts.total)
    return f"{counted(without, 'account')}; {counts.two_factor_on} of {counts.total} have it on ({part} %)"


def failures(stands: "HowThingsStand") -> str:
    """Return how many attempts failed in the last 24 hours, and in which hour the most."""
    total = sum(count for _, count in stands.failed)
    if not total:
        return "none in 24 hours"
    hour, most = max(stands.failed, key=lambda each: each[1])
    return f"{total} in 24 hours; most from {hour.astimezone():%H:%M} on: {most}"
