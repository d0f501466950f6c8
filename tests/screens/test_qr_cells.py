"""The geometry of the QR, and when half blocks may be used for it."""

from __future__ import annotations

import pytest
import segno

from tests.terminal.qr_host import NAMES, uri_parts
from tui.widgets.half_blocks import half_blocks_ok
from tui.widgets.qr_cells import choose, layouts, least, strips

V5, V6 = 37, 41


@pytest.mark.parametrize(("modules", "sides", "ends"), [(V5, 4, 4), (V6, 2, 2)])
def test_at_80x24_the_quiet_zone_is_four_for_version_5_and_two_for_version_6(
    modules: int, sides: int, ends: int
) -> None:
    layout = choose(modules, (46, 23), half=True, alone=False)
    assert layout is not None
    assert (layout.sides, layout.ends, layout.columns, layout.rows) == (sides, ends, 45, 23)


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("modules", [V5, V6])
def test_a_layout_chosen_for_its_own_size_is_the_same_layout(modules: int, *, half: bool) -> None:
    for layout in layouts(modules, half=half, alone=True):
        assert choose(modules, (layout.columns, layout.rows), half=half, alone=True) == layout
        assert choose(modules, (layout.columns - 1, layout.rows), half=half, alone=True) != layout


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("modules", [V5, V6])
def test_in_any_room_the_symbol_is_whole_or_not_there(modules: int, *, half: bool, alone: bool) -> None:
    columns, rows = least(modules, half=half, alone=alone)
    for wide in range(columns - 3, columns + 12):
        for high in range(rows - 3, rows + 12):
            layout = choose(modules, (wide, high), half=half, alone=alone)
            assert (layout is not None) == (wide >= columns and high >= rows), (wide, high)
            assert layout is None or (layout.columns <= wide and layout.rows <= high), (wide, high)


def test_the_quiet_zone_of_one_is_only_for_a_symbol_that_stands_alone() -> None:
    assert choose(V5, (40, 20), half=True, alone=False) is None
    assert choose(V5, (39, 20), half=True, alone=True) is not None
    assert least(V5, half=True, alone=False) == (41, 21)
    assert least(V5, half=True, alone=True) == (39, 20)


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("length", [29, 57])
def test_every_module_and_every_cell_of_the_quiet_zone_is_drawn_right(length: int, *, half: bool) -> None:
    matrix = segno.make_qr("".join(uri_parts(NAMES[length])), error="l").matrix
    for layout in layouts(len(matrix), half=half, alone=True):
        seen: list[list[int]] = []
        for strip in strips(matrix, layout):
            assert strip.cell_length == layout.columns == len(strip.text)
            lower = [int("on #000000" in str(style)) for text, style, _ in strip for _ in text]
            upper = [1 - low if mark == "▀" else low for mark, low in zip(strip.text, lower, strict=True)]
            seen += [upper, lower] if half else [lower[::2]]
        assert len(seen) == len(matrix) + 2 * layout.ends + half
        inner = [row[layout.sides : -layout.sides] for row in seen]
        assert inner[layout.ends : layout.ends + len(matrix)] == [list(row) for row in matrix]
        assert sum(map(sum, seen)) == sum(map(sum, matrix))


@pytest.mark.parametrize(
    ("environ", "encoding", "ok"),
    [
        ({"LANG": "el_GR.UTF-8", "TERM": "xterm-256color"}, "utf-8", True),
        ({"LANG": "C.utf8", "TERM": "vt100"}, "UTF8", True),
        ({"LANG": "C", "LC_ALL": "en_US.UTF-8@euro"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "de_DE.UTF-8"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8", "LC_ALL": ""}, "utf-8", True),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "utf-8", False),
        ({"LANG": "en_US.UTF-8", "TERM": "linux-16color"}, "utf-8", False),
        ({"LANG": "en_US.UTF-8"}, "ascii", False),
        ({"LANG": "en_US.UTF-8"}, None, False),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "utf-8", False),
        ({"LANG": "de_DE"}, "utf-8", False),
        ({"LANG": "de_DE.nonsense"}, "utf-8", False),
        # Python has put its own LC_CTYPE over a locale that isn't UTF-8 or isn't installed.
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "utf-8", False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", True),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8", True),
        ({}, "utf-8", True),
    ],
)
def test_half_blocks_need_the_word_of_stream_locale_and_terminal(
    environ: dict[str, str], encoding: str | None, *, ok: bool
) -> None:
    assert half_blocks_ok(environ, encoding) is ok
