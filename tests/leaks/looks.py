"""Which secrets a screen is there to show, by the words that stand on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.leaks.forms import Kind, Secret

CODE = re.compile(r"(?<![0-9A-Z-])(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![0-9A-Z-])")
HANDED = re.compile(r"(?<![0-9A-Z-])(?:[0-9A-Z]{4}-){3,6}[0-9A-Z]{4}(?![0-9A-Z-])")
"""A reset code or a first password."""
_KEY_LINE = re.compile(r" ([A-Z2-7]{4}(?: [A-Z2-7]{4}){3})\s*$")
_SAVED = re.compile(r"Saved: (\S+) in (?:your home|the demo's own) folder")


KEY_PAGE = ("Setup key", "Set up your authenticator app", "F2 QR alone", "The QR needs ")
HANDED_PAGE = ("I have handed it over", "It is shown this once.")
CODES_PAGE = ("Keep your backup codes", "Esc Leave 2FA off", "Esc Keep the old codes")
"""Titles and bottom rows: in a small window, or under the demo's phone, one of them is out of sight."""


@dataclass(frozen=True)
class Look:
    """What the screen shows on purpose."""

    setup_key: bool = False
    qr: bool = False
    """Beside the setup key, or alone with the way back."""
    codes: bool = False
    """The page of backup codes; in the demo also the paper that is left when the phone is gone."""
    field: bool = False
    """A field for a code, which shows what is typed: it is read off a phone or a sheet, with care."""
    handed: bool = False
    """What an operator hands over: a reset code, or a first password."""
    sheet: bool = False
    """The passwords of the demo's people."""


NOTHING = Look()


def look_at(text: str, *, demo: bool) -> Look:
    """Tell by a screen's words what it shows; whoever changes these words has to change them here."""
    has_key = any(words in text for words in KEY_PAGE)
    has_codes = any(words in text for words in CODES_PAGE)
    return Look(
        setup_key=has_key,
        qr=has_key or "F2 Back" in text,
        codes=has_codes or (demo and "On paper you still have" in text),
        handed=any(words in text for words in HANDED_PAGE),
        field=any(label in text for label in ("Authentication code", "Backup code", "Reset code")),
        sheet=demo and "to fill in both fields:" in text,
    )


def secrets_on(lines: Sequence[str], look: Look) -> Iterator[Secret]:
    """Give the secrets that stand on a screen that shows them."""
    if look.setup_key:
        key = "".join(found[1] for line in lines if (found := _KEY_LINE.search(line)))
        if len(key) == len("ABCD EFGH IJKL MNOP" * 2):
            yield Secret(Kind.SETUP_KEY, key.replace(" ", "").encode())
    if look.codes:
        for code in CODE.findall("\n".join(lines)):
            yield Secret(Kind.BACKUP_CODE, code.encode())
    if look.handed:
        for code in HANDED.findall("\n".join(lines)):
            yield Secret(Kind.RESET_CODE, code.encode())


def saved_on(text: str) -> Iterator[str]:
    """Give the name of the file that the screen says was written."""
    yield from _SAVED.findall(text)
