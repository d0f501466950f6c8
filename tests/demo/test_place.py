"""Where the phone may lie."""

from __future__ import annotations

from textual.geometry import Offset, Region, Size

from tui.demo.place import find_place

SCREEN, PANEL = Size(80, 24), Size(35, 13)


def place(*taken: Region, wanted: tuple[int, int] = (45, 8)) -> Offset | None:
    return find_place(SCREEN, PANEL, taken, Offset(*wanted))


def test_the_wanted_place_is_taken_where_it_is_free() -> None:
    assert place() == (45, 8)
    assert place(Region(0, 0, 45, 24)) == (45, 8)


def test_it_moves_as_little_as_it_must_and_never_onto_the_first_or_last_row() -> None:
    assert place(Region(50, 20, 5, 1)) == (45, 7)
    assert place(Region(50, 8, 5, 1)) == (45, 9)
    assert place(wanted=(45, 30)) == (45, 10)
    assert place(wanted=(45, 0)) == (45, 1)


def test_the_left_edge_is_the_last_resort_and_then_none() -> None:
    assert place(Region(60, 12, 5, 2)) == (0, 8)
    assert place(Region(0, 12, 80, 2)) is None
    assert find_place(Size(30, 10), PANEL, [], Offset(0, 1)) is None
