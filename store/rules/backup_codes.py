"""Backup codes: ten of 80 bits, in Crockford's base32 (design D6).

80 bits exceed the 64 that a saved recovery code needs (SP 800-63B-4 section 4.2.1.1). Reset codes (design
D18) are made and read in the same way.
"""

import re
import secrets
from typing import Final

from store.errors import CodeFault, NotACode
from store.rules.text import unspaced

COUNT: Final = 10
"""Codes in a set."""

LOW: Final = 4
"""With fewer unused codes than this a person is told to make new ones."""

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O (read as 1 and 0) and no U."""

LENGTH: Final = 16
"""Characters of a canonical code: 16 of 5 bits."""

_GROUP: Final = 4
_SET_NUMBERS: Final = range(100, 1000)

_FORGIVEN: Final = str.maketrans("abcdefghijklmnopqrstuvwxyzOIL", "ABCDEFGH1JK1MN0PQRSTUVWXYZ011")
_SIX_DIGITS: Final = re.compile(r"[0-9]{6}")
# Without a full stop or bracket after it, only the length tells a number from the code's first character.
_NUMBERED: Final = re.compile(rf"(?:10|[1-9])(?:[.)]|(?=.{{{LENGTH}}}\Z))")
_CODE: Final = re.compile(rf"[{ALPHABET}]*")


def new_code() -> str:
    """Return a new code as it is printed, such as `7K3Q-9WZD-M2FT-XA5C`."""
    return grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def new_codes() -> tuple[str, ...]:
    """Return ten different codes, in the order in which they are numbered."""
    codes: dict[str, None] = {}
    while len(codes) < COUNT:
        codes[new_code()] = None
    return tuple(codes)


def new_set_number(previous: int | None) -> int:
    """Return three random digits to tell a sheet of codes by, never those of the sheet before it."""
    return secrets.choice([number for number in _SET_NUMBERS if number != previous])


def grouped(canonical: str) -> str:
    """Return a canonical code as it is printed."""
    return "-".join(canonical[at : at + _GROUP] for at in range(0, len(canonical), _GROUP))


def normalise(typed: str) -> str:
    """Return the canonical code: 16 characters of the alphabet, no dashes.

    Forgives case, dashes and spaces of any kind, O for 0, I and L for 1, and the number printed in front
    of the code.

    Raises:
        NotACode: EMPTY, SIX_DIGITS (it may be the app's code), CHARACTER or WRONG_LENGTH; no attempt
            (design D4).

    """
    code = unspaced(typed)
    if not code:
        raise NotACode(CodeFault.EMPTY)
    if _SIX_DIGITS.fullmatch(code):
        raise NotACode(CodeFault.SIX_DIGITS)
    code = code.translate(_FORGIVEN)
    if number := _NUMBERED.match(code):
        code = code[number.end() :]
    if not _CODE.fullmatch(code):
        raise NotACode(CodeFault.CHARACTER)
    if len(code) != LENGTH:
        raise NotACode(CodeFault.WRONG_LENGTH)
    return code
