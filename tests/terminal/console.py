"""The console driven by its words (design section 4), as a person with a phone would."""

import re
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import zxingcpp

from tests.leaks.forms import Kind
from tests.leaks.record import note
from tests.terminal.authenticator import Phone
from tests.terminal.keys import click
from tests.terminal.pixels import agreed, picture, read_qr
from tests.terminal.terminal import Terminal

CODE = re.compile(r"^\s*(\d+)\s+((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})\s*$", re.MULTILINE)
KEY_LINE = re.compile(r" ([A-Z2-7]{4}(?: [A-Z2-7]{4}){3})\s*$")
CELLS = ((10, 20), (8, 17), (13, 27))
"""Cell sizes of three terminals, in pixels."""


class Console(Terminal):
    """A terminal in which the console runs."""

    watch: Callable[[], float] | None = None
    """Asked before each wait, how long it may take at most."""

    def read(self, seconds: float = 0.0) -> bool:
        """Take in what it writes, but never wait past what is watched for."""
        if self.watch is not None:
            seconds = min(seconds, self.watch())
        return super().read(seconds)

    # What stands there

    def count(self, words: str) -> int:
        """How often words stand on the screen, letter case aside."""
        return sum(line.lower().count(words.lower()) for line in self.text())

    def offers(self, *buttons: str) -> None:
        """Each button's words stand on the screen, and once."""
        for words in buttons:
            # A part of the page before may stand there until all of this one has come.
            self.wait_until(partial(self._stands_once, words), f"waiting for {words!r}, once")

    def _stands_once(self, words: str) -> bool:
        return self.count(words) == 1

    def says(self, *sentences: str) -> None:
        """Each sentence stands on the screen, however its lines are broken."""
        for sentence in sentences:
            self.wait_until(partial(self._says, sentence), f"waiting for {sentence!r}")

    def _says(self, sentence: str) -> bool:
        return sentence in self.prose()

    def matches(self, pattern: str) -> None:
        """What the screen says matches a pattern."""
        self.wait_until(lambda: re.search(pattern, self.prose()) is not None, f"waiting for {pattern!r}")

    def prose(self) -> str:
        """The words of the screen with one space between two."""
        return " ".join(re.sub("[▀▄█]", " ", " ".join(self.text())).split())

    def headline(self) -> str:
        """The title: what stands highest under the top row."""
        return next((line.strip() for line in self.text()[1:] if line.strip()), "")

    # The way

    def log_in(self, username: str, password: str) -> None:
        """Give the first factor."""
        self.wait_for("Username")
        note(Kind.PASSWORD, password)
        self.type(f"{username}\r{password}\r")

    def click_field(self, label: str) -> None:
        """Click into the field under a label."""
        column, row = self._emulator.places(label)[0]
        self.send(click(column, row + 2))

    def choose(self, username: str, words: str) -> None:
        """Choose from the user menu by mouse."""
        self.click(f"{username} ▼")
        self.wait_for("Log out")
        # The menu lies above all else that may read the same.
        self.click(words, 0)

    def begin_enrollment(self, username: str) -> Phone:
        """Go from Home to the QR and scan it."""
        self.choose(username, "Settings")
        self.click("Enable 2FA")
        # The page is known by its words before anything else is done to it.
        self.wait_for("Setup key")
        return self.scan()

    def scan(self) -> Phone:
        """Read the QR from the pixels of several terminals, in each by two independent decoders."""
        self.wait_until(lambda: agreed(read_qr(picture(self.screen))) is not None, "waiting for the QR")
        readings = {cell: read_qr(picture(self.screen, cell)) for cell in CELLS}
        payloads = {agreed(reading) for reading in readings.values()}
        uri = payloads.pop()
        assert uri is not None, self._told(f"not read in every size: {readings}")
        assert not payloads, readings
        return Phone(uri)

    def setup_key(self) -> str:
        """The setup key that stands beside the QR, without its gaps."""
        return "".join("".join(found) for line in self.text() for found in KEY_LINE.findall(line)).replace(
            " ", ""
        )

    def qr_version(self) -> int:
        """The version of the QR on the screen, by its width in modules of one cell."""
        wide, high = CELLS[0]
        grey = np.asarray(picture(self.screen, (wide, high)).convert("L"))
        [code] = zxingcpp.read_barcodes(grey, try_invert=False)
        modules = (code.position.top_right.x - code.position.top_left.x) / wide
        return round((modules - 17) / 4)

    def type_code(self, phone: Phone) -> str:
        """Type a code of the app that was not typed before, with Enter."""
        self.rest(phone.ready_in(time.time()))
        code = phone.next_code(time.time())
        self.type(f"{code}\r")
        return code

    def to_lost_access(self) -> None:
        """Go from Code entry to Lost access."""
        self.click("I lost access to the authentication app")
        self.wait_for("Backup code")

    def use_backup_code(self, code: str) -> None:
        """Go from Code entry to Lost access and type a code of the sheet."""
        self.to_lost_access()
        self.type(f"{code}\r")

    def enroll(self, username: str) -> tuple[Phone, list[str]]:
        """Go from Home to the backup codes; return what the person has then."""
        phone = self.begin_enrollment(username)
        self.type_code(phone)
        return phone, self.backup_codes()

    def backup_codes(self) -> list[str]:
        """The ten codes of the page of backup codes, in order."""
        self.wait_until(lambda: len(CODE.findall("\n".join(self.text()))) == 10, "waiting for ten codes")
        numbered = CODE.findall("\n".join(self.text()))
        assert [int(number) for number, _ in numbered] == list(range(1, 11))
        return [code for _, code in numbered]

    def rest(self, seconds: float) -> None:
        """Do nothing for a while but look."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def hang_up(self, timeout: float = 20) -> None:
        """Close the window: the terminal is gone from one moment to the next."""
        self._process.fileobj.close()
        self.closed = True
        end = time.monotonic() + timeout
        while self.exit_status is None:
            assert time.monotonic() < end, "still running without a terminal"
            self.read(0.05)

    def quit(self) -> None:
        """Leave the console in the middle of a session, and say that it is meant."""
        self.press("ctrl+q")
        self.wait_for("Leave the console?")
        self.wait_still()
        self.click("Quit")

    def agree(self) -> None:
        """Click Agree; a click counts after the page's first second."""
        self.wait_for("Agree")
        self.rest(1.1)
        self.click("Agree")
        self.wait_gone("Agree")
