"""The demo phone: an authenticator app that knows only what it saw."""

from dataclasses import dataclass, field
from datetime import datetime

import pyotp

from tui.flows import ENABLED, ENTRY_IS_DEAD, REPLACED


@dataclass(frozen=True)
class Entry:
    """One entry of the app."""

    issuer: str
    username: str
    totp: pyotp.TOTP = field(repr=False, compare=False)

    def code(self, now: datetime) -> str:
        """Return the six digits as apps show them, in two groups."""
        code = self.totp.at(now)
        return f"{code[:3]} {code[3:]}"

    def is_same_secret(self, other: "Entry") -> bool:
        """Tell whether it is the very same entry, not only one of the same name."""
        return self == other and self.totp.secret == other.totp.secret


def read_entry(uri: str) -> Entry | None:
    """Return the entry that a QR hands over; none where it is some other QR."""
    try:
        otp = pyotp.parse_uri(uri)
    except ValueError:
        return None
    if not isinstance(otp, pyotp.TOTP) or not otp.issuer:
        return None
    return Entry(otp.issuer, otp.name, otp)


class Phone:
    """Takes entries from what it is pointed at, and can be lost and found."""

    def __init__(self) -> None:
        """Begin without entries."""
        self.entries: tuple[Entry, ...] = ()
        """The newest first."""
        self.lost = False
        self.in_sight: Entry | None = None
        """What the QR says that the phone is pointed at just now."""
        self._taken: Entry | None = None
        """The last entry from a QR, until it is known whether its enrollment came to its end."""

    def point_at(self, text: str | None) -> None:
        """Take the entry from the text of a QR, or learn that there is none in sight.

        An older entry of the same name stays below it: it may be the one that still works.
        """
        self.in_sight = read_entry(text) if text is not None and not self.lost else None
        if self.in_sight is not None:
            self._taken = self.in_sight
            others = (entry for entry in self.entries if not entry.is_same_secret(self.in_sight))
            self.entries = (self.in_sight, *others)

    def obey(self, notice: str) -> None:
        """Delete the entries that the screen says are dead, as its owner would."""
        taken = self._taken
        if taken is None:
            return
        if ENTRY_IS_DEAD in notice:
            self.entries = tuple(entry for entry in self.entries if entry is not taken)
        elif notice in {ENABLED, REPLACED}:
            self.entries = tuple(entry for entry in self.entries if entry is taken or entry != taken)
        else:
            return
        self._taken = None

    def lose(self) -> None:
        """Be gone, and every code with it."""
        self.lost, self.in_sight = True, None

    def find(self) -> None:
        """Be back, with the entries it had: those of a 2FA that was turned off meanwhile are dead."""
        self.lost = False
