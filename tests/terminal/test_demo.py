"""`twofold demo` in a real terminal: the story, and nothing left of it however it ends."""

from __future__ import annotations

import re
import signal
import stat
import sys
import time
from pathlib import Path

import pytest

from tests.terminal.terminal import Terminal

COPY = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "tmp").mkdir()
    return tmp_path


def demo(home: Path) -> Terminal:
    env = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_CONFIG_HOME": None, "XDG_DATA_HOME": None}
    return Terminal([sys.executable, "-I", "-X", "utf8", "-m", "tui", "demo"], env=env)


def left_in(home: Path) -> list[Path]:
    return sorted((home / "tmp").iterdir())


def begin(terminal: Terminal, home: Path) -> Path:
    """Wait for the first screen, and for the store behind it; return the demo's folder."""
    terminal.wait_for("violet kettle parade")
    terminal.wait_still()
    (folder,) = left_in(home)
    terminal.wait_until(lambda: any((folder / "keys").glob("*")), "waiting for the key")
    return folder


def do(terminal: Terminal, *keys: str) -> None:
    """Press keys on a screen that rests: what is typed before it is drawn is dropped."""
    terminal.wait_still()
    terminal.press(*keys)


def point(terminal: Terminal, words: str) -> None:
    terminal.wait_for(words)
    terminal.wait_still()
    terminal.click(words)


def code(terminal: Terminal, username: str) -> str:
    """Read the code under a name, as the audience does."""
    lines = terminal.text()
    row = next(at for at, line in enumerate(lines) if re.search(rf"\S   {username} ", line))
    shown = re.search(r"(\d{3}) (\d{3})", lines[row + 1])
    assert shown, lines
    return shown[1] + shown[2]


def log_in(terminal: Terminal, username: str) -> None:
    terminal.wait_for("to fill in both fields:")
    point(terminal, f"  {username} ")
    do(terminal, "enter")


def enroll(terminal: Terminal) -> str:
    """From Settings to the last page of the enrollment; return the first backup code."""
    point(terminal, "Enable 2FA")
    terminal.wait_for("Read from the QR just now:", timeout=40)
    terminal.wait_still()
    terminal.type(code(terminal, "alice"))
    do(terminal, "enter")
    terminal.wait_for("Agree")
    # The codes do not take a click in their first second.
    end = time.monotonic() + 1.3
    terminal.wait_until(lambda: time.monotonic() > end, "looking at the codes")
    shown = COPY.search("\n".join(terminal.text()))
    assert shown
    point(terminal, "Agree")
    return shown[0]


def test_the_story_is_told_in_two_minutes(home: Path) -> None:
    began = time.monotonic()
    with demo(home) as terminal:
        begin(terminal, home)
        assert not terminal.shows("Call history")
        log_in(terminal, "alice")
        terminal.wait_for("Call history")
        do(terminal, "f9")
        terminal.wait_for("Codes in this phone:")
        point(terminal, "Settings")
        first_code = enroll(terminal)
        terminal.wait_for("From now on you also need a code")

        log_in(terminal, "alice")
        terminal.wait_for("Verify")
        do(terminal, "f7")
        terminal.wait_still()
        do(terminal, *code(terminal, "alice"), "enter")
        terminal.wait_for("2FA is on since")

        do(terminal, "f4")
        point(terminal, "Log out")
        log_in(terminal, "alice")
        terminal.wait_for("Verify")
        do(terminal, "f8")
        terminal.wait_for("The phone is gone.")
        point(terminal, "I lost access")
        terminal.wait_for("Continue")
        terminal.wait_for(first_code)
        do(terminal, *first_code, "enter")
        terminal.wait_for("cross it out. 9 are left.")
        point(terminal, "Settings")
        point(terminal, "Disable 2FA")
        terminal.wait_for("Password")
        do(terminal, *"violet kettle parade", "enter")
        terminal.wait_for("Enable 2FA")
        do(terminal, "f8")
        terminal.wait_for("Codes in this phone:")
        assert enroll(terminal) != first_code
        terminal.wait_for("From now on you also need a code")
        do(terminal, "ctrl+q")
        assert terminal.wait_exit() == 0
    assert time.monotonic() - began < 120
    assert left_in(home) == []


def test_the_folder_is_the_users_alone_and_gone_after_ctrl_q(home: Path) -> None:
    with demo(home) as terminal:
        folder = begin(terminal, home)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        do(terminal, "ctrl+q")
        assert terminal.wait_exit() == 0
    assert left_in(home) == []
    assert not any(path.suffix == ".db" for path in home.rglob("*"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("early", [False, True], ids=["late", "early"])
def test_the_folder_is_gone_after_a_signal(home: Path, number: signal.Signals, *, early: bool) -> None:
    with demo(home) as terminal:
        if early:
            terminal.wait_until(lambda: bool(left_in(home)), "waiting for the folder")
        else:
            begin(terminal, home)
        terminal.kill(number)
        assert terminal.wait_exit() != 0
    assert left_in(home) == []


def test_the_folder_is_gone_after_the_window_was_closed(home: Path) -> None:
    terminal = demo(home)
    begin(terminal, home)
    terminal._process.fileobj.close()
    end = time.monotonic() + 20
    while terminal.exit_status is None and time.monotonic() < end:
        time.sleep(0.05)
    assert terminal.exit_status not in {None, -signal.SIGHUP}
    assert left_in(home) == []


def test_the_next_demo_clears_up_after_one_that_was_killed_but_not_after_one_that_runs(home: Path) -> None:
    with demo(home) as first:
        running = begin(first, home)
        with demo(home) as second:
            second.wait_for("violet kettle parade")
            second.kill(signal.SIGKILL)
            second.wait_exit()
        assert len(left_in(home)) == 2
        with demo(home) as third:
            third.wait_for("violet kettle parade")
            assert running in left_in(home)
            assert len(left_in(home)) == 2
            do(third, "ctrl+q")
            assert third.wait_exit() == 0
        assert left_in(home) == [running]
        do(first, "ctrl+q")
        assert first.wait_exit() == 0
    assert left_in(home) == []
