"""The QR as terminal cells: pure geometry, so that it can be reasoned about without a terminal.

A symbol is drawn whole or not at all: a phone can do nothing with a part of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Matrix = Sequence[Sequence[int]]
"""Rows of modules, 1 for dark and 0 for light, without a quiet zone."""

QUIET_ZONES = ((4, 4), (4, 3), (3, 3), (3, 2), (2, 2))
"""Light modules at the sides, and above and below, best first; with fewer than two, scans begin to fail."""

LAST_RESORT = (1, 1)
"""Only for a symbol that stands alone on its screen."""

# The lower half of a cell is its background and decides the style; where the upper half differs, `▀` adds it
# as ink. So the gap that many fonts leave under a row continues the lower half, and never cuts a dark area.
_STYLES = (Style(color="#000000", bgcolor="#ffffff"), Style(color="#ffffff", bgcolor="#000000"))


class Layout(NamedTuple):
    """One way to draw a symbol: its quiet zone in modules and its size in cells."""

    sides: int
    """Light modules to the left and to the right."""
    ends: int
    """Light modules above and below."""
    columns: int
    rows: int
    half: bool
    """Two modules a cell, one above the other; else a module is two spaces."""


def layouts(modules: int, *, half: bool, alone: bool) -> Iterator[Layout]:
    """Every way to draw a symbol of so many modules a side, best first."""
    for sides, ends in (*QUIET_ZONES, LAST_RESORT) if alone else QUIET_ZONES:
        wide, high = modules + 2 * sides, modules + 2 * ends
        columns, rows = (wide, (high + 1) // 2) if half else (2 * wide, high)
        yield Layout(sides, ends, columns, rows, half)


def choose(modules: int, room: tuple[int, int], *, half: bool, alone: bool) -> Layout | None:
    """Find the best layout that a room (columns, rows) shows whole, or none."""
    columns, rows = room
    for layout in layouts(modules, half=half, alone=alone):
        if layout.columns <= columns and layout.rows <= rows:
            return layout
    return None


def least(modules: int, *, half: bool, alone: bool) -> tuple[int, int]:
    """Find the smallest room (columns, rows) that shows the symbol whole."""
    *_, layout = layouts(modules, half=half, alone=alone)
    return layout.columns, layout.rows


def strips(matrix: Matrix, layout: Layout) -> list[Strip]:
    """Make the rows of cells, dark on light in fixed colours: phones refuse an inverted symbol."""
    side = [0] * layout.sides
    blank = [0] * (len(matrix) + 2 * layout.sides)
    rows = [blank] * layout.ends + [[*side, *row, *side] for row in matrix] + [blank] * layout.ends
    if not layout.half:
        return [_strip([(dark, "  ") for dark in row]) for row in rows]
    # An odd number of rows leaves half a cell: light, and so a part of the quiet zone.
    rows.append(blank)
    return [
        _strip([(low, " " if high == low else "▀") for high, low in zip(above, below, strict=True)])
        for above, below in zip(rows[: 2 * layout.rows : 2], rows[1 : 2 * layout.rows : 2], strict=True)
    ]


def _strip(cells: list[tuple[int, str]]) -> Strip:
    runs = groupby(cells, key=lambda cell: cell[0])
    segments = [Segment("".join(text for _, text in run), _STYLES[dark]) for dark, run in runs]
    return Strip(segments, sum(len(segment.text) for segment in segments))
