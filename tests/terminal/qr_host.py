"""A small app that shows one QR beside a panel, for tests with Pilot and in a real terminal.

python -m tests.terminal.qr_host USERNAME
"""

from __future__ import annotations

import base64
import sys

from textual import events
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label, Static

from store.rules import totp
from tui.widgets.qr_code import QrCode

ISSUER = "my.modulus"
KEY = "JBSWY3DPEHPK3PXPKRSXG5CTMVRXEZLU"
NAMES = {5: "alice", 21: "m.papa@example.test", 29: "a" * 29, 57: "b" * 57}
"""Usernames by their length in the URI, where `@` takes three; the last is longer than any may be."""


def uri_parts(username: str) -> tuple[str, str, str]:
    """Cut the URI as the store does."""
    if len(username) > 40:
        return f"otpauth://totp/{ISSUER}:{username}?secret=", KEY, f"&issuer={ISSUER}"
    return totp.uri_parts(ISSUER, username, base64.b32decode(KEY))


class QrHost(App[None]):
    """Header above, QR at the left, panel at the right, like the enrollment screen."""

    CSS = """
    #header { height: 1; }
    .-low #header { display: none; }
    #panel { width: 1fr; padding: 0 1; }
    """

    def __init__(self, username: str, *, hostile: str = "", half_blocks: bool | None = None) -> None:
        """Show the QR of `username`, under a stylesheet that may try to spoil it."""
        super().__init__()
        self.VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-high")]
        if hostile:
            self.stylesheet.add_source(hostile, is_default_css=False)
        self.qr = QrCode(uri_parts(username), beside=34, half_blocks=half_blocks)

    def compose(self) -> ComposeResult:
        """Lay the parts out."""
        yield Label("my.modulus", id="header")
        with Horizontal():
            yield self.qr
            yield Static("", id="panel", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Say which size was drawn, for tests to wait on."""
        self.say(event.size.width, event.size.height)

    def key_t(self) -> None:
        """Switch between the dark and the light theme."""
        self.theme = "textual-light" if self.theme == "textual-dark" else "textual-dark"
        self.say(*self.size)

    def key_f2(self) -> None:
        """Show the QR alone, or beside the panel again."""
        self.qr.alone = not self.qr.alone
        self.query_one("#panel").display = not self.qr.alone

    def say(self, columns: int, rows: int) -> None:
        """Name the size and the theme."""
        self.query_one("#panel", Static).update(f"{columns}x{rows} {self.theme}")


if __name__ == "__main__":
    QrHost(sys.argv[1]).run()
