"""The demo phone as it is seen: a panel over what is not needed while a code is typed."""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Offset, Size
from textual.widgets import Static

from store.rules.text import visible
from store.rules.totp import seconds_left
from tui.demo.paper import Note
from tui.demo.phone import Entry, Phone
from tui.widgets.rows import KeyHint, KeyTwin

SIZE = Size(35, 13)
LOW = 11
"""Rows where there is no room for all."""
AROUND = 5
"""Rows for the border, the heading and the keys."""
NAME = 28

NEXT_CODE = KeyHint("F7", "Next code", "app.next_code")
LOSE = KeyHint("F8", "Lose it", "app.lose_phone")
PUT_AWAY = KeyHint("F9", "Put away", "app.phone")


class DemoPhone(Vertical, can_focus=False):
    """Plays the authenticator app. It takes no focus: that stays in the field for the code."""

    BORDER_TITLE = "Demo phone"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(id="demo-phone")
        self._head = Static(id="phone-head")
        self._entries = Static(id="phone-entries")
        self._next_code = KeyTwin(NEXT_CODE)
        self._lose = KeyTwin(LOSE)
        self._room = SIZE.height - AROUND
        self._lost_before: bool | None = None

    def compose(self) -> ComposeResult:
        """Put heading, entries and keys below each other."""
        yield self._head
        yield self._entries
        yield Horizontal(self._next_code, classes="phone-keys")
        yield Horizontal(self._lose, KeyTwin(PUT_AWAY), classes="phone-keys")

    def lie_at(self, place: Offset | None, size: Size) -> None:
        """Lie there, or out of sight where no place is free."""
        self.display = place is not None
        if place is not None:
            self.styles.offset = (place.x, place.y)
            self.styles.width, self.styles.height = size
            self._room = size.height - AROUND
            self._entries.styles.height = self._room

    def show(self, phone: Phone, note: Note | None, now: datetime, *, ready: bool, qr_expected: bool) -> None:
        """Draw the phone as it is now; lost, what is left of it is a code on paper."""
        if phone.lost is not self._lost_before:
            self._lost_before = phone.lost
            self._next_code.display = not phone.lost
            self._lose.update(Content.assemble(("F8", "bold"), " Find it" if phone.lost else " Lose it"))
        heading = (
            "The phone is gone." if phone.lost else _heading(phone, ready=ready, qr_expected=qr_expected)
        )
        # Without a layout: each one has the phone look anew, and it would never come to rest.
        self._head.update(Content(heading), layout=False)
        self._entries.update(
            _on_paper(note) if phone.lost else _entries(phone.entries, now, self._room), layout=False
        )


def _heading(phone: Phone, *, ready: bool, qr_expected: bool) -> str:
    if phone.in_sight is not None:
        return "Read from the QR just now:"
    if not ready:
        return "One moment: the demo begins."
    if qr_expected or not phone.entries:
        return "Point me at a QR: none in sight"
    return "Codes in this phone:"


def _entries(entries: tuple[Entry, ...], now: datetime, room: int) -> Content:
    left = f"{seconds_left(now)} s"
    apart = 3 * len(entries) - 1 <= room
    lines = []
    for entry in entries[: room // 2]:
        name = visible(f"{entry.issuer}   {entry.username}")
        name = name if len(name) <= NAME else f"{name[: NAME - 3]}..."
        lines += [Content(name), Content.assemble("  ", (entry.code(now), "bold $accent"), f"{left:>13}")]
        if apart:
            lines.append(Content(""))
    return Content("\n").join(lines)


def _on_paper(note: Note | None) -> Content:
    if note is None:
        return Content(
            "\nOn paper you have nothing for\nthis account. An operator can\nhelp, or F8 finds the phone."
        )
    return Content.assemble(
        "\nOn paper you still have:\n\n",
        f"Set {note.set_number}, code {note.number}\n",
        (note.code, "bold $accent"),
    )
