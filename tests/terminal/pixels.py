"""A screen as a picture, and what cameras' software reads in it."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import pyte
import zxingcpp
from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

_NAMES = ("black", "red", "green", "brown", "blue", "magenta", "cyan", "white")
_PALE = ("000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5")
_BRIGHT = ("7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff")
_PALETTE = dict(zip((*_NAMES, *(f"bright{name}" for name in _NAMES)), _PALE + _BRIGHT, strict=True))
_INK, _PAPER = "d0d0d0", "101010"

cv2.setNumThreads(1)
_OPENCV = {"opencv": cv2.QRCodeDetector(), "aruco": cv2.QRCodeDetectorAruco()}

Colour = tuple[int, int, int]


def picture(screen: pyte.Screen, cell: tuple[int, int] = (10, 20), gap: int = 0) -> Image.Image:
    """Draw every cell on whole pixels, as terminals do with block elements.

    Args:
        screen: The cells.
        cell: Width and height of one.
        gap: Pixels under every row, in the cell's background: what line spacing adds.
    """
    wide, high = cell
    image = Image.new("RGB", (screen.columns * wide, screen.lines * (high + gap)))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(6, round(high * 0.6)))
    # All backgrounds first: the default font's letters may lean out of their cells.
    glyphs: dict[tuple[int, int], tuple[str, Colour]] = {}
    for row in range(screen.lines):
        for column in range(screen.columns):
            left, top = column * wide, row * (high + gap)
            data, ink, paper = _look(screen.buffer[row][column])
            draw.rectangle((left, top, left + wide - 1, top + high + gap - 1), fill=paper)
            if data == "█":
                draw.rectangle((left, top, left + wide - 1, top + high - 1), fill=ink)
            elif data == "▀":
                draw.rectangle((left, top, left + wide - 1, top + high // 2 - 1), fill=ink)
            elif data == "▄":
                draw.rectangle((left, top + high // 2, left + wide - 1, top + high - 1), fill=ink)
            elif data.strip():
                glyphs[left, top] = data, ink
    for place, (data, ink) in glyphs.items():
        draw.text(place, data, font=font, fill=ink)
    return image


def read_qr(image: Image.Image) -> dict[str, str | None]:
    """What each reader sees. None tries inverted colours: many phones don't."""
    grey = np.ascontiguousarray(np.asarray(image.convert("L")))
    codes = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode), try_invert=False
    )
    seen = {code.text for code in codes}
    readings: dict[str, str | None] = {"zxing": seen.pop() if len(seen) == 1 else None}
    for name, detector in _OPENCV.items():
        try:
            readings[name] = detector.detectAndDecode(grey)[0] or None
        except cv2.error:
            readings[name] = None
    return readings


def agreed(readings: Mapping[str, str | None]) -> str | None:
    """The one payload, if zxing and one of OpenCV's two read it and none reads another.

    OpenCV's first detector misses up to 5 % of flawless pictures, so one of the two is enough.
    """
    payload = readings["zxing"]
    others = [readings["opencv"], readings["aruco"]]
    return payload if payload in others and all(other in (payload, None) for other in others) else None


def _look(char: Char) -> tuple[str, Colour, Colour]:
    ink, paper = _colour(char.fg, _INK), _colour(char.bg, _PAPER)
    return (char.data, paper, ink) if char.reverse else (char.data, ink, paper)


def _colour(name: str, default: str) -> Colour:
    # pyte writes one of its names with a slip.
    code = default if name == "default" else _PALETTE.get(name.replace("bfight", "bright"), name)
    red, green, blue = bytes.fromhex(code)
    return red, green, blue
