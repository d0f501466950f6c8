"""`twofold account ...` on real stores, as a shell runs it."""

import os
import pwd
import re
import sqlite3
import stat
from argparse import Namespace
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import MagicMock

import pytest

from store.clock import SystemClock
from store.errors import Locked, TwofoldError
from store.services.bundle import Services, open_services
from store.services.principals import Visitor
from store.settings import Settings
from tests.cli.shell import PASSWORD, Shell
from tests.clocks import FakeClock
from tests.desk import Desk, cheap_hashing
from tests.services.crowd import THEN, Person, add
from tui.cli import accounts

WHY = ("--reason", "phone and codes lost")
HEADING = ["USERNAME", "ROLE", "2FA", "CODES", "LEFT", "LOCKED", "FOR", "LAST", "LOG-IN", "NAME"]


def opened(shell: Shell) -> Services:
    """The shell's store, from within."""
    settings = Settings(f"sqlite:///{shell.store}", shell.keys)
    return open_services(settings, now_clock(), cheap_hashing())


def now_clock() -> FakeClock:
    """A clock that can be moved and shows the time that the program sees too."""
    return FakeClock(SystemClock().now())


def enrolled(shell: Shell, name: str = "alice") -> Desk:
    """A store in the shell's home where somebody has 2FA."""
    desk = Desk(shell.home)
    desk.create(name)
    desk.enable(name)
    desk.services.close()
    return desk


def at(desk: Desk, shell: Shell) -> tuple[str, str]:
    """Point a command at the desk's store; its key goes where commands look for keys."""
    shell.keys.parent.mkdir(parents=True, exist_ok=True)
    shell.keys.symlink_to(desk.settings.keys_folder)
    return "--store", desk.settings.store_url


def test_the_password_is_the_first_line_of_standard_input(shell: Shell) -> None:
    made = shell.run("account", "create", "Alice", typed=f"{PASSWORD}\r\nsecond line\n")
    assert (made.status, made.out, made.err) == (0, "Made the account alice.\n", "")
    services = opened(shell)
    assert services.sign_in.check_password(Visitor("host/alice"), "alice", PASSWORD)
    services.close()


def test_an_operator_is_one(shell: Shell) -> None:
    made = shell.run("account", "create", "root", "--operator", typed=PASSWORD)
    assert (made.status, made.out) == (0, "Made the operator account root.\n")
    assert shell.json("account", "show", "root")["role"] == "operator"


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("_alice", PASSWORD, "begins with a letter or a digit"),
        ("\u0430lice", PASSWORD, "a-z, 0-9"),
        ("a" * 41, PASSWORD, "at most 40 characters"),
        ("alice", "", "Type a new password"),
        ("alice", "\n" + PASSWORD, "Type a new password"),
        ("alice", "short", "at least 15 characters"),
        ("alice", "x" * 100_000, "at most 256 characters"),
        ("alice", "alice alice alice alice", "little more than the username"),
        ("alice", "violet \x07 kettle parade", "no control characters"),
        ("alice", b"violet kettle parade \xff", "not UTF-8"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    shell: Shell, name: str, typed: str | bytes, sentence: str
) -> None:
    refused = shell.run("account", "create", name, typed=typed)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err.count("\n") == 1
    assert sentence in refused.err
    with sqlite3.connect(shell.store) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
    connection.close()


def test_a_name_is_refused_before_the_password_is_looked_at(shell: Shell) -> None:
    shell.create("alice")
    refused = shell.run("account", "create", "ALICE", typed="short")
    assert (refused.status, refused.err) == (
        1,
        "twofold: There is, or was, an account alice. Take another name.\n",
    )


def test_files_are_their_owners_alone(shell: Shell) -> None:
    shell.create()
    [key] = shell.keys.iterdir()
    for path in (shell.store, key):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (shell.store.parent, shell.keys):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_list_is_a_table_or_json(shell: Shell) -> None:
    shell.create("bob")
    shell.create("alice-with-a-long-name", "--operator")
    listed = shell.run("account", "list")
    heading, *rows = listed.out.splitlines()
    assert heading.split() == HEADING
    assert [row.split()[:3] for row in rows] == [
        ["alice-with-a-long-name", "operator", "off"],
        ["bob", "user", "off"],
    ]
    assert {row.index("never") for row in rows} == {heading.index("LAST LOG-IN")}
    assert [row["username"] for row in shell.json("account", "list")] == ["alice-with-a-long-name", "bob"]


def test_a_list_can_be_narrowed_down_and_sorted(shell: Shell) -> None:
    desk = Desk(shell.home)
    add(
        desk,
        Person("alice", second_factor="on", last_login_at=THEN),
        Person("bob.smith", enabled=0),
        Person("root", role="operator"),
    )
    desk.services.close()
    where = at(desk, shell)
    for options, expected in (
        (("--search", "smi"), ["bob.smith"]),
        (("--2fa", "on"), ["alice"]),
        (("--role", "operator", "--never-logged-in"), ["root"]),
        (("--few-codes",), []),
        (("--disabled",), ["bob.smith"]),
        (("--locked",), []),
        (("--search", "nobody"), []),
        (("--sort", "last-login"), ["alice", "bob.smith", "root"]),
    ):
        assert [row["username"] for row in shell.json(*where, "account", "list", *options)] == expected, (
            options
        )
    table = shell.run(*where, "account", "list", "--role", "user", "--sort", "username")
    assert [row.split()[0] for row in table.out.splitlines()] == ["USERNAME", "alice", "bob.smith"]
    assert shell.run(*where, "account", "list", "--2fa", "maybe").status == 2


def test_a_search_that_stopped_looking_says_so(shell: Shell) -> None:
    desk = Desk(shell.home)
    add(desk, *(Person(f"m{number:04}") for number in range(1001)))
    desk.services.close()
    listed = shell.run(*at(desk, shell), "account", "list", "--search", "m")
    assert (listed.status, len(listed.out.splitlines())) == (0, 1001)
    assert listed.err == "twofold: There may be more: only 1,000 accounts were looked at. Narrow it down.\n"


def test_foreign_text_reaches_the_terminal_harmless(shell: Shell) -> None:
    shell.create("bob")
    # Older stores, or another program, may hold what is refused today.
    with sqlite3.connect(shell.store) as connection:
        connection.execute("UPDATE account SET display_name = ?", ("x\x1b]52;c;YQ\x07\u202ey",))
    connection.close()
    for command in (("list",), ("list", "--json"), ("show", "bob"), ("show", "bob", "--json")):
        out = shell.run("account", *command).out
        assert out.isascii()
        assert out.replace("\n", "").isprintable()
    assert "x<U+001B>]52;c;YQ<U+0007><U+202E>y" in shell.run("account", "list").out
    assert shell.json("account", "show", "bob")["display_name"] == "x\x1b]52;c;YQ\x07\u202ey"


def test_show_says_how_an_account_stands(shell: Shell) -> None:
    desk = enrolled(shell)
    where = at(desk, shell)
    shown = shell.run(*where, "account", "show", "ALICE").out
    lines = dict(line.split("  ", 1) for line in shown.splitlines())
    lines = {label: value.strip() for label, value in lines.items()}
    assert lines["Username"] == "alice"
    assert re.match(r"on since .*, 10 backup codes left of set ", lines["2FA"])
    assert lines["Locked"] == "no"
    assert lines["Created"].endswith("+02:00")
    asked = shell.json(*where, "account", "show", "alice")
    assert (asked["second_factor"], asked["backup_codes_left"]) == ("on", 10)
    assert asked["created_at"].endswith("+00:00")


@pytest.mark.parametrize("command", ["show", "unlock", "reset-2fa"])
def test_who_is_not_there_is_said(shell: Shell, command: str) -> None:
    shell.create()
    why = WHY if command == "reset-2fa" else ()
    refused = shell.run("account", command, "bob\x1b[31m", *why)
    assert (refused.status, refused.out) == (1, "")
    assert refused.err == "twofold: There is no account bob<U+001B>[31m.\n"


def test_unlock_says_which_locks_there_were(shell: Shell) -> None:
    shell.create()
    none = shell.run("account", "unlock", "alice")
    assert (none.status, none.out) == (0, "alice had no lock. Wrong tries so far no longer count.\n")
    services = opened(shell)
    for _ in range(7):
        try:
            services.sign_in.check_password(Visitor("host/mallory"), "alice", "wrong")
        except Locked:
            break
        except TwofoldError:
            continue
    services.close()
    lifted = shell.run("account", "unlock", "Alice")
    assert lifted.status == 0
    assert lifted.out.startswith("Lifted for alice: password (for ")
    assert shell.json("account", "show", "alice")["locked_seconds"]["password"] == 0


def test_unlock_says_that_a_disabled_factor_stays_so(shell: Shell) -> None:
    desk = enrolled(shell)
    with sqlite3.connect(desk.folder / "data" / "twofold.db") as connection:
        connection.execute("UPDATE authenticator SET disabled_at = 1")
    connection.close()
    where = at(desk, shell)
    unlocked = shell.run(*where, "account", "unlock", "alice")
    assert unlocked.status == 0
    assert "Still switched off after 100 wrong tries in a row: authentication codes." in unlocked.out
    assert "twofold account reset-2fa alice" in unlocked.out
    assert "authentication codes (100 wrong tries" in shell.run(*where, "account", "show", "alice").out


def test_reset_prints_a_code_that_works_and_what_to_do(shell: Shell) -> None:
    desk = enrolled(shell)
    where = at(desk, shell)
    reset = shell.run(*where, "account", "reset-2fa", "ALICE", *WHY)
    assert (reset.status, reset.err) == (0, "")
    for part in ("valid for 1 hour", "only now", "password", "logged out everywhere", "alice"):
        assert part in reset.out
    assert "see who it is first" in shell.run("account", "reset-2fa", "--help").out
    [line] = [line for line in reset.out.splitlines() if "Reset code: " in line]
    code = line.split(": ")[1]
    # At the program's own costs: those of a code's digest stand nowhere in the store.
    services = open_services(desk.settings, now_clock())
    waiting = services.sign_in.check_password(Visitor("host/alice"), "alice", PASSWORD)
    assert services.reset.use_code(waiting.token, code)
    services.close()
    again = shell.run(*where, "account", "reset-2fa", "alice", *WHY)
    assert again.status == 0
    assert code not in again.out


def test_what_to_do_after_a_reset_fits_80_columns_with_the_longest_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "maria.papadopoulou+night@example-corp.gr"
    services = MagicMock()
    services.accounts.show.return_value.username = name
    services.reset.reset_two_factor.return_value = "7K3Q-9WZD-M2FT-XA5C"
    monkeypatch.setattr(accounts, "open_store", lambda _: nullcontext((services, None)))
    accounts.reset_two_factor(Namespace(name=name, reason="lost"))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert "    Reset code: 7K3Q-9WZD-M2FT-XA5C" in lines


def test_there_is_nothing_to_reset_where_2fa_is_off(shell: Shell) -> None:
    shell.create()
    refused = shell.run("account", "reset-2fa", "alice", *WHY)
    assert (refused.status, refused.out) == (1, "")
    assert "2FA is off" in refused.err


def test_who_did_it_is_the_kernels_word_not_a_variable(shell: Shell) -> None:
    name = pwd.getpwuid(os.getuid()).pw_name
    liar = {"USER": "mallory", "LOGNAME": "mallory", "SUDO_USER": "mallory", "HOSTNAME": "elsewhere"}
    assert shell.run("account", "create", "alice", typed=PASSWORD, env=liar).status == 0
    with sqlite3.connect(shell.store) as connection:
        actors = {actor for (actor,) in connection.execute("SELECT actor FROM audit_event")}
    connection.close()
    assert {actor.partition("@")[0] for actor in actors} == {f"shell:{name}"}
    assert not any("elsewhere" in actor or "mallory" in actor for actor in actors)


def test_a_lost_reader_and_a_full_disk_show_no_traceback(shell: Shell) -> None:
    shell.create()
    launcher = str(shell.launcher)
    ended = shell.run_any(["/bin/bash", "-c", f"'{launcher}' account list | true; echo ${{PIPESTATUS[0]}}"])
    assert (ended.out.strip() in {"0", "141"}, ended.err) == (True, "")
    if Path("/dev/full").exists():
        full = shell.run_any(["/bin/sh", "-c", f"'{launcher}' account list >/dev/full"])
        assert full.status == 1
        assert full.err.count("\n") == 1
        assert "No space left" in full.err
