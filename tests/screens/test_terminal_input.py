"""Bytes from a hostile terminal, and the messages they become."""

import random

import pytest
from textual import events
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from tui.terminal_input import MAX_HELD, MAX_PASTE, PASTE_PATIENCE, TerminalInput


def read(*pieces: bytes | None) -> list[Message]:
    """What the pieces mean; None is a moment of silence."""
    terminal = TerminalInput()
    return [
        message
        for piece in pieces
        for message in (terminal.pause() if piece is None else terminal.feed(piece))
    ]


def keys(*pieces: bytes | None) -> list[str]:
    return [message.key for message in read(*pieces) if isinstance(message, events.Key)]


def pasted(*pieces: bytes | None) -> list[str]:
    return [message.text for message in read(*pieces) if isinstance(message, events.Paste)]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"ab", ["a", "b"]),
        (b"\r\t\x7f\x11", ["enter", "tab", "backspace", "ctrl+q"]),
        ("é€".encode(), ["é", "euro_sign"]),
        (b"\x1b[A\x1bOB\x1b[5~", ["up", "down", "pageup"]),
        (b"\x1bOP\x1b[[B\x1b[13~", ["f1", "f2", "f3"]),
        (b"\x1bx", ["alt+x"]),
        (b"\x1b[97;5u\x1b[97;;97u", ["ctrl+a", "a"]),
        (b"\x1b\x1b[A", ["escape", "up"]),
    ],
)
def test_keys_are_what_they_are_in_textual(sent: bytes, expected: list[str]) -> None:
    assert keys(sent) == expected
    assert keys(*(sent[at : at + 1] for at in range(len(sent)))) == expected


@pytest.mark.parametrize(
    ("begun", "expected"), [(b"\x1b", ["escape"]), (b"\x1b[", ["left_square_bracket"]), (b"\x1b[1;5", [])]
)
def test_silence_ends_what_was_begun(begun: bytes, expected: list[str]) -> None:
    assert keys(begun) == []
    assert keys(begun, None, b"z") == [*expected, "z"]


@pytest.mark.parametrize("byte", range(0x80, 0x100))
def test_a_byte_that_is_no_utf_8_is_dropped(byte: int) -> None:
    assert keys(bytes([byte]), b"a", bytes([byte]) + b"b\x1b[A") == ["a", "b", "up"]


def test_a_character_may_come_in_parts_even_slowly() -> None:
    assert keys(b"\xe2", b"\x82", None, b"\xac") == ["euro_sign"]
    assert keys(b"\xe2\x82", b"\x1b[A", b"\xac") == ["up"]


def test_control_characters_of_8_bits_and_the_replacement_character_are_no_keys() -> None:
    assert keys("a\x9b\x85\ufffdb".encode()) == ["a", "b"]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x1b[9999999;1u",
        b"\x1b[1114112;1u",
        b"\x1b[97;;1114112u",
        b"\x1b[97:65;1u",
        b"\x1b[99999999999999999999999999u",
        b"\x1b[48;50;900;1000;9000t",
        b"\x1b[8;50;900t",
        b"\x1b[?2048;1$y",
        b"\x1b[?62;c",
        b"\x1b[>1u",
        b"\x1b[5;10R",
        b"\x1b[201~",
        b"\x1b[M \xff\xfe",
        b"\x1b[32;10;10M",
        b"\x1b[<0;99999999999999999999;3M",
        b"\x1b[<0;-1;3M",
        b"\x1b]l the title\x1b\\",
        b"\x1b]52;c;c2VjcmV0\x07",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b[" + b"1;" * 40 + b"u",
        b"\x1b[" + b"1;" * MAX_HELD + b"A",
        b"\x1b]" + b"x" * 3 * MAX_HELD + b"\x07",
    ],
)
def test_reports_and_nonsense_are_nothing(sent: bytes) -> None:
    assert [message.__class__ for message in read(sent, b"z")] == [events.Key]
    assert keys(*(sent[at : at + 1000] for at in range(0, len(sent), 1000)), b"z") == ["z"]
    assert keys(*(sent[at : at + 1] for at in range(len(sent))), b"z") == ["z"]


def test_an_answer_without_end_gives_the_keyboard_back() -> None:
    assert keys(b"\x1b]" + b"x" * 9000, b"y" * 9000, None, b"z") == ["z"]


@pytest.mark.parametrize("length", [MAX_HELD - 3, MAX_HELD - 2, MAX_HELD - 1, MAX_HELD, 2 * MAX_HELD])
def test_the_end_of_an_answer_too_long_to_hold_is_seen_though_it_comes_in_halves(length: int) -> None:
    assert keys(b"\x1b]" + b"x" * length + b"\x1b", b"\\", b"a") == ["a"]


def test_little_is_held_of_what_has_no_end() -> None:
    terminal = TerminalInput()
    for _ in range(100):
        assert list(terminal.feed(b"\x1b]" + b"x" * 4094)) == []
        assert list(terminal.feed(b"1" * 4096)) == []
    assert len(terminal._held) <= MAX_HELD


def test_synchronised_output_is_taken_up_and_a_reported_size_is_not() -> None:
    messages = read(b"\x1b[?2026;2$y\x1b[?2048;2$y\x1b[48;9;9;9;9t")
    assert [type(message) for message in messages] == [TerminalSupportsSynchronizedOutput]
    assert not any(isinstance(message, events.Resize | InBandWindowResize) for message in messages)


def test_the_mouse_and_the_focus() -> None:
    down, up, away, back = read(b"\x1b[<0;10;5M\x1b[<0;10;5m\x1b[O\x1b[I")
    assert isinstance(down, events.MouseDown)
    assert (down.x, down.y) == (9, 4)
    assert isinstance(up, events.MouseUp)
    assert isinstance(away, events.AppBlur)
    assert isinstance(back, events.AppFocus)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 1000])
def test_a_paste_is_text_without_control_characters_however_it_arrives(size: int) -> None:
    sent = b"\x1b[200~one\ttwo\x07\x1b[31m\x9b\x00\r\nthree\x1b[20four\x1b[201~x"
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    assert pasted(*pieces) == ["one two[31m\nthree[20four"]
    assert keys(*pieces) == ["x"]


def test_a_paste_keeps_4096_characters_and_nothing_behind_them_is_typed() -> None:
    start, end = b"\x1b[200~", b"\x1b[201~"
    long = "é".encode() * 100_000
    assert pasted(start + long + end) == ["é" * MAX_PASTE]
    pieces = [long[at : at + 4095] for at in range(0, len(long), 4095)]
    assert pasted(start, *pieces, end) == ["é" * MAX_PASTE]
    assert keys(start, *pieces, end) == []
    assert pasted(start + end) == []


def test_behind_an_embedded_end_marker_there_are_keys_and_nothing_worse() -> None:
    sent = b"\x1b[200~abc\x1b[201~\x11\x1b[201~"
    assert pasted(sent) == ["abc"]
    assert keys(sent) == ["ctrl+q"]


def test_a_paste_without_end_is_dropped_after_a_while() -> None:
    assert keys(b"\x1b[200~abc", *[None] * (PASTE_PATIENCE - 1), b"d") == []
    assert keys(b"\x1b[200~abc", *[None] * PASTE_PATIENCE, b"d") == ["d"]


def test_what_is_typed_is_kept_in_no_cache() -> None:
    from textual._xterm_parser import XTermParser

    cache = XTermParser._parse_extended_key
    cache.cache_clear()
    keys(b"hunter2\x1b[97;;97u")
    assert cache.cache_info().currsize == 0


def test_noise_never_raises() -> None:
    noise = random.Random(1)  # noqa: S311 - a test repeats itself
    terminal = TerminalInput()
    alphabet = b"\x1b\x1b[[]OPM<;?20016~tuRmM\x07\\\x9b\xff\xc3\xa9 a"
    for _ in range(2000):
        piece = bytes(noise.choices(alphabet, k=noise.randrange(60))) + noise.randbytes(noise.randrange(9))
        list(terminal.feed(piece))
        if noise.random() < 0.2:
            list(terminal.pause())
