"""Rows of a file, a portion in each transaction: what is wrong with one of them keeps no other out."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeVar

from store.errors import TwofoldError

PORTION = 1000
"""Rows in a transaction: others wait for it no longer than a moment, and a kill costs no more than it."""


class Row(Protocol):
    """What stands in one line of a file."""

    @property
    def line(self) -> int:
        """Which line it is, counted from 1."""


@dataclass(frozen=True)
class BadLine:
    """A line that cannot go in, and why."""

    line: int
    error: TwofoldError


@dataclass(frozen=True)
class Portion:
    """What became of some rows."""

    done: int
    """How many went in, or would."""
    there: int
    """How many were in the store already."""
    bad: tuple[BadLine, ...]


R = TypeVar("R", bound=Row)
F = TypeVar("F")


def portions(
    rows: Iterable[R | BadLine], check: Callable[[R], F]
) -> Iterator[tuple[list[tuple[int, F]], list[BadLine]]]:
    """Return the rows in portions: the lines and facts of the good ones, and the bad ones."""
    rows = iter(rows)
    while taken := list(islice(rows, PORTION)):
        good: list[tuple[int, F]] = []
        bad: list[BadLine] = []
        for row in taken:
            if isinstance(row, BadLine):
                bad.append(row)
                continue
            try:
                good.append((row.line, check(row)))
            except TwofoldError as error:
                bad.append(BadLine(row.line, error))
        yield good, bad


def portion(done: int, there: int, bad: list[BadLine]) -> Portion:
    """Return what became of some rows, the bad ones in the order of the file."""
    return Portion(done, there, tuple(sorted(bad, key=lambda each: each.line)))
