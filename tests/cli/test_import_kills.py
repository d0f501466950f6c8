"""An import that is killed, wherever it is, and begun again ends with exactly the file's accounts."""

import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from store.rules.hashing import hash_activation_password
from tests.cli.shell import Shell
from tests.cli.test_account import opened
from tests.cli.test_imports import HERE, file, passwords
from tests.desk import SHELL


def killed(shell: Shell, argv: list[str], at: int, after: float) -> bool:
    """Run a command and kill it a moment after the file of passwords has so many bytes; say whether it was."""
    kept = shell.home / "people.passwords.csv"
    program = [sys.executable, "-m", "tui", *argv]
    root = Path(__file__).parents[2]
    with subprocess.Popen(program, env=shell.env, cwd=root, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        with suppress(subprocess.TimeoutExpired):
            while process.poll() is None and not (kept.exists() and kept.stat().st_size >= at):
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.002)
            process.wait(after)
        process.kill()
        return process.wait() == -signal.SIGKILL


def many(count: int) -> Iterator[str]:
    yield "username,display_name,role\n"
    for number in range(count):
        yield f"person{number:07},Given{number % 997} Family{number % 9973},{'operator' if number % 100 == 0 else ''}\n"


@pytest.mark.parametrize(
    ("count", "kills"),
    [(6000, 3), pytest.param(10**6, 12, marks=pytest.mark.long)],
    ids=["some", "a million"],
)
def test_killed_at_any_moment_and_begun_again_it_ends_with_the_files_accounts(
    shell: Shell, count: int, kills: int
) -> None:
    shell.create("root", "--operator")
    argv = ["account", "import", file(shell, "".join(many(count)))]
    chance = random.Random(20261124)  # noqa: S311 - moments, not secrets
    line = len("person0000000,") + 35
    # One in each part of the file, the first before anything is written, and none near its end.
    moments = [
        int(part * count * 0.8 / kills + chance.random() * min(part, 1) * 500) for part in range(kills)
    ]
    died = [killed(shell, argv, moment * line, chance.uniform(0, 0.05)) for moment in moments]
    assert died == [True] * kills
    program = [sys.executable, "-m", "tui", *argv]
    subprocess.run(program, env=shell.env, cwd=Path(__file__).parents[2], check=True)  # noqa: S603

    kept = passwords(shell)
    with closing(sqlite3.connect(shell.store)) as connection:
        found = connection.execute(
            "SELECT id, username, password_hash FROM account WHERE username != 'root'"
        ).fetchall()
        logged = Counter(
            account
            for (account,) in connection.execute(
                "SELECT account_id FROM audit_event WHERE event = 'account created'"
            )
        )
    assert sorted(name for _, name, _ in found) == [f"person{number:07}" for number in range(count)]
    assert all(hash_activation_password(kept[name]) == password_hash for _, name, password_hash in found)
    assert logged == Counter(range(1, count + 2))
    services = opened(shell)
    for name in ("person0000000", f"person{count - 1:07}"):
        assert services.sign_in.check_password(HERE, name, kept[name])
    assert all(each.sound for each in services.store_check.check(SHELL))
    services.close()
