"""What is kept of a crash: where in the code it was, and nothing that was in memory."""

import secrets
import traceback


def report_crash(error: BaseException) -> str:
    """Return the one line that a person gets: a kind, a place, an id.

    Never the message, which may quote what was typed, and never a local variable.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else "?"
    return f"{secrets.token_hex(4)} ({type(error).__name__} at {place})"
