"""A machine with Twofold installed, of the test's own: its home, its folders, its store."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from store.rules import totp
from store.services.bundle import Services, open_services
from store.services.principals import SessionToken, Shell, Visitor
from store.services.views import BackupCodesShown, CodeNeeded, LoggedIn
from store.settings import Settings
from tests.clocks import FakeClock
from tests.leaks import record
from tests.leaks.forms import Kind
from tests.terminal.authenticator import Phone
from tests.terminal.console import Console

PASSWORD = "violet kettle parade"
EARLIER = timedelta(hours=1)
"""How long ago the past of an account was: all its codes of today are fresh."""


@dataclass(frozen=True)
class Enrolled:
    """What a person keeps who has 2FA."""

    phone: Phone
    codes: tuple[str, ...]
    set_number: int


@dataclass(frozen=True)
class Machine:
    """Everything the program may write to lies in `folder`."""

    folder: Path

    @property
    def launcher(self) -> Path:
        """The installed `twofold`."""
        found = shutil.which("twofold", path=Path(sys.executable).parent)
        assert found is not None, "not installed: pip install -e '.[test]'"
        return Path(found)

    @property
    def home(self) -> Path:
        """The person's home folder."""
        return self.folder / "home"

    @property
    def store(self) -> Path:
        """The default store."""
        return self.folder / "data" / "twofold" / "twofold.db"

    @property
    def env(self) -> dict[str, str | None]:
        """The variables that lead into the folder, as additions to those of the test."""
        folders = {
            name: self.folder / name.lower() for name in ("data", "config", "cache", "state", "runtime")
        }
        places = {
            f"XDG_{name.upper()}_{'DIR' if name == 'runtime' else 'HOME'}": str(path)
            for name, path in folders.items()
        }
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        self.home.mkdir(exist_ok=True)
        spoilers = {"TWOFOLD_STORE": None, "SSH_CONNECTION": None}
        return {"HOME": str(self.home), "TMPDIR": str(temporary), "TZ": "Europe/Athens", **places, **spoilers}

    def open(self, *arguments: str, columns: int = 80, rows: int = 24) -> Console:
        """Open the console in a terminal window of its own."""
        return Console(
            [str(self.launcher), *arguments], env=self.env, columns=columns, rows=rows, cwd=self.home
        )

    def run(self, *arguments: str, typed: str = "") -> str:
        """Run a command that succeeds, and return what it says."""
        env = {name: value for name, value in {**os.environ, **self.env}.items() if value is not None}
        done = subprocess.run(  # noqa: S603 - the program under test
            [str(self.launcher), *arguments],
            input=typed,
            env=env,
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        record.command(arguments, (done.stdout + done.stderr).encode(), typed)
        done.check_returncode()
        return done.stdout

    # The past

    @contextmanager
    def past(self, ago: timedelta = EARLIER) -> Iterator[tuple[Services, FakeClock]]:
        """Use the store past the screens, an hour ago."""
        clock = FakeClock(datetime.now(UTC) - ago)
        settings = Settings(f"sqlite:///{self.store}", self.folder / "config" / "twofold" / "keys")
        services = open_services(settings, clock)
        try:
            yield services, clock
        finally:
            services.close()

    def create(self, username: str = "alice") -> None:
        """Make an account."""
        with self.past() as (services, _):
            record.note(Kind.PASSWORD, PASSWORD)
            services.accounts.create(Shell("root", "host"), username, PASSWORD)

    def enable(self, username: str = "alice", *, used: int = 0) -> Enrolled:
        """Make an account with 2FA on, and with the first `used` of its backup codes spent."""
        self.create(username)
        with self.past() as (services, clock):
            phone, shown = _enroll(services, clock, username)
            for code in shown.codes[:used]:
                outcome = services.second_factor.use_backup_code(_half(services, username), code)
                assert isinstance(outcome, LoggedIn)
                services.sessions.end(outcome.token)
        return Enrolled(phone, shown.codes, shown.set_number)

    # What is in the store

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds, past the program."""
        with closing(sqlite3.connect(self.store, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """Change the store past the program."""
        with closing(sqlite3.connect(self.store, timeout=10)) as connection, connection:
            connection.execute(statement, values)

    def second_factor(self, username: str = "alice") -> tuple[str, int, int]:
        """How 2FA stands: the account's column, and how many authenticators and backup sets there are."""
        return self.rows(
            "SELECT second_factor, (SELECT count(*) FROM authenticator WHERE account_id = account.id), "
            "(SELECT count(*) FROM backup_set WHERE account_id = account.id) FROM account WHERE username = ?",
            username,
        )[0]


def _enroll(services: Services, clock: FakeClock, username: str) -> tuple[Phone, BackupCodesShown]:
    outcome = services.sign_in.check_password(_visitor(), username, PASSWORD)
    assert isinstance(outcome, LoggedIn)
    enrollment = services.enrollment.begin(outcome.token)
    phone = Phone("".join(enrollment.uri_parts))
    shown = services.enrollment.confirm(outcome.token, phone.code(clock.now().timestamp()))
    services.backup_codes.agree(outcome.token)
    assert EARLIER.total_seconds() > totp.STEP_SECONDS * 2
    return phone, shown


def _half(services: Services, username: str) -> SessionToken:
    outcome = services.sign_in.check_password(_visitor(), username, PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    return outcome.token


def _visitor() -> Visitor:
    return Visitor("host/alice")
