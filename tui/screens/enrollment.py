"""Enrollment: the QR, the setup key and the first code (design section 4 step 4)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from store.errors import CodeFault, EnrollmentEnded, NotACode, TwofoldError
from store.rules.sessions import WARNING
from store.rules.totp import grouped
from tui.screens.form import Form
from tui.screens.page import HELP
from tui.screens.places import Go
from tui.units import duration
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.countdown import Countdown
from tui.widgets.fields import Field, SecretInput
from tui.widgets.qr_code import QrCode
from tui.widgets.rows import BottomRow, KeyHint, TopRow
from tui.words import APP_CODE

if TYPE_CHECKING:
    from store.services.views import BackupCodesShown, Enrollment

PANEL = 34
"""Columns that the panel needs beside the QR, its left margin included."""
TWO_ROWS = 2
"""The one on top and the one below: where the QR takes whole cells, its height leaves both standing."""
DEMANDED = "Your account must have 2FA here."
QR_ALONE = KeyHint("F2", "QR alone", "qr_alone")


class SetupKey(Static, can_focus=True):
    """The key to type into the app; has the focus for those whose window shows only a part of the page."""


class EnrollmentScreen(Form["BackupCodesShown | Go | EnrollmentEnded"]):
    """Hands back the backup codes to show, or where to go instead."""

    HEADLINE = "Set up your authenticator app"
    HELP_TEXT = (
        "An authenticator app on your phone shows a new six-digit code every 30 seconds. Here it learns "
        "the secret behind the codes: tap + in the app and scan the QR, or type the setup key. Then type "
        "the code it shows. Nothing is changed before the very last page. Does the phone not see the QR? "
        "Enlarge the window or its letters, or press F2 for the QR alone. Where the window is too small for "
        "the whole page, Up and Page Up lead to the setup key."
    )
    AUTO_FOCUS = "#code"
    KEYS = (HELP, QR_ALONE)
    BINDINGS = [Binding("f2", "qr_alone", show=False)]
    IN_SIGHT = timedelta()
    TURNED = "#steps"

    def __init__(self, enrollment: "Enrollment", *, with_menu: bool, demanded: bool = False) -> None:
        """Show one pending enrollment; the user menu belongs to a session that reaches other pages.

        Where 2FA is demanded, the page says that nothing else opens before.
        """
        super().__init__(username=enrollment.username if with_menu else None)
        self._enrollment: Enrollment | None = enrollment
        self._issuer = enrollment.issuer
        self._demanded = demanded
        self._window = Size()

    def compose(self) -> ComposeResult:
        """Use the whole screen: the QR at the left, everything else in the panel."""
        assert self._enrollment is not None  # noqa: S101 - set until the screen is left
        qr = QrCode(self._enrollment.uri_parts, beside=PANEL, id="qr")
        self.set_class(qr.takes_whole_cells, "whole-cells")
        with Horizontal(id="enrollment"):
            yield qr
            with Vertical(id="panel"):
                yield from self.parts()
                yield BottomRow(self.keys())
            yield Static("", id="alone-note")
        yield TopRow(self.console.brand, self.username)
        # Where the card stands free, the keys stand at the screen's end as everywhere; else in the panel.
        yield BottomRow(self.keys())
        yield from self.over()

    def parts(self) -> ComposeResult:
        """The panel: two steps, the button, what is still to come."""
        assert self._enrollment is not None  # noqa: S101 - set until the screen is left
        with Vertical(id="steps"):
            yield Static(Content(self.HEADLINE), id="headline")
            yield Static(Content(DEMANDED if self._demanded else ""), id="why", classes="notice")
            yield Static(Content.assemble(("Step 1", "bold"), "  Scan the QR"), id="step-1")
            yield Static(Content(self._scan()), id="scan", classes="quiet-prose")
            yield Static("", classes="gap")
            yield Static(Content.assemble(("Setup key", "bold"), "  No camera? Type it in:"))
            key = grouped(self._enrollment.setup_key)
            yield SetupKey(Content(f"{key[:19]}\n{key[20:]}"), id="setup-key")
            yield Static(Content("Any name; type of key: time based"), classes="quiet-prose")
            yield Static("", classes="gap")
            yield Static(Content.assemble(("Step 2", "bold"), "  Type the app's six digits"))
            yield Field("", SecretInput(id="code", max_length=64), beside=Countdown(self.console.clock))
            yield Actions(Action("Enable", id="enable", main=True), Action("Cancel", id="cancel"))
            yield Static(Content(self._promise()), id="promise", classes="quiet-prose")

    def on_mount(self) -> None:
        """Follow whether the QR fits, and know when the time is over."""
        assert self._enrollment is not None  # noqa: S101 - set until the screen is left
        self.ends_at = self.console.clock.elapsed() + self._enrollment.time_left
        self.watch(self.query_one(QrCode), "fits", self._fitted)

    def on_unmount(self) -> None:
        """Forget the setup key."""
        self._enrollment = None

    def tick(self) -> None:
        """Redraw the countdown."""
        super().tick()
        self.query_one(Countdown).tick()

    def warn_of_end(self, left: timedelta) -> None:
        """Say it in the panel, never over the QR."""
        near = left <= WARNING
        text = f"This page ends in {duration(left)}.\nNothing was changed." if near else self._promise()
        self._say(text, warning=near)

    def say_of_cover(self, left: timedelta | None) -> None:
        """Say it in the panel, never over the QR."""
        text = self._promise() if left is None else f"Covered in {duration(left)}.\nPress any key to stay."
        self._say(text, warning=left is not None)

    def _say(self, text: str, *, warning: bool) -> None:
        promise = self.query_one("#promise", Static)
        promise.update(Content(text))
        promise.set_class(warning, "warning")

    @property
    def lost_by_leaving(self) -> str:
        """Return that all of it is to be done again."""
        replacing = self._enrollment is not None and self._enrollment.replacing
        stays = "the old app works on" if replacing else "2FA stays off"
        return (
            f"What you began here is lost: {stays}, and where you scanned the QR, the new entry in the app "
            "is dead. Delete it there."
        )

    def time_over(self) -> None:
        """Leave before the session ends."""
        self.finish(EnrollmentEnded())

    def _scan(self) -> str:
        assert self._enrollment is not None  # noqa: S101 - set until the screen is left
        if self._enrollment.replacing:
            return (
                "On the new phone tap + in the\nauthenticator app and point the\n"
                "camera at the QR. The old entry\nworks until the last page."
            )
        if self._enrollment.again:
            return (
                f"In the app delete the entry\n{self._issuer} first: it is dead.\n"
                "Then tap + and point the camera\nat the QR."
            )
        return (
            "Get a free app on your phone,\nGoogle or Microsoft Authenticator\n"
            "for one. Tap + in it and point\nthe camera at the QR."
        )

    def _promise(self) -> str:
        if self._enrollment is not None and self._enrollment.replacing:
            return "You have 10 minutes. The old app\nworks until the last page."
        if self._demanded:
            return "You have 10 minutes. Nothing else\nopens before the last page."
        return "You have 10 minutes. 2FA stays\noff until the last page."

    def on_resize(self, event: events.Resize) -> None:
        """Say what size the window has now, even where the QR fits no more than before."""
        self._window = event.size
        self._fitted(self.query_one(QrCode).fits)

    @property
    def needed(self) -> tuple[int, int]:
        """Columns and rows that the window must have for the QR, the panel and the two rows."""
        columns, rows = self.query_one(QrCode).needed_beside
        # Half blocks come with 23 rows at most, and below 24 this page has neither of the two.
        return columns, rows + (TWO_ROWS if self.has_class("whole-cells") else 0)

    @property
    def needed_alone(self) -> tuple[int, int]:
        """Columns and rows that the window must have to show nothing but the QR."""
        return self.query_one(QrCode).needed_alone

    def _fitted(self, fits: bool) -> None:  # noqa: FBT001 - called by Textual with the new value
        qr = self.query_one(QrCode)
        self.set_class(not fits and not qr.alone, "no-qr")
        if self._enrollment is not None:
            self.query_one("#scan", Static).update(Content(self._scan() if fits else self._needs()))
        alone_columns, alone_rows = self.needed_alone
        note = "F2 Back to the code" if fits else f"The QR needs {alone_columns} x {alone_rows}. F2 Back"
        self.query_one("#alone-note", Static).update(Content(note))

    def _needs(self) -> str:
        columns, rows = self.needed
        alone_columns, alone_rows = self.needed_alone
        return (
            f"The QR needs a window of {columns} x {rows}; "
            f"this is {self._window.width} x {self._window.height}. "
            "Enlarge it or make its letters smaller, press F2 for the QR alone "
            f"({alone_columns} x {alone_rows}), or type the key."
        )

    def action_qr_alone(self) -> None:
        """Show the QR with nothing beside it, or everything again."""
        qr = self.query_one(QrCode)
        qr.alone = not qr.alone
        self.set_class(qr.alone, "qr-alone")
        self._fitted(qr.fits)
        if not qr.alone:
            self.query_one("#code").focus()

    @on(events.Click, "#alone-note")
    def _leave_alone(self) -> None:
        self.action_qr_alone()

    async def submit(self) -> None:
        """Do what the button says."""
        field = self.query_one("#code-field", Field)
        typed = field.value
        try:
            shown = await self.ask_as(lambda services, token: services.enrollment.confirm(token, typed))
        except EnrollmentEnded as error:
            self.finish(error)
        except NotACode as error:
            empty = error.fault is CodeFault.EMPTY
            field.complain(APP_CODE[CodeFault.EMPTY if empty else CodeFault.NOT_SIX_DIGITS])
        except TwofoldError as error:
            self.complain(field, error)
        else:
            self.finish(shown)

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave without any change; in the QR alone, only go back to the panel."""
        if self.query_one(QrCode).alone:
            self.action_qr_alone()
        else:
            self.finish(Go.SETTINGS)
