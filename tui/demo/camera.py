"""The demo phone's camera: the cells of the screen as they are drawn, and what a QR among them says."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

CELL: Final = (3, 6)
"""Pixels of one cell, across and down: a module of three pixels is what decoders need."""

_NOTHING: Final = Style()
# Ink in the upper and the lower half of a cell. Letters are strokes too thin for this camera.
_INK: Final = {"▀": (True, False), "▄": (False, True), "█": (True, True)}


def photograph(screen: Screen[object]) -> list[Strip]:
    """Return the rows of cells that the terminal shows."""
    # Textual offers no other way to see what is drawn.
    return screen._compositor.render_strips()


def words(picture: Sequence[Strip], hidden: Region | None = None) -> list[str]:
    """Return the text of each row, without what a hand (the phone itself) hides."""
    rows = []
    for y, strip in enumerate(picture):
        if hidden is not None and hidden.y <= y < hidden.bottom:
            rest = strip.crop(hidden.right).text
            rows.append(strip.crop(0, hidden.x).text + " " * hidden.width + rest)
        else:
            rows.append(strip.text)
    return rows


def read_qr(picture: Sequence[Strip]) -> str | None:
    """Return what the QR in a picture says; none where there is none, or more than one."""
    # Most screens of the demo are never photographed.
    import zxingcpp

    rows = list(chain.from_iterable(_grey_rows(strip) for strip in picture))
    width = max(map(len, rows), default=0)
    if width == 0:
        return None
    high = CELL[1] // 2
    pixels = b"".join(row.ljust(width, b"\xff") * high for row in rows)
    found = zxingcpp.read_barcodes(
        memoryview(pixels).cast("B", (len(rows) * high, width)),
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        # Many phones refuse light on dark, so this one does too.
        try_invert=False,
    )
    texts = {str(code.text) for code in found}
    return texts.pop() if len(texts) == 1 else None


def _grey_rows(strip: Strip) -> tuple[bytes, bytes]:
    """Return one pixel high what stands in the upper and in the lower half of a row of cells."""
    upper, lower = bytearray(), bytearray()
    for text, style, _ in strip:
        ink, paper = _greys(style or _NOTHING)
        for character in text:
            above, below = _INK.get(character, (False, False))
            width = CELL[0] * cell_len(character)
            upper += bytes([ink if above else paper]) * width
            lower += bytes([ink if below else paper]) * width
    return bytes(upper), bytes(lower)


@lru_cache(maxsize=256)
def _greys(style: Style) -> tuple[int, int]:
    """Return how light ink and paper are, 0 to 255; a terminal's own colours are light on dark."""
    ink = style.color.get_truecolor() if style.color and not style.color.is_default else (255, 255, 255)
    paper = style.bgcolor.get_truecolor() if style.bgcolor and not style.bgcolor.is_default else (0, 0, 0)
    greys = (_luma(*ink), _luma(*paper))
    return (greys[1], greys[0]) if style.reverse else greys


def _luma(red: int, green: int, blue: int) -> int:
    return (299 * red + 587 * green + 114 * blue) // 1000
