"""What a person copies from the screen, and what not."""

from __future__ import annotations

import pytest

from tui.demo.paper import Note, Paper

CODES = [f"{number}K3Q-9WZD-M2FT-XA5C" for number in range(10)]


def sheet(number: int, codes: list[str]) -> list[str]:
    lines = [f"      {place:>2}   {code}      │ a phone │" for place, code in enumerate(codes, start=1)]
    return ["    Keep your backup codes", f"    Set {number}, 24 Nov 2026, alice", *lines]


def test_the_first_unused_code_of_the_set_is_kept() -> None:
    paper = Paper()
    assert paper.note() is None
    paper.look_at(sheet(301, CODES))
    assert paper.note() == Note(301, 1, CODES[0])
    paper.look_at(["  Backup code 1 of set 301 was used: cross it out. 9 are left."])
    assert paper.note() == Note(301, 2, CODES[1])
    paper.look_at(["  Backup code 1 of set 301 was used: cross it out. 9 are left."])
    assert paper.note() == Note(301, 2, CODES[1])
    assert CODES[1] not in repr(paper.note())


def test_the_sheet_is_the_one_that_the_screen_names() -> None:
    paper = Paper()
    paper.look_at(sheet(301, CODES))
    paper.look_at(sheet(302, CODES[::-1]))
    assert paper.note() == Note(302, 1, CODES[9])
    paper.look_at(["    Type any unused code from the sheet you kept (set 301)."])
    assert paper.note() == Note(301, 1, CODES[0])
    paper.look_at(["    Type any unused code from the sheet you kept (set 999)."])
    assert paper.note() is None


@pytest.mark.parametrize("lines", [sheet(301, CODES[:9]), sheet(301, CODES)[2:], ["", "Set 301"]])
def test_a_set_that_is_not_shown_whole_is_not_copied(lines: list[str]) -> None:
    paper = Paper()
    paper.look_at(lines)
    assert paper.note() is None
