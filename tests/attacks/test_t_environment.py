"""No variable has code loaded, keys pressed or logged, or a program started."""

import os
import re
import socket
import sys
import sysconfig
from pathlib import Path

import textual

from tests.attacks.outside import files, is_fine
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tui.process import shed_environment

TRAP = "open({sprung!r}, 'a').write('sprung')\n"


def variables(trap: Path, sprung: Path, port: int) -> dict[str, str]:
    """Every variable that leads somewhere, each to something that would be seen."""
    trap.mkdir()
    modules = (
        "evil",
        "sitecustomize",
        "usercustomize",
        "startup",
        "textual",
        "rich",
        "argparse",
        "tui",
        "store",
    )
    for module in modules:
        (trap / f"{module}.py").write_text(TRAP.format(sprung=str(sprung)))
    script = trap / "script"
    script.write_text(f"#!/bin/sh\necho sprung > '{sprung}'\n")
    script.chmod(0o700)
    # Whoever reads it waits for ever.
    os.mkfifo(trap / "openssl.cnf")
    python = {
        "PYTHONPATH": trap, "PYTHONHOME": trap, "PYTHONSTARTUP": trap / "startup.py", "PYTHONINSPECT": 1,
        "PYTHONUSERBASE": trap, "PYTHONPYCACHEPREFIX": trap / "cache", "PYTHONBREAKPOINT": "evil.x",
        "PYTHONWARNINGS": "error::evil.X", "PYTHONFAULTHANDLER": 1, "PYTHONDEVMODE": 1, "PYTHONASYNCIODEBUG": 1,
        "PYTHONTRACEMALLOC": 20, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": 0,
        "PYTHONPLATLIBDIR": "evil", "PYTHONCASEOK": 1, "PYTHONVERBOSE": 1, "PYTHONPROFILEIMPORTTIME": 1,
        "PYTHONDUMPREFS": 1, "PYTHONMALLOCSTATS": 1, "PYTHONOPTIMIZE": 2, "PYTHONDEBUG": 3,
    }  # fmt: skip
    toolkit = {
        "TEXTUAL": "devtools,debug", "TEXTUAL_DRIVER": "evil:Driver", "TEXTUAL_LOG": sprung, "TEXTUAL_DEBUG": 1,
        "TEXTUAL_PRESS": "ctrl+q", "TEXTUAL_SCREENSHOT": 0, "TEXTUAL_SCREENSHOT_LOCATION": trap,
        "TEXTUAL_SCREENSHOT_FILENAME": "sprung.svg", "TEXTUAL_DEVTOOLS_HOST": "127.0.0.1",
        "TEXTUAL_DEVTOOLS_PORT": port, "TEXTUAL_ALLOW_SIGNALS": 1, "TEXTUAL_FILTERS": "evil", "TEXTUAL_FPS": 1,
        "TEXTUAL_SHOW_RETURN": 1, "TEXTUAL_DISABLE_KITTY_KEY": 0, "TEXTUAL_COLOR_SYSTEM": "evil",
        "TEXTUAL_THEME": "evil", "TEXTUAL_ANIMATIONS": "full", "TEXTUAL_SLOW_THRESHOLD": 100,
        "TEXTUAL_SMOOTH_SCROLL": 1, "TEXTUAL_DIM_FACTOR": 0, "TEXTUAL_SPEEDUPS": 1,
    }  # fmt: skip
    programs = dict.fromkeys(
        ("BROWSER", "EDITOR", "VISUAL", "PAGER", "MANPAGER", "SHELL", "LESSOPEN", "ENV"), script
    )
    (trap / "bin").mkdir()
    (trap / "bin" / "python").symlink_to(sys.executable)
    (trap / "pyvenv.cfg").write_text((Path(sys.prefix) / "pyvenv.cfg").read_text())
    packages = trap / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix) / "tui"
    packages.mkdir(parents=True)
    for module in ("__init__", "__main__"):
        (packages / f"{module}.py").write_text(TRAP.format(sprung=str(sprung)))
    others = {
        "PYTHONEXECUTABLE": trap / "bin" / "python", "__PYVENV_LAUNCHER__": trap / "bin" / "python",
        "BASH_ENV": script, "COLUMNS": 3, "LINES": 3, "OPENSSL_CONF": trap / "openssl.cnf", "OPENSSL_MODULES": trap,
        "OPENSSL_ENGINES": trap, "SSH_ORIGINAL_COMMAND": f"touch {sprung}", "DATABASE_URL": f"sqlite:///{sprung}",
        "SQLITE_HISTORY": sprung, "ALEMBIC_CONFIG": trap / "evil.ini", "PROMPT_COMMAND": script,
    }  # fmt: skip
    every = {**python, **toolkit, **programs, **others}
    return {name: str(value) for name, value in every.items()}


def test_every_variable_of_the_toolkit_is_among_those_that_are_tried(tmp_path: Path) -> None:
    """T8: a new Textual with a new one is noticed."""
    source = Path(textual.__file__).parent
    read = set()
    for path in source.rglob("*.py"):
        read |= set(re.findall(r"""["'](TEXTUAL(?:_[A-Z]+)*)["']""", path.read_text("utf-8")))
    assert len(read) > 15
    # Not variables, or only by other drivers and the tests of Textual.
    tried = {*variables(tmp_path / "trap", tmp_path / "sprung", 1), "TEXTUAL_TOOLS"}
    assert {name for name in read if name not in tried} == set()


def test_what_is_dropped_is_gone_for_libraries_in_c_as_well() -> None:
    """T8: OpenSSL reads its variables by itself; LD_* are taken before any program runs."""
    child = os.fork()
    if child == 0:
        os.environ.update(OPENSSL_CONF="evil", TEXTUAL_LOG="evil", BROWSER="evil")
        shed_environment()
        left = b"".join(b"%s=%s" % item for item in os.environb.items())
        os._exit(b"=evil" in left)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_no_variable_has_any_power(machine: Machine, tmp_path: Path) -> None:
    """T7, T8, T9, T10: Python's, Textual's, those that name programs, those of OpenSSL and of SSH."""
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        every = variables(trap, sprung, server.getsockname()[1])
        before = files(machine.folder, trap)
        with Console([str(machine.launcher)], env={**machine.env, **every}, cwd=machine.home) as console:
            console.wait_for("[ Log in ]")
            console.wait_still()
            is_fine(console)
            console.type("bob\rnot the right password")
            console.press("f1", "esc", "ctrl+c", "ctrl+z", "ctrl+p")
            console.wait_still()
            is_fine(console)
            opened = {str(link.readlink()) for link in Path(f"/proc/{console.pid}/fd").iterdir()}
            assert not any(name.startswith((str(trap), str(sprung), "socket:[9")) for name in opened)
            maps = Path(f"/proc/{console.pid}/maps").read_text()
            assert str(trap) not in maps
            console.press("ctrl+q")
            assert console.wait_exit() == 0
            assert b">>>" not in console.raw
            assert b"not the right" not in console.raw
        try:
            server.accept()
        except BlockingIOError:
            pass
        else:
            raise AssertionError("something connected to the devtools' port")
    assert not sprung.exists()
    new = set(files(machine.folder, trap)) - set(before)
    assert all(name.endswith(("-wal", "-shm")) for name in new), new
    assert PASSWORD not in machine.run("account", "list")
