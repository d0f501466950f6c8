"""`twofold` as a person starts it: the launcher, the terminal's echo, questions, and keys that kill."""

import os
import shutil
import signal
import sqlite3
import sys
import termios
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pytest

from tests.cli.shell import PASSWORD, ROOT, Shell, make_venv
from tests.terminal.terminal import Terminal

INTERRUPTED = 130


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    home = tmp_path / "home"
    home.mkdir()
    return Shell(home, make_venv(tmp_path / "a venv, with spaces"))


def on_terminal(shell: Shell, *arguments: str, env: Mapping[str, str | None] | None = None) -> Terminal:
    return started(shell, [str(shell.launcher), *arguments], env)


def started(shell: Shell, program: list[str], env: Mapping[str, str | None] | None = None) -> Terminal:
    home = {"HOME": str(shell.home), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None, "TWOFOLD_STORE": None}
    return Terminal(program, env={**home, **(env or {})}, cwd=shell.home)


def echoes(terminal: Terminal) -> bool:
    return bool(termios.tcgetattr(terminal._fd)[3] & termios.ECHO)


def wait_silent(terminal: Terminal) -> None:
    terminal.wait_until(lambda: not echoes(terminal), "waiting for the echo to go")


# The launcher


def test_it_may_be_installed() -> None:
    # A wheel gives the installed file these very rights.
    assert os.access(ROOT / "tui" / "twofold.sh", os.X_OK)


def test_it_finds_its_python_through_links_and_the_path(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "links dir").mkdir()
    absolute = tmp_path / "links dir" / "absolute"
    absolute.symlink_to(shell.launcher)
    relative = tmp_path / "twofold"
    relative.symlink_to(Path("links dir") / "absolute")
    for launcher in (shell.launcher, absolute, relative):
        assert shell.run_any([str(launcher), "--version"]).out.startswith("twofold ")
    on_path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    assert shell.run_any(["/bin/sh", "-c", "twofold --version"], env=on_path).out.startswith("twofold ")
    beside = shell.run_any(
        ["/bin/sh", "-c", f"cd '{tmp_path}' && ./twofold --version && sh twofold --version"]
    )
    assert beside.out.count("twofold ") == 2, beside


def test_without_a_python_it_says_so(shell: Shell) -> None:
    (shell.launcher.parent / "python").unlink()
    ended = shell.launch("--version")
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "virtual environment" in ended.err


def test_no_variable_of_python_has_power(shell: Shell, tmp_path: Path) -> None:
    shell.create()
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    for module in ("sitecustomize.py", "usercustomize.py", "tui/__init__.py", "argparse.py", "startup.py"):
        (trap / module).parent.mkdir(parents=True, exist_ok=True)
        (trap / module).write_text(f"open({str(sprung)!r}, 'w').close()\n")
    variables = {
        "PYTHONPATH": str(trap),
        "PYTHONHOME": str(trap),
        "PYTHONSTARTUP": str(trap / "startup.py"),
        "PYTHONINSPECT": "1",
        "PYTHONIOENCODING": "ascii",
        "PYTHONUTF8": "0",
        "PYTHONBREAKPOINT": "startup.create",
        "PYTHONWARNINGS": "error",
        "PYTHONVERBOSE": "1",
        "PYTHONPLATLIBDIR": "nowhere",
        "LC_ALL": "C",
    }
    (shell.home / "tui").symlink_to(trap / "tui")
    listed = shell.launch("account", "list", env=variables)
    assert (listed.status, listed.err) == (0, "")
    assert "alice" in listed.out
    with on_terminal(shell, "account", "list", env=variables) as terminal:
        assert terminal.wait_exit() == 0
        assert not terminal.shows(">>>")
    assert not sprung.exists()


SOMEBODY_ELSE = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@pytest.mark.skipif(
    os.geteuid() == 0 and which("setpriv") is None, reason="takes setpriv, to be somebody else"
)
def test_a_python_where_this_account_may_not_go_is_no_missing_python(shell: Shell) -> None:
    with TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "home" / "bin").mkdir(parents=True)
        (folder / "venv" / "bin").mkdir(parents=True)
        launcher, python = (folder / "venv" / "bin" / name for name in ("twofold", "python"))
        shutil.copy(ROOT / "tui" / "twofold.sh", launcher)
        launcher.chmod(0o755)
        (folder / "home" / "bin" / "python3").symlink_to(sys.executable)
        python.symlink_to("python3")
        (folder / "venv" / "bin" / "python3").symlink_to(folder / "home" / "bin" / "python3")
        (folder / "home").chmod(0)
        try:
            ended = shell.run_any([*(SOMEBODY_ELSE if os.geteuid() == 0 else []), str(launcher), "--version"])
        finally:
            (folder / "home").chmod(0o700)
        assert (ended.status, ended.out) == (1, "")
        assert f" may not enter {folder}/home, where its Python is ({folder}/home/bin/python3)" in ended.err
        assert ended.err.count("\n") == 1
        # Where it is really missing, that is what is said.
        (folder / "venv" / "bin" / "python3").unlink()
        assert "no Python stands beside" in shell.run_any([str(launcher)]).err


def test_code_that_is_not_there_for_this_account_is_told_in_one_line(shell: Shell) -> None:
    (shell.launcher.parent.parent / "lib").unlink()
    ended = shell.launch("--version")
    assert (ended.status, ended.out) == (1, "")
    assert (
        ended.err
        == "twofold: its code is not where this account may read it; install it anew, such as under /opt\n"
    )


# The terminal


def test_nothing_typed_is_shown_from_20_ms_on(shell: Shell) -> None:
    shell.create()
    waits = []
    for _ in range(30):
        with on_terminal(shell, "account", "list") as terminal:
            begun = time.monotonic()
            while echoes(terminal) and terminal.exit_status is None:
                time.sleep(0.0005)
            waits.append(time.monotonic() - begun)
            terminal.type("hunter2")
            assert terminal.wait_exit() == 0
            assert b"hunter2" not in terminal.raw
            assert echoes(terminal)
        # A busy machine only makes it longer.
        if waits[-1] <= 0.020:
            return
    pytest.fail(f"the echo went after {min(waits) * 1000:.0f} ms at best")


def test_a_pager_finds_the_terminal_as_it_is(shell: Shell) -> None:
    shell.create()
    with started(shell, ["/bin/sh", "-c", f"'{shell.launcher}' account list | cat"]) as terminal:
        while terminal.exit_status is None:
            assert echoes(terminal)
            terminal.read(0.005)
        assert terminal.shows("alice")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_gives_the_echo_back(shell: Shell, number: signal.Signals) -> None:
    with on_terminal(shell, "account", "create", "alice") as terminal:
        terminal.wait_for("Password:")
        terminal.kill(number)
        assert terminal.wait_exit() == 128 + number
        assert echoes(terminal)
        assert not terminal.shows("Traceback")


def test_ctrl_c_ends_a_question_quietly(shell: Shell) -> None:
    with on_terminal(shell, "account", "create", "alice") as terminal:
        terminal.wait_for("Password:")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == INTERRUPTED
        assert echoes(terminal)
        assert not terminal.shows("Traceback")
    assert "alice" not in shell.launch("account", "list").out


def test_keys_that_kill_do_nothing_while_it_starts(shell: Shell) -> None:
    shell.create()
    with on_terminal(shell, "account", "list") as terminal:
        # Before the launcher runs they are the shell's to mind.
        wait_silent(terminal)
        for _ in range(20):
            terminal.send(b"\x1c\x1a")
            terminal.read(0.005)
        assert terminal.wait_exit() == 0
        assert terminal.shows("alice")


# Questions


def test_a_password_is_asked_for_twice_and_never_shown(shell: Shell) -> None:
    with on_terminal(shell, "account", "create", "alice", "--operator") as terminal:
        for password, answer in (("short", "at least 15 characters"), (PASSWORD, "Once more:")):
            terminal.wait_for("Password:")
            terminal.wait_still(0.05)
            terminal.type(password + "\r")
            terminal.wait_for(answer)
        terminal.type(PASSWORD[:-1] + "\r")
        terminal.wait_for("The two are not the same.")
        terminal.wait_still(0.05)
        terminal.type(PASSWORD + "\r")
        terminal.wait_until(lambda: terminal.raw.count(b"Once more:") == 2, "waiting for the second question")
        terminal.type(PASSWORD + "\r")
        assert terminal.wait_exit() == 0
        assert terminal.shows("Made the operator account alice.")
        assert b"violet" not in terminal.raw
        assert echoes(terminal)
    with sqlite3.connect(shell.store) as connection:
        assert connection.execute("SELECT username, role FROM account").fetchall() == [("alice", "operator")]
    connection.close()


def test_what_is_wrong_with_the_name_is_said_before_a_password_is_asked_for(shell: Shell) -> None:
    shell.create()
    for name, why in (("_x", "begins with a letter"), ("alice", "There is, or was, an account alice")):
        with on_terminal(shell, "account", "create", name) as terminal:
            assert terminal.wait_exit() == 1
            assert terminal.shows(why)
            assert not terminal.shows("assword")


def asked(terminal: Terminal, times: int) -> bool:
    return terminal.raw.count(b"Password:") == times


def test_three_bad_passwords_are_enough_and_none_is_too(shell: Shell) -> None:
    with on_terminal(shell, "account", "create", "alice") as terminal:
        for count in range(1, 4):
            terminal.wait_until(partial(asked, terminal, count), "the question")
            terminal.wait_still(0.05)
            terminal.type("short\r")
        assert terminal.wait_exit() == 1
    with on_terminal(shell, "account", "create", "alice") as terminal:
        terminal.wait_for("Password:")
        terminal.wait_still(0.05)
        terminal.send(b"\x04")
        assert terminal.wait_exit() == 1
        assert terminal.shows("No password was typed")


# The console


@pytest.mark.parametrize("term", ["dumb", "", None])
def test_a_terminal_that_cannot_show_it_is_refused_in_one_line(shell: Shell, term: str | None) -> None:
    with on_terminal(shell, env={"TERM": term}) as terminal:
        assert terminal.wait_exit() == 1
        assert terminal.shows("cannot show the console")
        assert b"\x1b" not in terminal.raw


def test_the_console_opens_and_gives_the_terminal_back(shell: Shell) -> None:
    shell.create("alice", "--operator")
    with on_terminal(shell, env={"TEXTUAL_ALLOW_SIGNALS": "1", "TEXTUAL_DRIVER": "nowhere:X"}) as terminal:
        terminal.wait_for("Password")
        terminal.wait_still()
        terminal.press("ctrl+c", "ctrl+q")
        assert terminal.wait_exit() == 0
        assert echoes(terminal)


def test_a_console_that_is_hung_up_on_ends(shell: Shell) -> None:
    shell.create("alice", "--operator")
    with on_terminal(shell) as terminal:
        terminal.wait_for("Password")
        terminal.wait_still()
        terminal.kill(signal.SIGHUP)
        assert terminal.wait_exit() == 1
        assert echoes(terminal)


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_no_process_that_is_started_has_a_secret_in_its_arguments(shell: Shell) -> None:
    with on_terminal(shell, "account", "create", "alice") as terminal:
        terminal.wait_for("Password:")
        arguments = Path(f"/proc/{terminal.pid}/cmdline").read_bytes()
        assert arguments.endswith(b"\0account\0create\0alice\0")
