"""Many commands for the price of one: each is split off a process that has loaded the program."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.leaks import record


class Told(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str


def run_each(commands: Sequence[Sequence[str]], env: Mapping[str, str], typed: str) -> list[Told]:
    """Run each command with the same line on its standard input; return how they ended."""
    done = subprocess.run(  # noqa: S603 - this very module
        [sys.executable, "-m", "tests.faults.commands", typed],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **env},
    )
    told = [Told(*each) for each in json.loads(done.stdout)]
    for command, ended in zip(commands, told, strict=True):
        record.command(command, (ended.out + ended.err).encode(), typed)
    return told


def _run(command: list[str], typed: str) -> Told:
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        given.write(f"{typed}\n".encode())
        given.seek(0)
        child = os.fork()
        if not child:
            for number, file in enumerate((given, out, err)):
                os.dup2(file.fileno(), number)
            from tui.cli import main as command_line

            try:
                status = command_line(command)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
        return Told(status, *said)


def main() -> None:
    # Loaded before the split, as the rest; nothing of a store is open.
    import store.migrations
    import store.services.bundle
    import tui.cli.accounts
    import tui.words

    assert store.migrations
    assert store.services.bundle
    assert tui.cli.accounts
    assert tui.words
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 - the same one, read whole
    commands = json.loads(sys.stdin.read())
    sys.stdout.write(json.dumps([_run(command, sys.argv[1]) for command in commands]))


if __name__ == "__main__":
    main()
