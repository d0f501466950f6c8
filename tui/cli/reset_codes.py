"""The reset code on standard output, and how it is handed over (design D18)."""

from textwrap import fill

from tui.cli.output import say

WIDTH = 80
"""Columns of what is told in whole paragraphs."""


def tell_reset_code(username: str, code: str, again: str) -> None:
    """Print the code, which is stored nowhere it could be read again; `again` says how to get another."""
    paragraphs(
        f"2FA of {username} is reset. The authenticator app and all backup codes stopped working at once, "
        f"and {username} is logged out everywhere.\n\n"
        f"    Reset code: {code}\n\n"
        "It is shown only now. It is valid for 1 hour.\n\n"
        f"1. Read the code out to {username} and to nobody else. Do not send it by e-mail or chat.\n"
        f"2. {username} logs in with the username and the password, and types the reset code.\n"
        f"3. {username} deletes the old entry in the authenticator app, sets the app up anew, and writes "
        "down the new backup codes.\n\n"
        f"Too late, or a code mislaid? {again} and the one above stops working."
    )


def paragraphs(text: str) -> None:
    """Print text in lines of 80 columns; a numbered line hangs."""
    for line in text.split("\n"):
        indent = "   " if line[1:3] == ". " else ""
        say(fill(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False))
