"""Leaving the backup codes: asked on a page of its own, so that Agree is not on the screen with it."""

from datetime import timedelta

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import EnrollmentEnded
from store.rules.sessions import CODES_IN_SIGHT
from tui.screens.backup_codes import lost_with
from tui.screens.page import HELP, Page
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.rows import KeyHint


class LeaveCodesScreen(Page["bool | EnrollmentEnded"]):
    """Hands back whether to leave; Escape goes back to the codes."""

    HELP_TEXT = "Nothing has been changed so far. Going back shows the same codes again."
    IN_SIGHT = CODES_IN_SIGHT
    KEYS = (KeyHint("Tab", "Next", "app.focus_next"), KeyHint("Enter", "Choose", "choose"), HELP)

    def __init__(self, ends_at: timedelta, *, set_number: int, first: bool, with_entry: bool) -> None:
        """Say what leaving means for this set, and for the entry in the app where there is a new one."""
        super().__init__()
        self.ends_at = ends_at
        self._set_number = set_number
        self._first = first
        self._with_entry = with_entry

    def parts(self) -> ComposeResult:
        """What leaving means, and the two ways."""
        yield Static(Content("Leave without 2FA?" if self._first else "Leave as it was?"), id="headline")
        yield Static("", classes="gap")
        stays = "2FA stays off." if self._first else "Everything stays as it was."
        dead = f"{stays} The codes of set {self._set_number} will never work"
        if self._with_entry:
            dead += ", and the new entry in the authenticator app is dead: delete it there"
        yield Static(Content(f"{dead}."), classes="prose")
        yield Static("", classes="gap")
        leave = "Leave 2FA off" if self._first else "Leave it as it was"
        yield Actions(Action("Back to the codes", id="back", main=True), Action(leave, id="leave"))

    @property
    def lost_by_leaving(self) -> str:
        """Return that none of the codes will work."""
        return lost_with(self._set_number, first=self._first)

    def leave_covered(self) -> None:
        """Leave, codes and all."""
        self.finish(True)  # noqa: FBT003 - the answer of this screen

    def time_over(self) -> None:
        """Leave with the codes, whose time is over."""
        self.finish(EnrollmentEnded())

    def action_choose(self) -> None:
        """Choose what has the focus."""
        if isinstance(self.focused, Action):
            self.focused.action_choose()

    @on(Action.Chosen, "#back")
    def action_back(self) -> None:
        """Show the codes again."""
        self.finish(False)  # noqa: FBT003 - the answer of this screen

    @on(Action.Chosen, "#leave")
    def _leave(self) -> None:
        self.finish(True)  # noqa: FBT003 - the answer of this screen
