"""Why something was taken away from somebody, as operators say it; it stands in the audit log."""

from typing import Final

from store.errors import NoReason, TwofoldError
from store.rules import text

LENGTH: Final = 200
"""Characters that are kept of a reason."""


def check(reason: str) -> str:
    """Return the reason on one line, cut to its length.

    Raises:
        NoReason: where it says nothing.
        UnsafeText: where it holds a character that can't be shown.

    """
    return one_line(reason, LENGTH, NoReason())


def one_line(typed: str, length: int, missing: TwofoldError) -> str:
    """Return what was typed on one line, cut to a length; `missing` is raised where that says nothing.

    Raises:
        UnsafeText: where it holds a character that can't be shown.

    """
    line = " ".join(typed.split())
    text.require_safe(line)
    if not line:
        raise missing
    return line[:length]
