"""What the terminal sends, taken apart as if every byte were hostile (T13, T14).

Textual's own reader ends the program at a byte that is no UTF-8 or a code point that is none, lets the
peer set the screen's size, keeps a paste of any length, and types the terminal's answers into fields.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

MAX_PASTE: Final = 4096
"""Characters of a paste that are kept; no field takes more."""

MAX_SEQUENCE: Final = 32
"""Characters of an escape sequence; no key or mouse report has more."""

MAX_HELD: Final = 4096
"""Bytes of an unfinished sequence that are kept while its end is waited for."""

MAX_COLUMNS: Final = 500
MAX_ROWS: Final = 200

PASTE_PATIENCE: Final = 50
"""Calls of `pause` after which a paste that never ended is over: the keyboard must not stay dead."""

_PASTE_START: Final = b"\x1b[200~"
_PASTE_END: Final = b"\x1b[201~"

_TOKEN: Final = re.compile(
    rb"""
      (?P<text> [^\x1b]+ )
    | (?P<half> \x1b (?: | \[\[? | \[M.{0,2} | [\[O][\x20-\x3f]* | [\]PX^_][^\x07\x1b]*\x1b? ) \Z )
    | (?P<ignored>
          \x1b\[M...                               # a mouse report of X10, whose bytes are no text
        | \x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)  # an answer: window title, clipboard, colour
      )
    | (?P<sequence>
          \x1b\[\[[A-E]                            # function keys of the Linux console
        | \x1b\[[\x20-\x3f]*[\x40-\x5a\x5c-\x7e]
        | \x1bO[\x20-\x3f]*[\x40-\x7e]
      )
    | (?P<alt> \x1b[^\x1b\[O\]PX^_\x80-\xff] )
    | (?P<escape> \x1b(?=\x1b) )
    | (?P<broken> \x1b(?:[\[O][\x20-\x3f]*|[\]PX^_][^\x07\x1b]*)? )
    """,
    re.VERBOSE | re.DOTALL,
)

_SYNCHRONISES: Final = re.compile(r"\x1b\[\?2026;[1-4]\$y")
_REPORT: Final = re.compile(r"\x1b\[(?:[?>=].*|.*t|\d+;\d+R|20[01]~)")
"""Answers and reports that nothing here asked for: sizes of the window above all, and where the cursor is."""

_UNTYPED: Final = dict.fromkeys([*range(0x80, 0xA0), 0xFFFD])
_UNPASTED: Final = {**_UNTYPED, **dict.fromkeys([*range(0x20), 0x7F]), ord("\t"): " ", ord("\n"): "\n"}


class _Keys(XTermParser):
    """Textual's tables of keys and mouse reports, without its reader."""

    def _parse_extended_key(self, sequence: str) -> list[events.Key] | None:  # type: ignore[override]
        # The inherited one is behind a cache that keeps every key that was typed, of passwords too.
        if len(sequence) == 1:
            return None
        parse = XTermParser._parse_extended_key.__wrapped__
        keys: list[events.Key] | None = parse(self, sequence)
        return keys

    def keys(self, sequence: str, *, alt: bool = False) -> list[Message]:
        """Return the keys of a character or an escape sequence; none where there are none."""
        try:
            found = list(self._sequence_to_key_events(sequence, alt=alt))
        except (ValueError, OverflowError):
            return []  # A code point out of range, or no number at all.
        return [key for key in found if key.key != Keys.Ignore]

    def mouse(self, sequence: str) -> list[Message]:
        """Return the mouse event of an SGR report, none for a place that no screen has."""
        event = self.parse_mouse_code(sequence)
        if isinstance(event, events.MouseEvent) and event.x < MAX_COLUMNS and event.y < MAX_ROWS:
            return [event]
        return []


class TerminalInput:
    """Turns bytes into Textual's messages, whatever the bytes are."""

    def __init__(self) -> None:
        """Begin with nothing held back."""
        self._keys = _Keys()
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._held = b""
        self._oversized = False
        self._paste: bytearray | None = None
        self._pauses = 0

    def feed(self, data: bytes) -> Iterator[Message]:
        """Return what the bytes mean; an unfinished end is held back."""
        self._pauses = 0
        data, self._held, at = self._held + data, b"", 0
        while at < len(data):
            if self._paste is not None:
                at, messages = self._take_paste(self._paste, data, at)
            else:
                at, messages = self._take_token(data, at)
            yield from messages

    def pause(self) -> Iterator[Message]:
        """Return what was held back, since nothing followed for a while: most likely the Escape key."""
        if self._paste is not None:
            self._pauses += 1
            if self._pauses >= PASTE_PATIENCE:
                self._paste, self._held = None, b""
            return
        held, self._held, oversized, self._oversized = self._held, b"", self._oversized, False
        if held and not oversized:
            sequence = held.decode("latin-1")
            yield from self._keys.keys(sequence) or (
                self._keys.keys(sequence[1], alt=True) if len(sequence) == 2 else ()
            )

    def _take_token(self, data: bytes, at: int) -> tuple[int, list[Message]]:
        match = _TOKEN.match(data, at)
        assert match is not None  # noqa: S101 - what nothing else takes is broken
        kind, token, end = match.lastgroup, match[0], match.end()
        if kind == "text":
            return end, self._typed(self._decoder.decode(token, final=end < len(data)))
        self._decoder.reset()
        if kind == "half":
            self._hold(token)
            return end, []
        oversized, self._oversized = self._oversized or len(token) > MAX_SEQUENCE, False
        if kind == "escape":
            return end, self._keys.keys("\x1b")
        if oversized or kind in {"ignored", "broken"}:
            return end, []
        if token == _PASTE_START:
            self._paste = bytearray()
            return end, []
        return end, self._sequence(token.decode("ascii"), alt=kind == "alt")

    def _hold(self, token: bytes) -> None:
        """Wait for the end of a sequence; of one without end only its beginning is remembered."""
        if len(token) > MAX_HELD:
            # An Escape in the end may be the first half of the end itself.
            token, self._oversized = token[:2] + (b"\x1b" if token.endswith(b"\x1b") else b""), True
        self._held = token

    def _typed(self, text: str) -> list[Message]:
        return [key for character in text.translate(_UNTYPED) for key in self._keys.keys(character)]

    def _sequence(self, sequence: str, *, alt: bool) -> list[Message]:
        if alt:
            return self._keys.keys(sequence) or self._keys.keys(sequence[1], alt=True)
        if sequence == "\x1b[I":
            return [events.AppFocus()]
        if sequence == "\x1b[O":
            return [events.AppBlur()]
        if _SYNCHRONISES.fullmatch(sequence):
            return [TerminalSupportsSynchronizedOutput()]
        if _REPORT.fullmatch(sequence):
            return []
        if sequence.startswith("\x1b[<"):
            return self._keys.mouse(sequence)
        return self._keys.keys(sequence)

    def _take_paste(self, paste: bytearray, data: bytes, at: int) -> tuple[int, list[Message]]:
        end = data.find(_PASTE_END, at)
        if end < 0:
            self._held = _beginning_of_end(data[at:])
            end = len(data) - len(self._held)
            paste += data[at:end][: max(0, 4 * MAX_PASTE - len(paste))]
            return len(data), []
        paste += data[at:end][: max(0, 4 * MAX_PASTE - len(paste))]
        self._paste = None
        text = paste.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
        text = text.translate(_UNPASTED)[:MAX_PASTE]
        return end + len(_PASTE_END), [events.Paste(text)] if text else []


def _beginning_of_end(data: bytes) -> bytes:
    """Return the part of the end marker that `data` ends with."""
    parts = (_PASTE_END[:length] for length in range(len(_PASTE_END) - 1, 0, -1))
    return next(filter(data.endswith, parts), b"")
