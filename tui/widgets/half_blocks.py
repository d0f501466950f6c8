"""Whether this terminal can be trusted to draw `▀`: a wrong guess is a QR that no phone reads."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping

SILENCE_IS_UTF8 = True
"""What a locale that names no encoding (unset, C, POSIX) counts as.

A container and an SSH client that sends no LANG say nothing, and the terminal at the other end draws UTF-8
almost always; where it doesn't, the setup key still stands beside the QR.
"""

# Python sets LC_CTYPE to one of these (PEP 538) where the locale is C or isn't installed, before any code of
# ours runs: found there, it is Python's word and not the terminal's.
_PYTHONS_OWN = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})


def half_blocks_ok(environ: Mapping[str, str], stderr_encoding: str | None) -> bool:
    """Whether stream, locale and terminal type all promise half blocks.

    Args:
        environ: The environment, as Python left it.
        stderr_encoding: The encoding of the stream that Textual writes to.

    """
    # The console fonts of Linux have `█` but hardly ever `▀`.
    if environ.get("TERM", "").startswith("linux"):
        return False
    return _is_utf8(stderr_encoding or "ascii") and _locale_is_utf8(environ)


def terminal_has_half_blocks() -> bool:
    """Say the same of the terminal that this process runs in."""
    return half_blocks_ok(os.environ, getattr(sys.__stderr__, "encoding", None))


def _locale_is_utf8(environ: Mapping[str, str]) -> bool:
    named = environ.get("LC_ALL")
    if not named:
        kind = environ.get("LC_CTYPE", "")
        named = environ.get("LANG") if not kind or kind in _PYTHONS_OWN else kind
    _, dot, encoding = (named or "").partition(".")
    if not dot and named in {None, "", "C", "POSIX"}:
        return SILENCE_IS_UTF8
    return _is_utf8(encoding.partition("@")[0])


def _is_utf8(encoding: str) -> bool:
    try:
        return codecs.lookup(encoding).name == "utf-8"
    except LookupError:
        return False
