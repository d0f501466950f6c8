"""Why something was taken away from somebody, as operators say it; it stands in the audit log."""

from typing import Final

from store.errors import NoReason
from store.rules import text

LENGTH: Final = 200
"""Characters that are kept of a reason."""


def check(reason: str) -> str:
    """Return the reason on one line, cut to its length.

    Raises:
        NoReason: where it says nothing.
        UnsafeText: where it holds a character that can't be shown.

    """
    why = " ".join(reason.split())
    text.require_safe(why)
    if not why:
        raise NoReason
    return why[:LENGTH]
