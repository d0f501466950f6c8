"""Accounts as rows, with a line that moves. It draws what is near the line, and knows nothing else."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from store.rules.backup_codes import LOW
from store.rules.text import visible
from tui.units import about, counted, day
from tui.widgets.account_facts import as_of_now, is_locked, longest_lock
from tui.widgets.line_table import fit

if TYPE_CHECKING:
    from rich.style import Style

    from store.clock import Clock
    from store.services.views import AccountView
    from tui.widgets.near import Near

MARK, FACTOR, STATE, LAST, GAP = 2, 5, 14, 11, 2
BEFORE_LAST = 1
"""Cells before the last log-in: the one that it saves lets the longest username stand whole at 80 columns."""
LEAST_NAME = 6
"""Cells of a display name beside a long username; it is left out where there are fewer."""
WIDE, MEDIUM = 70, 50
"""From so many columns on there is room for the last log-in, and for the display name."""
HEAD = ("Username", "Name", "2FA", "State", "Last log-in")


class AccountList(Widget):
    """The keys that move it are the page's: the search field keeps the focus meanwhile."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "account-list--head",
        "account-list--row",
        "account-list--out",
        "account-list--line",
    }

    @dataclass
    class Moved(Message):
        """The line, or the number of rows in sight, is another."""

    @dataclass
    class Opened(Message):
        """The row that the line is on was clicked."""

    def __init__(self, near: "Near", clock: "Clock") -> None:
        """Draw what is near the line."""
        super().__init__(id="accounts")
        self._near = near
        self._clock = clock
        self._drawn: dict[int, str] = {}
        """The state that stands in each row of somebody locked."""

    @property
    def rows(self) -> int:
        """How many accounts fit under the head."""
        return max(1, self.size.height - 1)

    def show(self, near: "Near") -> None:
        """Draw another list, or the same one after a change."""
        self._near = near
        self._near.fit(self.rows)
        self.refresh()
        self.post_message(self.Moved())

    def move(self, by: int) -> None:
        """Move the line by so many rows."""
        self._near.move(by)
        self.show(self._near)

    def turn(self, by: int) -> None:
        """Move the line by whole pages, and what is in sight with it."""
        self._near.top = max(0, self._near.top + by * self.rows)
        self.move(by * self.rows)

    def on_resize(self) -> None:
        """Keep the line in sight."""
        self.show(self._near)

    def on_click(self, event: events.Click) -> None:
        """Put the line where the mouse is; where it is already, open that account."""
        place = self._near.top + event.y - 1
        if event.y < 1 or place >= len(self._near.accounts):
            return
        if place == self._near.line:
            self.post_message(self.Opened())
        else:
            self.move(place - self._near.line)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Move the line with the wheel."""
        event.stop()
        self.move(1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Move the line with the wheel."""
        event.stop()
        self.move(-1)

    def tick(self) -> None:
        """Draw again the rows whose locks have another time to say."""
        for y, said in self._drawn.items():
            place = self._near.top + y - 1
            if place < len(self._near.accounts):
                account = as_of_now(self._near.accounts[place], self._clock)
                if state(account) != said:
                    self.refresh(Region(0, y, self.size.width, 1))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Return the head, or one account."""
        if y == 0:
            style = self.get_component_rich_style("account-list--head")
            return self._strip("  ", HEAD, style, style)
        place = self._near.top + y - 1
        if place >= len(self._near.accounts):
            return Strip.blank(self.size.width, self.rich_style)
        account = self._near.accounts[place]
        self._drawn.pop(y, None)
        if is_locked(account):
            account = as_of_now(account, self._clock)
            self._drawn[y] = state(account)
        if place == self._near.line:
            style = self.get_component_rich_style("account-list--line")
            return self._strip("> ", cells(account), style, style)
        style = self.get_component_rich_style("account-list--row")
        out = self.get_component_rich_style("account-list--out")
        return self._strip("  ", cells(account), style, style if state(account) == "ok" else out)

    def _strip(self, mark: str, texts: tuple[str, ...], style: "Style", look: "Style") -> Strip:
        width = self.size.width
        last, name = (LAST if width >= WIDE else 0), width >= MEDIUM
        spare = width - MARK - FACTOR - STATE - GAP * (2 + name) - (last + BEFORE_LAST if last else 0)
        names = spare // 2 if name else 0
        username, display_name, factor, state, last_log_in = texts
        segments = [
            Segment(mark + _names(username, display_name, spare - names, names), style),
            Segment(fit(factor, FACTOR) + " " * GAP, style),
            Segment(fit(state, STATE) + " " * BEFORE_LAST, look),
            Segment(fit(last_log_in, last), style),
        ]
        return Strip(segments).adjust_cell_length(width, style)


def _names(username: str, display_name: str, user: int, names: int) -> str:
    """Return both names in their columns; a username that is longer takes what it needs of the other's."""
    gap = " " * GAP
    if not names or cell_len(username) <= user:
        return fit(username, user) + gap + (fit(display_name, names) + gap if names else "")
    room = user + GAP + names + GAP
    rest = room - cell_len(username) - 2 * GAP
    if rest >= LEAST_NAME:
        return username + gap + fit(display_name, rest) + gap
    return fit(username, room - 1) + " "


def cells(account: "AccountView") -> tuple[str, str, str, str, str]:
    """Return the words of one row."""
    return (
        visible(account.username),
        visible(account.display_name),
        account.second_factor,
        state(account),
        day(account.last_login_at) if account.last_login_at else "never",
    )


def state(account: "AccountView") -> str:
    """Return in a word or two what keeps somebody out, or soon may."""
    if not account.enabled:
        return "disabled"
    if is_locked(account):
        return f"locked {about(longest_lock(account))}"
    if account.authenticator_disabled or account.backup_set_disabled:
        return "2FA stuck"
    left = account.codes_left
    return "ok" if left is None or left >= LOW else f"{counted(left, 'code')} left"
