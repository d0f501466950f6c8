"""Lines to standard output and standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from store.rules.text import visible


class Refused(Exception):
    """The command line itself refuses, with a sentence of its own."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        """Keep the sentence, which says why and what to do, and the exit code."""
        super().__init__(sentence)
        self.status = status


def say(line: str) -> None:
    """Write a line, or several, to standard output, with nothing in it that a terminal acts on (T1)."""
    with one_line_on_failure():
        if sys.stdout is not None:
            sys.stdout.write("".join(f"{visible(part)}\n" for part in line.split("\n")))


def finish() -> None:
    """Write what is left; only here does a full disk or a lost reader show for certain."""
    with one_line_on_failure():
        if sys.stdout is not None:
            sys.stdout.flush()


def complain(line: str) -> None:
    """Write a line to standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"twofold: {visible(line)}\n")


@contextmanager
def one_line_on_failure() -> Iterator[None]:
    """Say in one line that standard output cannot be written; let a reader who left go quietly."""
    try:
        yield
    except OSError as error:
        # Python would try to write the rest again at its end, and fail aloud.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise Refused(f"The output cannot be written: {error.strerror}.") from None
