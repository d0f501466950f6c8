"""The program as a shell runs it: a venv in a folder of the test's own, and a home beside it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.clock import SystemClock
from store.services.bundle import open_services
from store.settings import Settings
from tests import split
from tests.desk import SHELL
from tests.leaks import record

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "violet kettle parade"


def make_venv(folder: Path) -> Path:
    """Make what the launcher needs of a virtual environment, and return the launcher in it."""
    (folder / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", folder / "pyvenv.cfg")
    (folder / "lib").symlink_to(Path(sys.prefix) / "lib")
    (folder / "bin" / "python").symlink_to(sys.executable)
    launcher = folder / "bin" / "twofold"
    shutil.copy(ROOT / "tui" / "twofold.sh", launcher)
    return launcher


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """Runs the program with a home of its own."""

    home: Path
    launcher: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {**kept, "HOME": str(self.home), "TERM": "xterm-256color", "TZ": "Europe/Athens"}

    @property
    def store(self) -> Path:
        return self.home / ".local" / "share" / "twofold" / "twofold.db"

    @property
    def keys(self) -> Path:
        return self.home / ".config" / "twofold" / "keys"

    def run(self, *arguments: str, typed: str | bytes = "", env: Mapping[str, str] | None = None) -> Ended:
        """Run a command with `typed` on its standard input."""
        given = typed.encode() if isinstance(typed, str) else typed
        status, out, err = split.run(arguments, {**self.env, **(env or {})}, self.home, given)
        record.command(["twofold", *arguments], out + err, typed)
        return Ended(status, out.decode(), err.decode())

    def launch(self, *arguments: str, typed: str | bytes = "", env: Mapping[str, str] | None = None) -> Ended:
        """Run a command from its launcher on: for what is done before the command is."""
        return self.run_any([str(self.launcher), *arguments], typed, env)

    def run_any(
        self, program: Sequence[str], typed: str | bytes = "", env: Mapping[str, str] | None = None
    ) -> Ended:
        done = subprocess.run(  # noqa: S603 - the program under test
            program,
            input=typed.encode() if isinstance(typed, str) else typed,
            capture_output=True,
            env={**self.env, **(env or {})},
            cwd=self.home,
            timeout=60,
            check=False,
        )
        record.command(program, done.stdout + done.stderr, typed)
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())

    def create(self, name: str = "alice", *more: str) -> None:
        """Make an account, past the program: that it can is tested elsewhere."""
        assert set(more) <= {"--operator"}
        services = open_services(Settings(f"sqlite:///{self.store}", self.keys), SystemClock())
        services.accounts.create(SHELL, name, PASSWORD, operator="--operator" in more)
        services.close()

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever it is, the test knows
        ended = self.run(*arguments, "--json")
        assert (ended.status, ended.err) == (0, ""), ended
        return json.loads(ended.out)
