"""The console's driver in a real terminal: bytes, sizes, signals, and a reader that is gone."""

import os
import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.driver_host import HUNG_UP
from tests.terminal.terminal import Terminal


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def terminal(journal: Path) -> Iterator[Terminal]:
    with host(journal) as terminal:
        terminal.wait_for("size 80x24")
        yield terminal


def host(journal: Path, *more: str, columns: int = 80, rows: int = 24, **env: str) -> Terminal:
    program = [sys.executable, "-X", "utf8", "-m", "tests.screens.driver_host", str(journal), *more]
    return Terminal(program, columns=columns, rows=rows, env=env)


def wait_unread(terminal: Terminal, seconds: float = 30) -> int:
    """Wait for the end without reading what the program writes."""
    end = time.monotonic() + seconds
    while (status := terminal.exit_status) is None:
        assert time.monotonic() < end, "it is still running"
        time.sleep(0.02)
    return status


def wait_beats(journal: Path, more: int) -> None:
    """Wait until the event loop has turned so many times more."""
    end, first = time.monotonic() + 30, None
    while True:
        text = journal.read_text() if journal.exists() else ""
        if text.isdecimal():
            first = int(text) if first is None else first
            if int(text) >= first + more:
                return
        assert time.monotonic() < end, f"the event loop stands still at {text}"
        time.sleep(0.02)


def test_bytes_that_are_no_text_neither_end_it_nor_stand_in_a_field(terminal: Terminal) -> None:
    terminal.send(bytes(range(0x80, 0x100)) + b"\x1b[9999999;1u\x1b]lTITLE\x1b\\\x1b[M \xff\xffabc")
    terminal.wait_for("keys a b c end")
    assert not terminal.shows("TITLE")


def test_two_hundred_kilobytes_of_paste_and_of_noise_are_survived(terminal: Terminal, journal: Path) -> None:
    terminal.paste("x" * 200_000)
    terminal.wait_for("paste 4096 'xxxxxxxxx' end")
    terminal.send(b"\x1b[" * 20_000 + b"\x1b]" + b"y" * 100_000 + b"\x07", timeout=60)
    terminal.press("z")
    terminal.wait_for("z end")
    wait_beats(journal, 2)


def test_a_flood_of_keys_and_moves_leaves_it_alive(terminal: Terminal, journal: Path) -> None:
    terminal.send(b"\x1b[<35;3;3M\x1b[<35;9;9M" * 3000 + b"k" * 3000, timeout=60)
    terminal.press("f2")
    terminal.wait_for("f2 end", timeout=60)
    wait_beats(journal, 2)


def test_the_peer_cannot_set_the_size(terminal: Terminal) -> None:
    terminal.send(b"\x1b[?2048;1$y\x1b[48;200;400;2000;4000tq")
    terminal.wait_for("keys q end")
    assert terminal.shows("size 80x24")
    assert b"2048" not in terminal.raw
    assert b"1016" not in terminal.raw


@pytest.mark.parametrize(
    ("columns", "rows", "shown"), [(600, 250, "500x200"), (80, 24, "80x24"), (60, 1, "60x5")]
)
def test_the_size_is_the_terminals_within_reason(journal: Path, columns: int, rows: int, shown: str) -> None:
    with host(journal, columns=columns, rows=rows, COLUMNS="7000", LINES="7000") as terminal:
        if rows > 1:
            terminal.wait_for(f"size {shown}")
        terminal.resize(100, 30)
        terminal.wait_for("size 100x30")
        terminal.resize(5, 2)
        terminal.resize(90, 20)
        terminal.wait_for("size 90x20")


def test_no_key_sends_a_signal_whatever_the_environment_says(journal: Path) -> None:
    with host(journal, TEXTUAL_ALLOW_SIGNALS="1", TEXTUAL_DEBUG="1", TEXTUAL="debug") as terminal:
        terminal.wait_for("size 80x24")
        terminal.send(b"\x03\x1a\x1cq")
        terminal.wait_for("q end")
    assert not Path("keys.log").exists()


def test_a_key_that_is_a_signal_until_the_terminal_is_raw_ends_nothing(journal: Path) -> None:
    # Ignored from the start, as the launcher does it.
    script = f"trap '' INT; exec '{sys.executable}' -m tests.screens.driver_host '{journal}' interrupted"
    with Terminal(["/bin/sh", "-c", script]) as terminal:
        terminal.wait_for("size 80x24")
        terminal.press("q")
        terminal.wait_for("q end")


def test_it_cannot_be_stopped_and_nothing_leads_out(terminal: Terminal, journal: Path) -> None:
    terminal.kill(signal.SIGTSTP)
    terminal.kill(signal.SIGQUIT)
    terminal.kill(signal.SIGCONT)
    terminal.press("f9", "q")
    terminal.wait_for("q end")
    wait_beats(journal, 2)
    assert not (journal.parent / "delivered").exists()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_session_first_and_gives_the_terminal_back(
    terminal: Terminal, journal: Path, number: signal.Signals
) -> None:
    terminal.kill(number)
    assert terminal.wait_exit() == HUNG_UP
    assert journal.read_text() == "hung up"
    raw = bytes(terminal.raw)
    assert raw.rindex(b"\x1b[2J") < raw.rindex(b"\x1b[?1049l")
    assert b"\x1b[?1003l" in raw


def test_a_vanished_terminal_ends_the_session(journal: Path) -> None:
    terminal = host(journal)
    terminal.wait_for("size 80x24")
    os.close(terminal._fd)
    assert wait_unread(terminal) == HUNG_UP
    assert journal.read_text() == "hung up"


def test_the_end_of_its_input_ends_it_even_where_hang_ups_are_ignored(journal: Path) -> None:
    # As under nohup: Textual's own reader then spins for ever.
    script = f"trap '' HUP; exec '{sys.executable}' -m tests.screens.driver_host '{journal}'"
    terminal = Terminal(["/bin/sh", "-c", script])
    terminal.wait_for("size 80x24")
    os.close(terminal._fd)
    assert wait_unread(terminal) == HUNG_UP
    assert journal.read_text() == "hung up"


def test_a_reader_that_stops_reading_stops_neither_the_clock_nor_the_end(journal: Path) -> None:
    terminal = host(journal, "loud", columns=200, rows=60)
    terminal.wait_for("size 200x60")
    wait_beats(journal, 20)
    terminal.kill(signal.SIGTERM)
    assert wait_unread(terminal) == HUNG_UP
    terminal.close()


def test_the_settings_of_the_terminal_are_given_back(terminal: Terminal) -> None:
    assert not termios.tcgetattr(terminal._fd)[3] & (termios.ECHO | termios.ICANON | termios.ISIG)
    terminal.kill()
    assert terminal.wait_exit() == HUNG_UP
    assert termios.tcgetattr(terminal._fd)[3] & termios.ECHO
