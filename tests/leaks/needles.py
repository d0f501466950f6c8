"""Looks for many short byte strings at once, in a time that does not hang on how many they are."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

PREFIX = 6


class Needles:
    """Some byte strings of six bytes at least."""

    def __init__(self, needles: Iterable[bytes]) -> None:
        self._tables: list[npt.NDArray[np.bool_]] = [np.zeros(1 << 16, np.bool_) for _ in range(PREFIX // 2)]
        """Which pair of bytes may stand at the first, the third and the fifth place."""
        self._by_prefix: dict[bytes, list[bytes]] = {}
        for needle in {*needles}:
            self._by_prefix.setdefault(needle[:PREFIX], []).append(needle)
        for prefix in self._by_prefix:
            for table, pair in zip(self._tables, np.frombuffer(prefix, "<u2"), strict=True):
                table[pair] = True

    def found_in(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Give where each of them stands."""
        if not self._by_prefix:
            return
        for odd in (0, 1):
            for at in self._candidates(data, odd):
                place = 2 * int(at) + odd
                for needle in self._by_prefix.get(data[place : place + PREFIX], ()):
                    if data.startswith(needle, place):
                        yield place, needle

    def _candidates(self, data: bytes, odd: int) -> npt.NDArray[Any]:
        pairs = np.frombuffer(data, "<u2", (len(data) - odd) // 2, odd) if len(data) > odd + 1 else _NONE
        last = len(pairs) - len(self._tables) + 1
        if last <= 0:
            return _NONE
        places = np.flatnonzero(self._tables[0][pairs[:last]])
        for number, table in enumerate(self._tables[1:], start=1):
            places = places[table[pairs[places + number]]]
        return places


_NONE = np.zeros(0, np.intp)
