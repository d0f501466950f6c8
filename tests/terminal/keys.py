"""The bytes that a terminal sends for keys, pastes and clicks."""

from __future__ import annotations

ESCAPE = b"\x1b"

NAMED = {
    "enter": b"\r", "tab": b"\t", "shift+tab": b"\x1b[Z", "esc": ESCAPE, "escape": ESCAPE, "space": b" ",
    "backspace": b"\x7f", "delete": b"\x1b[3~", "home": b"\x1b[H", "end": b"\x1b[F",
    "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D",
    "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~",
    "f1": b"\x1bOP", "f2": b"\x1bOQ", "f3": b"\x1bOR", "f4": b"\x1bOS", "f5": b"\x1b[15~",
    "f6": b"\x1b[17~", "f7": b"\x1b[18~", "f8": b"\x1b[19~", "f9": b"\x1b[20~", "f10": b"\x1b[21~",
}  # fmt: skip


def key(name: str) -> bytes:
    """A key by its name (`enter`, `f4`, `ctrl+q`) or its character."""
    if name in NAMED:
        return NAMED[name]
    character = name.removeprefix("ctrl+")
    if len(character) != 1:
        raise KeyError(name)
    return character.encode() if character == name else bytes([ord(character.upper()) & 0x1F])


def paste(text: str) -> bytes:
    """A bracketed paste."""
    return b"\x1b[200~" + text.encode() + b"\x1b[201~"


def click(column: int, row: int) -> bytes:
    """Press and release of the left button on a cell, counted from 0."""
    return b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (column + 1, row + 1, column + 1, row + 1)
