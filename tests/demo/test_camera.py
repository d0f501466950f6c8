"""The camera sees what is drawn, and only that."""

from __future__ import annotations

import pytest
from textual.geometry import Region

from tests.terminal.qr_host import NAMES, QrHost, uri_parts
from tui.demo.camera import photograph, read_qr, words

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", [5, 29, 57])
async def test_a_drawn_qr_is_read_whatever_stands_beside_it(length: int, size: tuple[int, int]) -> None:
    app = QrHost(NAMES[length], half_blocks=True)
    async with app.run_test(size=size) as pilot:
        for theme in ("textual-dark", "textual-light"):
            app.theme = theme
            app.say(*size)
            await pilot.pause()
            assert read_qr(photograph(app.screen)) == "".join(uri_parts(NAMES[length]))


async def test_a_qr_of_spaces_is_read_too() -> None:
    app = QrHost("alice", half_blocks=False)
    async with app.run_test(size=(134, 46)):
        assert read_qr(photograph(app.screen)) == "".join(uri_parts("alice"))


async def test_nothing_is_read_where_no_qr_is_drawn_though_the_widget_has_one() -> None:
    app = QrHost("alice", half_blocks=True)
    async with app.run_test(size=(60, 20)):
        assert read_qr(photograph(app.screen)) is None
    assert read_qr([]) is None


async def test_nothing_is_read_of_a_qr_that_is_covered() -> None:
    app = QrHost("alice", half_blocks=True)
    async with app.run_test(size=(80, 24)):
        picture = photograph(app.screen)
        assert read_qr(picture[:16]) is None
        assert read_qr([strip.crop(12) for strip in picture]) is None


async def test_words_are_those_on_the_screen_but_for_the_hand_before_it() -> None:
    app = QrHost("alice", half_blocks=True)
    async with app.run_test(size=(80, 24)):
        picture = photograph(app.screen)
        assert words(picture)[0].startswith("my.modulus")
        assert words(picture, Region(3, 0, 7, 1))[0].startswith("my.       ")
        assert words(picture, Region(3, 0, 7, 1))[1:] == words(picture)[1:]
