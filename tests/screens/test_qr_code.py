"""The QR on the screen: whole or absent, black on white, gone with its screen."""

from __future__ import annotations

import gc

import pytest
from textual.app import App
from textual.strip import Strip

from tests.terminal.qr_host import KEY, NAMES, QrHost
from tui.widgets.qr_code import QrCode

HOSTILE = """
Widget { tint: red 60%; text-opacity: 30%; hatch: cross green; color: blue; background: yellow;
         text-style: reverse bold; opacity: 50%; }
Widget:hover { tint: blue 80%; }
"""


def host(length: int = 5, *, hostile: str = "", half_blocks: bool = True) -> QrHost:
    return QrHost(NAMES[length], hostile=hostile, half_blocks=half_blocks)


def drawn(app: App[None]) -> list[Strip]:
    """The rows of the whole screen as the compositor sends them."""
    return app.screen._compositor.render_strips()


def colours(app: QrHost) -> set[tuple[str, str]]:
    """Ink and paper of every cell of the QR."""
    x, y, width, height = app.qr.region
    found = set()
    for strip in drawn(app)[y : y + height]:
        for text, style, _ in strip.crop(x, x + width):
            assert style is not None, text
            assert style.color is not None, text
            assert style.bgcolor is not None, text
            assert not style.reverse, text
            assert not style.dim, text
            found.add((style.color.name, style.bgcolor.name))
    return found


def papers(*strips: Strip) -> set[str]:
    return {style.bgcolor.name for strip in strips for _, style, _ in strip if style and style.bgcolor}


def symbols() -> list[Strip]:
    """Every strip in memory that holds a row of a QR."""
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, Strip) and thing.text.count("▀") > 5]


@pytest.mark.parametrize("length", [29, 57], ids=["version 5", "version 6"])
async def test_at_80x24_the_qr_takes_columns_1_to_45_and_rows_2_to_24(length: int) -> None:
    app = host(length)
    async with app.run_test(size=(80, 24)):
        assert app.qr.fits
        assert tuple(app.qr.region) == (0, 1, 45, 23)
        assert app.query_one("#panel").region.width == 35


async def test_at_60x20_nothing_is_drawn_and_the_needed_size_is_known() -> None:
    app = host()
    async with app.run_test(size=(60, 20)) as pilot:
        assert not app.qr.fits
        assert app.qr.needed == (75, 21)
        assert app.qr.needed_alone == (39, 20)
        assert app.query_one("#panel").region.width == 60
        assert "▀" not in "".join(strip.text for strip in drawn(app))
        await pilot.press("f2")
        assert app.qr.fits
        assert app.qr.region.size == (39, 20)
        await pilot.press("f2")
        assert not app.qr.fits


async def test_resizing_is_right_at_every_step() -> None:
    steps = {
        (120, 40): (45, 23), (60, 20): (0, 0), (80, 24): (45, 23), (75, 22): (41, 21), (75, 21): (41, 21),
        (74, 21): (0, 0), (100, 30): (45, 23), (80, 23): (45, 23), (80, 20): (0, 0),
    }  # fmt: skip
    app = host()
    async with app.run_test(size=(80, 24)) as pilot:
        for step, size in steps.items():
            await pilot.resize_terminal(*step)
            await pilot.pause()
            assert (app.qr.region.size, app.qr.fits) == (size, size != (0, 0)), step
            marks = [strip.crop(0, 45).text.count("▀") for strip in drawn(app)]
            assert (sum(marks) > 100) == app.qr.fits, step


async def test_a_widget_given_more_room_draws_at_its_top_left_and_leaves_the_rest_to_the_theme() -> None:
    app = host(hostile="QrCode { width: 60; height: 1fr; }")
    async with app.run_test(size=(100, 40)):
        assert app.qr.size == (60, 39)
        rows = drawn(app)[1:]
        beyond = [rows[0].crop(45, 60), rows[30].crop(0, 60)]
        assert papers(*beyond) == {"#121212"}
        assert papers(rows[0].crop(0, 45)) == {"#ffffff"}


async def test_a_widget_given_too_little_room_draws_nothing() -> None:
    app = host(hostile="QrCode { width: 40; height: 23; }")
    async with app.run_test(size=(80, 24)):
        assert not app.qr.fits
        assert "▀" not in "".join(strip.text for strip in drawn(app))


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark"])
@pytest.mark.parametrize("no_color", [False, True], ids=["colour", "NO_COLOR"])
async def test_no_style_theme_hover_or_no_color_changes_black_on_white(
    monkeypatch: pytest.MonkeyPatch, theme: str, *, no_color: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    app = host(hostile=HOSTILE)
    app.theme = theme
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.hover(QrCode, offset=(20, 10))
        assert app.qr.mouse_hover
        app.qr.disabled = True
        await pilot.pause()
        assert colours(app) == {("#000000", "#ffffff"), ("#ffffff", "#000000")}


async def test_the_qr_can_be_neither_focused_nor_selected() -> None:
    app = host()
    async with app.run_test(size=(80, 24)):
        assert not app.qr.focusable
        assert not app.qr.allow_select


async def test_the_secret_is_gone_after_unmount_and_never_in_the_repr() -> None:
    app = host()
    async with app.run_test(size=(80, 24)) as pilot:
        matrix = app.qr._matrix
        assert symbols()
        assert KEY not in repr(app.qr)
        assert KEY not in repr(vars(app.qr))
        await app.qr.remove()
        await pilot.pause()
        assert all(value is not matrix for value in vars(app.qr).values())
        assert app.qr.needed == (75, 21)
    assert symbols() == []


@pytest.mark.parametrize(("size", "fits"), [((80, 24), False), ((134, 46), True)])
async def test_without_half_blocks_the_qr_is_made_of_spaces(size: tuple[int, int], *, fits: bool) -> None:
    app = host(half_blocks=False)
    async with app.run_test(size=size):
        assert app.qr.fits is fits
        assert app.qr.needed == (82 + 34, 41)
        if fits:
            x, y, width, height = app.qr.region
            assert (width, height) == (90, 45)
            assert {strip.crop(x, x + width).text for strip in drawn(app)[y : y + height]} == {" " * 90}
            assert colours(app) == {("#000000", "#ffffff"), ("#ffffff", "#000000")}
