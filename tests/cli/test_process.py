"""What the process is before anything else runs in it."""

import sys

import pytest

from tests.cli.shell import Shell


def say(shell: Shell, script: str, **env: str) -> str:
    ended = shell.run_any([sys.executable, "-I", "-c", script], env=env)
    assert (ended.status, ended.err) == (0, "")
    return ended.out.strip()


def test_the_environment_has_no_say_in_textual_or_in_the_size(shell: Shell) -> None:
    script = (
        "import os; from tui.process import shed_environment; shed_environment(); print(sorted(os.environ))"
    )
    dropped = {"TEXTUAL": "debug", "TEXTUAL_LOG": "log", "BROWSER": "evil", "COLUMNS": "9", "LINES": "9"}
    left = say(shell, script, **dropped, NO_COLOR="1", COLORTERM="truecolor")
    assert not any(repr(name) in left for name in dropped)
    assert "'NO_COLOR'" in left
    assert "'COLORTERM'" in left


def test_files_and_cores_are_guarded(shell: Shell) -> None:
    script = (
        "import os, resource; from tui.process import guard_files; guard_files();"
        "print(oct(os.umask(0)), resource.getrlimit(resource.RLIMIT_CORE))"
    )
    assert say(shell, script) == "0o77 (0, 0)"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux alone")
def test_no_other_process_may_look_in(shell: Shell) -> None:
    get_dumpable = 3
    script = (
        "import ctypes; from tui.process import harden_process; harden_process();"
        f"print(ctypes.CDLL(None).prctl({get_dumpable}))"
    )
    assert say(shell, script) == "0"


def test_nothing_heavy_is_loaded_before_the_echo_is_off(shell: Shell) -> None:
    script = (
        "import sys; before = {*sys.modules}; import tui.process; print(*sorted({*sys.modules} - before))"
    )
    assert say(shell, script).split() == ["termios", "tui", "tui.process"]


def test_without_a_terminal_there_is_nothing_to_silence(shell: Shell) -> None:
    script = (
        "from tui.process import silence_echo, restore_echo; silence_echo(); restore_echo(); print('fine')"
    )
    assert say(shell, script) == "fine"
    closed = shell.run_any(["/bin/sh", "-c", f"'{shell.launcher}' --version <&- >&- 2>&-"])
    assert closed.status == 0, closed
