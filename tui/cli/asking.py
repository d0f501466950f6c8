"""Where a new password comes from: standard input or the keyboard, never an argument."""

import os
import sys

from store.errors import PasswordFault, WeakPassword
from store.rules.passwords import MAX_TYPED_LENGTH
from store.services.passwords import check_new_password
from tui.cli.output import Refused, complain, say
from tui.words import sentence

TRIES = 3
LONGEST_LINE = 4 * MAX_TYPED_LENGTH + 2
"""Bytes read at most: more than any password has, and a file of gigabytes is no burden."""

NOT_UTF_8 = "The password is not UTF-8 text, so no account was made."


def new_password(username: str, issuer: str) -> str:
    """Return a new password for the account: from the keyboard one that will do, typed twice."""
    if not (sys.stdin is not None and os.isatty(sys.stdin.fileno())):
        return _read_line()
    say(f"A password for {username}: 15 characters or more. It is not shown while you type.")
    for tries_left in reversed(range(TRIES)):
        try:
            return _ask_twice(username, issuer)
        except WeakPassword as error:
            if not tries_left:
                raise
            complain(sentence(error))
    raise AssertionError


def _read_line() -> str:
    line = sys.stdin.buffer.readline(LONGEST_LINE) if sys.stdin is not None else b""
    try:
        return line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(NOT_UTF_8) from None


def _ask_twice(username: str, issuer: str) -> str:
    password = _ask("Password: ")
    check_new_password(password, username, issuer)
    if _ask("Once more: ") != password:
        raise WeakPassword(PasswordFault.MISMATCH)
    return password


def _ask(prompt: str) -> str:
    from getpass import getpass

    sys.stdout.flush()
    try:
        return getpass(prompt)
    except EOFError:
        raise Refused("No password was typed, so no account was made.") from None
    except UnicodeDecodeError:
        raise Refused(NOT_UTF_8) from None
