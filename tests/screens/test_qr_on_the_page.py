"""The QR on the page where a person scans it: at every size it is there whole, or what it needs is true."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.desk import Desk
from tests.screens.console import Console
from tests.screens.pages import LONG, SHORT, show
from tui.screens.enrollment import EnrollmentScreen
from tui.widgets.qr_code import QrCode

CELL = (8, 16)
WHOLE_CELLS = [{"TERM": "linux"}, {"LANG": "de_DE.ISO-8859-1"}]
SIZES = [(108, 39), (116, 43), (128, 48), (132, 50), (160, 48), (170, 48), (160, 64), (240, 67)]
Open = Callable[..., AbstractAsyncContextManager[Console]]


@pytest.fixture(params=WHOLE_CELLS, ids=["Linux console", "Latin 1"])
def whole_cells(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Open:
    """Opens the page in a terminal that draws no half blocks."""
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)

    @asynccontextmanager
    async def opened(username: str, size: tuple[int, int]) -> AsyncIterator[Console]:
        async with show(desk, "enrollment", username, size=size) as console:
            yield console

    return opened


def scanned(console: Console) -> str | None:
    """What a camera reads from the cells on the screen."""
    rows = []
    for strip in console.app.screen._compositor.render_strips():
        # A cell is dark where its background is; letters beside the QR leave no mark on it.
        dark = [
            style is not None and style.bgcolor is not None and style.bgcolor.name == "#000000"
            for text, style, _ in strip
            for _ in text
        ]
        light = [
            style is not None and style.bgcolor is not None and style.bgcolor.name == "#ffffff"
            for text, style, _ in strip
            for _ in text
        ]
        rows.append([0 if d else 255 if w else 128 for d, w in zip(dark, light, strict=True)])
    cells = np.array(rows, dtype=np.uint8)
    grey = cells.repeat(CELL[1], axis=0).repeat(CELL[0], axis=1)
    codes = zxingcpp.read_barcodes(grey, try_invert=False)
    other = cv2.QRCodeDetectorAruco().detectAndDecode(grey)[0]
    seen = {code.text for code in codes}
    read = seen.pop() if len(seen) == 1 else None
    return read if other in {"", read} else None


def uri(console: Console) -> str:
    enrollment = console.at(EnrollmentScreen)._enrollment
    assert enrollment is not None
    return "".join(enrollment.uri_parts)


@pytest.mark.parametrize("size", SIZES, ids=[f"{wide}x{high}" for wide, high in SIZES])
async def test_where_it_takes_whole_cells_the_page_shows_it(whole_cells: Open, size: tuple[int, int]) -> None:
    async with whole_cells(SHORT, size) as console:
        assert scanned(console) == uri(console), console.text
        await console.press("f2")
        assert scanned(console) == uri(console), console.text
        await console.press("f2")
        assert scanned(console) == uri(console), console.text


@pytest.mark.parametrize("username", [SHORT, LONG], ids=["short name", "longest name"])
@pytest.mark.parametrize("alone", [False, True], ids=["beside the panel", "alone"])
async def test_the_size_that_it_is_said_to_need_is_enough_and_one_less_is_not(
    whole_cells: Open, username: str, *, alone: bool
) -> None:
    async with whole_cells(username, (80, 24)) as console:
        await _exact(console, alone=alone)


@pytest.mark.parametrize("username", [SHORT, LONG], ids=["short name", "longest name"])
@pytest.mark.parametrize("alone", [False, True], ids=["beside the panel", "alone"])
async def test_with_half_blocks_too(desk: Desk, username: str, *, alone: bool) -> None:
    async with show(desk, "enrollment", username, size=(40, 12)) as console:
        await _exact(console, alone=alone)


async def _exact(console: Console, *, alone: bool) -> None:
    page = console.at(EnrollmentScreen)
    qr = page.query_one(QrCode)
    wide, high = page.needed_alone if alone else page.needed
    said = f"({wide} x {high})" if alone else f"a window of {wide} x {high};"
    assert said in console.says("#scan")
    if alone:
        await console.press("f2")
    for size, fits in (((wide, high), True), ((wide - 1, high), False), ((wide, high - 1), False)):
        await console.pilot.resize_terminal(*size)
        await console.settle()
        assert qr.fits is fits, size
        await console.pilot.resize_terminal(250, 80)
        await console.settle()
        assert qr.fits


async def test_a_resize_says_the_size_that_the_window_has_now(whole_cells: Open) -> None:
    async with whole_cells(SHORT, (80, 24)) as console:
        for wide, high in ((81, 24), (100, 30), (60, 20), (90, 33), (80, 24)):
            await console.pilot.resize_terminal(wide, high)
            await console.settle()
            assert f"this is {wide} x {high}." in console.says("#scan")
