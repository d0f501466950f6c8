"""What all imports do: read a file, show how far they are, and tell about each line that was refused."""

import argparse
import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from store.services.bulk import BadLine, Portion
from tui.cli.output import Refused, complain
from tui.cli.own_files import failures, own_file, write_all
from tui.event_files import harmless
from tui.units import counted
from tui.words import sentence

TOLD = 20
"""Refused lines that are told on a terminal: more would push the first ones out of sight."""


@dataclass(frozen=True)
class Outcome:
    """How many rows went in, were there, and were refused."""

    done: int
    there: int
    bad: int


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open the file that is imported."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused(f"The file cannot be read: {path}: {error.strerror}.") from None
    with file:
        yield file


def carry_out(asked: argparse.Namespace, file: BinaryIO, portions: Iterable[Portion]) -> Outcome:
    """Take one portion after the other, and tell what was refused."""
    done = there = bad = 0
    with ExitStack() as stack:
        reject = _rejects(asked.rejects, stack)
        move = stack.enter_context(_progress(file))
        for portion in portions:
            done, there = done + portion.done, there + portion.there
            for each in portion.bad:
                bad += 1
                reject(each, bad)
            move()
    if bad > TOLD and sys.stderr.isatty():
        more = counted(bad - TOLD, "more line was", "more lines were")
        where = "" if asked.rejects else " --rejects FILE keeps all of them."
        complain(f"{more} refused.{where}")
    return Outcome(done, there, bad)


def require_all(outcome: Outcome) -> None:
    """End with 1 where a line was refused: what called this must not take it for done."""
    if outcome.bad:
        lines = counted(outcome.bad, "line was", "lines were")
        raise Refused(f"{lines} refused. Mend them and run it again.")


def _rejects(path: Path | None, stack: ExitStack) -> Callable[[BadLine, int], None]:
    descriptor = stack.enter_context(own_file(path, "line,reason", anew=True)) if path else None
    told = TOLD if sys.stderr.isatty() else sys.maxsize

    def reject(bad: BadLine, number: int) -> None:
        reason = sentence(bad.error)
        if number <= told:
            complain(f"line {bad.line}: {reason}")
        if descriptor is not None and path is not None:
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow((bad.line, harmless(reason)))
            with failures(path):
                write_all(descriptor, line.getvalue().encode())

    return reject


@contextmanager
def _progress(file: BinaryIO) -> Iterator[Callable[[], None]]:
    """Show on a terminal how much of the file is read; elsewhere nothing."""
    if not (sys.stderr.isatty() and file.seekable()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    # Drawn by hand, after each portion: a clock of its own would be a second thread.
    with Progress(*columns, console=Console(stderr=True), auto_refresh=False, transient=True) as bar:
        task = bar.add_task("", total=os.fstat(file.fileno()).st_size)

        def move() -> None:
            bar.update(task, completed=file.tell(), refresh=True)

        yield move
