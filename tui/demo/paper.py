"""The sheet in the drawer: what a person copies by hand from the page of backup codes."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r"(?<!\S)(\d{1,2}) +([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})(?!\S)")
_SET = re.compile(r"\bset (\d{3})\b", re.IGNORECASE)
_USED = re.compile(r"\bcode (\d{1,2}) of set (\d{3}) was used")
_WHOLE = 10


@dataclass(frozen=True)
class Note:
    """One code on paper."""

    set_number: int
    number: int
    code: str = field(repr=False)


class Paper:
    """The backup codes that stood on the screen. It reads the screen's words, and knows nothing else."""

    def __init__(self) -> None:
        """Begin with empty paper."""
        self._sheets: dict[int, dict[int, str]] = {}
        self._newest: int | None = None
        self._asked_for: int | None = None

    def look_at(self, lines: Iterable[str]) -> None:
        """Copy a set that is shown whole, cross out a code that is said to be used."""
        codes: dict[int, str] = {}
        self._asked_for = None
        for line in lines:
            codes.update(_codes(line))
            if used := _USED.search(line):
                self._sheets.get(int(used[2]), {}).pop(int(used[1]), None)
            if named := _SET.search(line):
                self._asked_for = int(named[1])
        if self._asked_for is not None and len(codes) == _WHOLE and self._asked_for not in self._sheets:
            self._sheets[self._asked_for] = codes
            self._newest = self._asked_for

    def note(self) -> Note | None:
        """Return an unused code of the set that the screen names, else of the newest; none without one."""
        number = self._newest if self._asked_for is None else self._asked_for
        for place, code in self._sheets.get(number or 0, {}).items():
            return Note(number or 0, place, code)
        return None


def _codes(line: str) -> Iterator[tuple[int, str]]:
    for found in _LINE.finditer(line):
        yield int(found[1]), found[2]
