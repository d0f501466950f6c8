"""Activation passwords: made by the program, handed over by an operator, good for one log-in.

Unlike a password that somebody chose, one of these can't be guessed: it has 140 random bits. So a hash that
is fast keeps it as well as a slow one does (ASVS 11.4.2; SP 800-63B-4 section 3.1.2.2 asks for a slow one
below 112 bits), and an import can make a million of them.
"""

import re
import secrets
from datetime import timedelta
from typing import Final

from store.rules.backup_codes import ALPHABET, grouped
from store.rules.text import unspaced

VALID_FOR: Final = timedelta(hours=72)
"""From when it is made to the log-in at which another password is chosen."""

LENGTH: Final = 28
"""Characters of a canonical one: 28 of 5 bits."""

_ENCODED: Final = (ALPHABET * (256 // len(ALPHABET))).encode()
"""The character of each byte; 256 is a multiple of 32, so none comes more often than another."""

_FORGIVEN: Final = str.maketrans("OIL", "011")
_CANONICAL: Final = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_password() -> str:
    """Return a new activation password as it is handed over, in seven groups of four."""
    return grouped(secrets.token_bytes(LENGTH).translate(_ENCODED).decode())


def canonical(typed: str) -> str | None:
    """Return the one form in which it is hashed, none for a text that is no activation password.

    Forgives what backup codes forgive: case, dashes and spaces, O for 0, I and L for 1.
    """
    code = typed.replace("-", "")
    if not _CANONICAL.fullmatch(code):
        code = unspaced(typed)[: LENGTH + 1].upper().translate(_FORGIVEN)
    return code if _CANONICAL.fullmatch(code) else None
