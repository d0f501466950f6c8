"""Commands for a tenth of their price: each is split off a process that has loaded the program and opened nothing.

What a command is started by is not in it: the launcher has tests of its own (`terminal/test_launcher.py`).
"""

import atexit
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
LONGEST = 60
"""Seconds that a command takes at most."""


def run(
    arguments: Sequence[str], env: Mapping[str, str], folder: Path, typed: bytes
) -> tuple[int, bytes, bytes]:
    """Run `twofold` with these arguments and this environment alone; return its exit code and what it said."""
    host = _host()
    assert host.stdin is not None
    assert host.stdout is not None
    asked = {
        "arguments": [*arguments],
        "env": {**env},
        "folder": str(folder),
        "typed": b64encode(typed).decode(),
    }
    host.stdin.write(json.dumps(asked).encode() + b"\n")
    host.stdin.flush()
    if not select.select([host.stdout], [], [], LONGEST)[0]:
        host.kill()
        _host.cache_clear()
        raise subprocess.TimeoutExpired(["twofold", *arguments], LONGEST)
    status, out, err = json.loads(host.stdout.readline())
    return status, b64decode(out), b64decode(err)


@cache
def _host() -> subprocess.Popen[bytes]:
    """The process that commands are split off, one for each worker of the run."""
    host = subprocess.Popen(
        [sys.executable, "-m", "tests.split"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    atexit.register(host.kill)
    return host


def _serve() -> None:
    # Loaded before the split; nothing of a store is open.
    for module in ("store.migrations", "store.services.bundle", "tui.cli.accounts", "tui.words"):
        import_module(module)
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        with ExitStack() as open_files:
            files = [open_files.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
            files[0].write(b64decode(asked["typed"]))
            files[0].seek(0)
            child = os.fork()
            if not child:
                _become_the_command(asked["arguments"], asked["env"], asked["folder"], files)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            told = [status, *(_all_of(file) for file in files[1:])]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def _become_the_command(
    arguments: list[str], env: dict[str, str], folder: str, files: Sequence[IO[bytes]]
) -> None:
    status = 1
    try:
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number)
        sys.stdin, sys.stdout, sys.stderr = (
            TextIOWrapper(open(number, mode, closefd=False), encoding="utf-8", line_buffering=number == 2)  # noqa: SIM115 - open until it ends
            for number, mode in enumerate(("rb", "wb", "wb"))
        )
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        os.chdir(folder)
        from tui.__main__ import run as begin

        sys.argv = ["twofold", *arguments]
        status = begin()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _all_of(file: IO[bytes]) -> str:
    file.seek(0)
    return b64encode(file.read()).decode()


if __name__ == "__main__":
    _serve()
