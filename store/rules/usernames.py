"""Usernames and issuers (design D1): ASCII, so that no two names look alike and the QR stays small."""

import re
import unicodedata
from typing import Final

from store.errors import InvalidUsername, UsernameFault

MAX_LENGTH: Final = 40
"""Characters in a username; with the longest issuer the QR is still version 6."""

_MAX_SIGNS: Final = 2
"""How many of + and @ a username may hold: each takes three characters in the otpauth URI."""

RESERVED: Final = frozenset({"nobody", "console", "shell"})
"""Names that read like no person's in a list or in the audit log. Who has one already keeps it."""

_MAX_ATTEMPTED: Final = 256
"""Characters kept of what was typed at log-in: more than any username, and cheap to normalise."""

_ALLOWED: Final = re.compile(r"[a-z0-9._+@-]+")
_FIRST: Final = re.compile(r"[a-z0-9]")
_ISSUER: Final = re.compile(r"[A-Za-z0-9.-]{1,15}")


def enforce(typed: str) -> str:
    """Return the one form in which a username is stored and compared.

    White space around it is dropped and upper case lowered; anything else is for the person to correct.

    Raises:
        InvalidUsername: when what remains does not follow design D1.

    """
    name = typed.strip()
    if not name:
        raise InvalidUsername(UsernameFault.EMPTY)
    if len(name) > MAX_LENGTH:
        raise InvalidUsername(UsernameFault.TOO_LONG)
    # The Kelvin sign becomes an ASCII k when lowered: a foreign character must not slip in that way.
    if not name.isascii() or not _ALLOWED.fullmatch(name := name.lower()):
        raise InvalidUsername(UsernameFault.CHARACTER)
    if not _FIRST.match(name):
        raise InvalidUsername(UsernameFault.FIRST)
    if name.count("+") + name.count("@") > _MAX_SIGNS:
        raise InvalidUsername(UsernameFault.TOO_MANY_SIGNS)
    return name


def enforce_new(typed: str) -> str:
    """Return the form of a username that an account is to be made with.

    Raises InvalidUsername as `enforce` does, and for a word that is reserved.
    """
    name = enforce(typed)
    if name in RESERVED:
        raise InvalidUsername(UsernameFault.RESERVED)
    return name


def attempted(typed: str) -> str:
    """Return the form by which a log-in attempt is counted (design D9), for any text at all.

    Every spelling that `enforce` accepts for an account gives that account's username. The result is at
    most 256 characters and can always be encoded as UTF-8.
    """
    # Cut before normalising as well: sorting a megabyte of combining marks takes quadratic time.
    name = unicodedata.normalize("NFC", typed.strip()[:_MAX_ATTEMPTED]).casefold()
    encodable = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return encodable[:_MAX_ATTEMPTED]


def issuer_ok(issuer: str) -> bool:
    """Say whether `issuer` may name this installation in an authenticator app (design D1).

    No spaces and no colon: apps show "+" or "%20" literally, or split the label at the wrong place.
    """
    return _ISSUER.fullmatch(issuer) is not None
