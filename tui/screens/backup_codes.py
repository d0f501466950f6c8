"""Backup codes: kept before anything is changed, agreed to on purpose (design section 4 step 5)."""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.errors import EnrollmentEnded, TwofoldError
from store.rules.sessions import CODES_IN_SIGHT, WARNING
from store.rules.text import visible
from tui import background
from tui.files import save_backup_codes
from tui.screens.page import HELP, Page, covered_in
from tui.screens.places import Go
from tui.units import day, duration
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import BackupCodesShown

PAUSE = timedelta(seconds=0.5)
"""How long Enter must have rested, and the button had the focus, before Enter agrees."""
FIRST_SECOND = timedelta(seconds=1)


def lost_with(set_number: int, *, first: bool) -> str:
    """Return what is lost with a set that was not agreed to."""
    stays = "2FA stays off" if first else "everything stays as it was"
    return f"What you began here is lost: {stays}, and the codes of set {set_number} will never work."


class CodeList(Static, can_focus=True):
    """The ten codes. It takes the focus first, and does nothing with it."""


class BackupCodesScreen(Page["bool | Go | EnrollmentEnded"]):
    """Hands back whether the person agreed; False asks for the page that asks about leaving."""

    HEADLINE = "Keep your backup codes"
    HELP_TEXT = (
        "Without your phone, one of these codes takes its place at a log-in. Each works once. They are "
        "shown only now. Paper in a drawer is good; the phone itself is not, since it is what gets lost. "
        "The set's number tells this sheet from an older one."
    )
    BINDINGS = [Binding("enter", "nothing", show=False)]
    IN_SIGHT = CODES_IN_SIGHT

    def __init__(
        self,
        shown: "BackupCodesShown",
        ends_at: timedelta,
        *,
        first: bool,
        with_menu: bool,
        kept: str = "",
    ) -> None:
        """Show one set until it is over; `first` where 2FA is off until Agree."""
        super().__init__(username=shown.username if with_menu else None)
        self.ends_at = ends_at
        self._shown: BackupCodesShown | None = shown
        self._first = first
        self.kept = kept
        """What was said about keeping them; said again when the page comes back."""
        self._opened_at = self._last_enter = self._focused_at = datetime.min.replace(tzinfo=UTC)

    @property
    def shown(self) -> "BackupCodesShown":
        """The set on the screen."""
        assert self._shown is not None  # noqa: S101 - set until the screen is left
        return self._shown

    def keys(self) -> tuple[KeyHint, ...]:
        """Escape asks first."""
        leave = "Leave 2FA off" if self._first else "Keep the old codes"
        return (KeyHint("Tab", "Next", "app.focus_next"), KeyHint("Esc", leave, "back"), HELP)

    def parts(self) -> ComposeResult:
        """What the codes are for, the codes, how to keep them, the button."""
        shown = self.shown
        standing = "2FA is not on yet" if self._first else "The old codes still work"
        yield Static(
            Content(f"{standing}. Keep these ten codes first: without your phone, a code gets you in."),
            classes="prose",
        )
        yield Static(
            Content(f"Set {shown.set_number}, {day(shown.made_at)}, {visible(shown.username)}"),
            classes="quiet-prose",
        )
        yield Static("", classes="gap")
        lines = "\n".join(f"  {number:>2}   {code}" for number, code in enumerate(shown.codes, start=1))
        yield CodeList(Content(lines), id="codes")
        yield Static("", classes="gap")
        yield Static(
            Content("Each works once. Keep them, but not in the same place as your password."),
            classes="prose",
        )
        if not self._may_copy:
            yield Static(
                Content("Write them on paper, three at least. This page stays for 15 minutes."),
                classes="prose",
            )
        elif self.console.saving_place() is None:
            yield Static(
                Content("Over SSH nothing is saved. Write three at least on paper, or take all:"),
                classes="prose",
            )
            yield Actions(Action("Copy", id="copy"))
        else:
            yield Actions(Action("Save to file", id="save"), Action("Copy", id="copy"))
        yield Static(Content(self.kept), id="kept", classes="notice")
        yield Static("", classes="gap tall-only")
        with Horizontal(classes="agree-row"):
            yield Static(Content(f"{self._kept_where}, in a safe place:  "))
            yield Action("Agree", id="agree", main=True)

    @property
    def _may_copy(self) -> bool:
        return not self.console.settings.kiosk

    @property
    def _kept_where(self) -> str:
        if not self._may_copy:
            return "Three of them are on paper"
        return (
            "They are on paper or in a file" if self.console.saving_place() else "They are copied or on paper"
        )

    def on_mount(self) -> None:
        """Begin on the list, and hash the codes while they are read."""
        self._opened_at = self.console.clock.now()
        self._last_enter = self._focused_at = self._opened_at
        self.query_one("#codes").focus()
        background.run(self, self._prepare, group="prepare")

    def on_unmount(self) -> None:
        """Forget the codes."""
        self._shown = None

    async def _prepare(self) -> None:
        try:
            await self.ask_as(lambda services, token: services.backup_codes.prepare(token))
        except TwofoldError:
            # Agree meets the same fault, where there is somebody to tell.
            return

    def accepts(self, event: events.InputEvent | events.Paste) -> bool:
        """Let Enter through only after a pause: a held key must not agree to anything."""
        if isinstance(event, events.Key) and event.key in {"enter", "space"} and self._on_agree:
            now = self.console.clock.now()
            rested = now - self._last_enter >= PAUSE and now - self._focused_at >= PAUSE
            # One that waited as long to be handled: the pause was the machine's, not the person's.
            rested = rested and monotonic() - event.time < PAUSE.total_seconds()
            self._last_enter = now
            return rested and event.key == "enter" and super().accepts(event)
        if isinstance(event, events.Key) and event.key == "enter":
            self._last_enter = self.console.clock.now()
        if isinstance(event, (events.MouseDown, events.MouseUp)) and self._too_early_to_agree(event):
            return False
        return super().accepts(event)

    def _too_early_to_agree(self, event: events.MouseEvent) -> bool:
        agree = self.query("#agree")
        early = self.console.clock.now() - self._opened_at < FIRST_SECOND
        return early and bool(agree) and agree.first().region.contains(event.x, event.y)

    @property
    def _on_agree(self) -> bool:
        return self.focused is not None and self.focused.id == "agree"

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Note since when the button has the focus."""
        if event.widget.id == "agree":
            self._focused_at = self.console.clock.now()

    def warn_of_end(self, left: timedelta) -> None:
        """Say it in the line under the codes."""
        if left <= WARNING:
            ends = f"This page ends in {duration(left)}, and then nothing was changed."
            kept = self.query_one("#kept", Static)
            kept.update(Content(ends))
            kept.add_class("warning")

    def say_of_cover(self, left: timedelta | None) -> None:
        """Say it in the line under the codes."""
        kept = self.query_one("#kept", Static)
        kept.update(Content(self.kept if left is None else covered_in(left)))
        kept.set_class(left is not None, "warning")

    def on_screen_resume(self) -> None:
        """Begin anew behind a cover or help: the Enter before was not for this page."""
        self._opened_at = self._last_enter = self._focused_at = self.console.clock.now()

    @property
    def lost_by_leaving(self) -> str:
        """Return that none of these codes will work."""
        return lost_with(self.shown.set_number, first=self._first)

    def time_over(self) -> None:
        """Leave before the session ends."""
        self.finish(EnrollmentEnded())

    def action_nothing(self) -> None:
        """Take Enter on the list, so that nothing else does."""

    @on(Action.Chosen, "#agree")
    def _agree(self) -> None:
        self.finish(True)  # noqa: FBT003 - the answer of this screen

    @on(Action.Chosen, "#save")
    def _save(self) -> None:
        place = self.console.saving_place()
        if place is None:
            return
        folder, where = place
        try:
            path = save_backup_codes(self.shown, folder)
        except OSError as error:
            self._tell(f"That could not be saved: {error.strerror or 'no room'}. Write them on paper.")
        else:
            self._tell(f"Saved: {path.name} {where}.")

    @on(Action.Chosen, "#copy")
    def _copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(self.shown.codes))
        self._tell("Copied, if your terminal allows it: paste them somewhere to see.")

    def _tell(self, text: str) -> None:
        self.kept = text
        self.query_one("#kept", Static).update(Content(text))

    def action_back(self) -> None:
        """Ask about leaving, on a page of its own."""
        self.finish(False)  # noqa: FBT003 - the answer of this screen
