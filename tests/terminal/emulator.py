"""The screen half of a terminal: bytes in, words and their places out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyte

# pyte prints the tails of sequences it doesn't know: those are dropped before it sees them.
_JUNK = re.compile(
    rb"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]*(?:\$p|u)|\x1b[P_^X].*?\x1b\\|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)",
    re.DOTALL,
)
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"
"""Around each frame: what is between them is to be shown at once."""
# The beginning of a sequence that the end of a read has cut.
_CUT = re.compile(rb"\x1b(?:\[[<=>?0-9;$]*|[P_^X\]][^\x07\x1b]*\x1b?)?\Z", re.DOTALL)


class Emulator:
    """A screen of cells. It knows no alternate screen: what a program drew last stays when it ends."""

    def __init__(self, columns: int, rows: int) -> None:
        """Start with an empty screen."""
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._held = b""
        self._lines: list[str] = []

    def feed(self, data: bytes) -> bool:
        """Take what a program wrote, a frame only once it is whole; tell whether that changed any line."""
        data = self._held + data
        begun = data.rfind(_BEGIN)
        if begun > data.rfind(_END):
            whole = begun
        else:
            cut = _CUT.search(data)
            whole = cut.start() if cut else len(data)
        self._held = data[whole:]
        self._stream.feed(_JUNK.sub(b"", data[:whole]))
        return self._read_anew()

    @property
    def holds(self) -> int:
        """How many bytes are not drawn yet."""
        return len(self._held)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size; the program is expected to draw anew."""
        self.screen.resize(rows, columns)

    def text(self) -> list[str]:
        """The visible lines."""
        self._read_anew()
        return [*self._lines]

    def stands(self, text: str) -> bool:
        """Whether words stand on one line of the screen."""
        self._read_anew()
        return any(text in line for line in self._lines)

    def places(self, text: str) -> list[tuple[int, int]]:
        """The middle cell (column, row from 0) of the words wherever they stand, from the top."""
        return [
            (_cell_at(cells, found.start() + len(text) // 2), row)
            for row, cells in enumerate(self._cells())
            for found in re.finditer(re.escape(text), "".join(cells))
        ]

    def _read_anew(self) -> bool:
        """Read the lines that were drawn on; all of them at each look would be most of what a test does."""
        lines = self.screen.lines
        before = self._lines
        drawn = self.screen.dirty if len(before) == lines else range(lines)
        self._lines = (before + [""] * lines)[:lines]
        for y in drawn:
            if y < lines:
                self._lines[y] = "".join(self._row(y))
        self.screen.dirty.clear()
        return self._lines != before

    def _row(self, y: int) -> list[str]:
        row = self.screen.buffer[y]
        return [row[x].data for x in range(self.screen.columns)]

    def _cells(self) -> list[list[str]]:
        return [self._row(y) for y in range(self.screen.lines)]


def _cell_at(cells: Sequence[str], offset: int) -> int:
    """The cell that holds a character: wide ones leave an empty cell behind them."""
    for column, data in enumerate(cells):
        if offset < len(data):
            return column
        offset -= len(data)
    return len(cells) - 1
