"""Whatever bytes the terminal sends, in whatever pieces: keys, mouse, pastes, and nothing worse (T13, T14)."""

import unicodedata

from hypothesis import strategies as st
from textual import events
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from tests.fuzz.effort import at_most, fuzz
from tui.terminal_input import MAX_COLUMNS, MAX_HELD, MAX_PASTE, MAX_ROWS, TerminalInput

HARMLESS = (
    events.Key,
    events.Paste,
    events.MouseEvent,
    events.AppFocus,
    events.AppBlur,
    TerminalSupportsSynchronizedOutput,
)
"""A size of the window above all is none of them."""

TOKENS = st.sampled_from([
    b"\x1b", b"\x1b[", b"\x1bO", b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX", b"\x1b\\", b"\x07", b"\x1b[M",
    b"\x1b[<", b"\x1b[A", b"\x1b[[A", b"\x1bOP", b"\x1b[200~", b"\x1b[201~", b"\x1b[20", b"\x1b[I", b"\x1b[O",
    b"\x1b[48;9;9;9;9t", b"\x1b[?2048;1$y", b"\x1b[?2026;2$y", b"\x1b[8;50;900t", b"\x1b[5;10R", b"\x1b[?62;c",
    b"\x1b[<0;10;5M", b"\x1b[<0;99999;5m", b"\x1b[97;5u", b"\x1b[1114112;1u", b"\x1b[97;;1114112u",
    b"\x1b[57441u", b"\x1b[27;5;9~", b"99999999999999999999", b";", b":", b"u", b"~", b"M", b"m", b"t", b"\r", b"\x00",
    b"\x7f", b"\x9b", b"\xc2\x9b", b"\xe2\x82", b"\xe2\x82\xac", b"\xf4\x90\x80\x80", b"\xed\xa0\x80", b"\xef\xbf\xbd",
    b"\xff", b"a", "é".encode(), b"x" * 40, b"1;" * 20, b"y" * (MAX_HELD + 1), b"5" * (MAX_HELD + 1),
])  # fmt: skip
Cut = list[tuple[bytes, int | None]]

PIECE = TOKENS | st.binary(max_size=6)
SENT = st.lists(PIECE, max_size=30).map(b"".join)
CUT = st.lists(st.tuples(PIECE, st.none() | st.integers(0, 6)), max_size=30)
"""Tokens, some of them cut in two: at an end, or within, where an escape sequence is torn."""


def pieces(cut: Cut) -> list[bytes]:
    """Return what arrives at once, piece by piece."""
    arriving = [b""]
    for token, place in cut:
        arriving[-1] += token[:place]
        if place is not None:
            arriving.append(token[place:])
    return arriving


def read(parts: list[bytes], *, pause: bool = False) -> list[Message]:
    terminal = TerminalInput()
    messages: list[Message] = []
    for part in parts:
        messages += terminal.feed(part)
        if pause:
            messages += terminal.pause()
        assert len(terminal._held) <= MAX_HELD
        assert len(terminal._paste or b"") <= 4 * MAX_PASTE
    return messages


def meaning(message: Message) -> tuple[object, ...]:
    if isinstance(message, events.Key):
        return "key", message.key, message.character
    if isinstance(message, events.Paste):
        return "paste", message.text
    if isinstance(message, events.MouseEvent):
        return type(message).__name__, message.x, message.y, message.button
    return (type(message).__name__,)


@fuzz(CUT, st.booleans())
def test_any_bytes_are_harmless_however_they_arrive(cut: Cut, pause: bool) -> None:  # noqa: FBT001
    for message in read(pieces(cut), pause=pause):
        assert isinstance(message, HARMLESS)
        if isinstance(message, events.Paste):
            assert 0 < len(message.text) <= MAX_PASTE
            assert all(char == "\n" or unicodedata.category(char) != "Cc" for char in message.text)
        if isinstance(message, events.MouseEvent):
            assert 0 <= message.x < MAX_COLUMNS
            assert 0 <= message.y < MAX_ROWS
        if isinstance(message, events.Key) and message.character is not None:
            assert len(message.character) == 1
            assert not "\x80" <= message.character < "\xa0"


@fuzz(CUT)
def test_what_bytes_mean_does_not_hang_on_how_they_are_cut(cut: Cut) -> None:
    sent = b"".join(token for token, _ in cut)
    whole = [meaning(message) for message in read([sent])]
    assert [meaning(message) for message in read(pieces(cut))] == whole


BEGUN = st.sampled_from([b"\x1b]", b"\x1bP", b"\x1b_", b"\x1b[", b"\x1bO"])
LENGTHS = st.sampled_from([0, 29, 30, 31, MAX_HELD - 3, MAX_HELD - 2, MAX_HELD - 1, MAX_HELD, 2 * MAX_HELD])
ENDS = st.sampled_from([b"\x07", b"\x1b\\", b"A", b"\x1b[A"])


@fuzz(BEGUN, LENGTHS, ENDS, st.integers(1, 3))
def test_a_long_sequence_ends_where_its_end_is(
    begun: bytes, length: int, end: bytes, before_end: int
) -> None:
    sent = begun + b"5" * length + end + b"z"
    whole = [meaning(message) for message in read([sent])]
    assert [meaning(message) for message in read([sent[:-before_end], sent[-before_end:]])] == whole


@fuzz(SENT)
def test_whatever_was_sent_the_keyboard_comes_back(sent: bytes) -> None:
    terminal = TerminalInput()
    list(terminal.feed(sent))
    for _ in range(51):
        list(terminal.pause())
    assert [meaning(message) for message in terminal.feed(b"\x1bOPz")] == [
        ("key", "f1", None),
        ("key", "z", "z"),
    ]


@fuzz(
    st.lists(TOKENS, min_size=1, max_size=4).map(b"".join), st.sampled_from([1000, 4096, 65_536]), share=0.2
)
def test_a_flood_takes_no_longer_than_its_length(sent: bytes, size: int) -> None:
    flood = (sent * (1 + 32_768 // len(sent)))[:32_768]
    with at_most(3):
        read([flood[at : at + size] for at in range(0, len(flood), size)])
