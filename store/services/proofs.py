"""What the audit log says of the factor that was proven, written and read in one place."""

import re
from typing import NamedTuple

CODE = "code"
"""A code of the authenticator app."""

_USED = re.compile(r"(?:set \d+, )?(last )?backup code (\d+) of set (\d+)\b")
_CODE = re.compile(rf"{CODE}\b")


class UsedCode(NamedTuple):
    """A backup code that was used, by the log."""

    set_number: int
    number: int
    last: bool
    """Whether Agree spent it, with its whole set."""


def backup_code(number: int, set_number: int) -> str:
    """Return what is said where a backup code was used that was not the last one."""
    return f"backup code {number} of set {set_number}"


def last_code(number: int, set_number: int | None) -> str:
    """Return what is said where Agree spent the last backup code."""
    return f"last backup code {number} of set {set_number}"


def new_set(number: int) -> str:
    """Return what is said of a set that is shown, or agreed to."""
    return f"set {number}"


def set_after_last_code(number: int, last: str) -> str:
    """Return what is said of a set that was agreed to after a last code."""
    return f"{new_set(number)}, {last}"


def used_code(detail: str) -> UsedCode | None:
    """Return which backup code was used, where one was."""
    found = _USED.match(detail)
    return UsedCode(int(found[3]), int(found[2]), bool(found[1])) if found else None


def by_app(detail: str) -> bool:
    """Tell whether a code of the app was used."""
    return _CODE.match(detail) is not None
