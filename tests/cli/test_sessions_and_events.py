"""`twofold account disable|enable`, `session` and `audit list|export`, as an operator types them."""

import csv
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_account import opened
from tests.desk import HERE, PASSWORD, SHELL


@pytest.fixture
def made(shell: Shell) -> Shell:
    """A shell whose home has a store; alice is logged in."""
    services = opened(shell)
    for name in ("alice", "root"):
        services.accounts.create(SHELL, name, PASSWORD, operator=name == "root")
    services.sign_in.check_password(HERE, "alice", PASSWORD)
    services.close()
    return shell


WHY = ("--reason", "lost the laptop")
LAST = "twofold: Nobody else could look after accounts then. Make another operator first.\n"


def test_an_account_is_disabled_with_a_reason_and_enabled_again(made: Shell) -> None:
    without = made.run("account", "disable", "alice")
    assert without.status == 2
    assert "--reason" in without.err
    done = made.run("account", "disable", "alice", "--reason", "left the company")
    assert done.status == 0
    assert done.out.startswith("alice is disabled and logged out everywhere.")
    assert "twofold account enable alice" in done.out
    assert made.run("session", "list").out == "Nobody is logged in.\n"
    assert "user, disabled" in made.run("account", "list").out
    again = made.run("account", "disable", "alice", "--reason", "x")
    assert (again.status, again.err) == (1, "twofold: This account is disabled already.\n")
    last = made.run("account", "disable", "root", "--reason", "x")
    assert (last.status, last.err) == (1, LAST)
    assert made.run("account", "enable", "alice").out.startswith("alice is enabled: ")


def test_who_is_logged_in_is_seen_and_ended(made: Shell) -> None:
    heading, line = made.run("session", "list").out.splitlines()
    assert heading.split()[:2] == ["ID", "USERNAME"]
    number, *told = line.split()
    assert told[:2] == ["alice", "full"]
    [session] = made.json("session", "list", "alice")
    assert (session["id"], session["source"]) == (int(number), "host/alice")
    assert made.run("session", "end", "--id", number, *WHY).out == f"Session {number} of alice has ended.\n"
    gone = made.run("session", "end", "--id", number, *WHY)
    assert (gone.status, gone.err) == (1, "twofold: That session has ended already.\n")
    assert made.run("session", "end", "alice", *WHY).out == "alice is logged out everywhere.\n"
    assert made.run("session", "list", "alice").out == "No session is open.\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("session", "end", *WHY), "one of the arguments NAME --id is required"),
        (("session", "end", "alice"), "--reason"),
        (("session", "end", "alice", "--id", "1"), "not allowed with"),
        (("session", "end", "--id", "9" * 40), "is no number from 1 on"),
        (("audit", "list", "--last", "0"), "0 is no number from 1 on"),
        (("audit", "list", "--since", "yesterday"), "yesterday is no time such as 2026-11-24"),
        (("audit", "list", "--until", "0001-01-01"), "0001-01-01 is no time such as 2026-11-24"),
    ],
)
def test_what_makes_no_sense_is_said(made: Shell, arguments: tuple[str, ...], says: str) -> None:
    ended = made.run(*arguments)
    assert ended.status == 2
    assert says in ended.err


def test_the_last_events_are_listed_with_the_newest_at_the_bottom(made: Shell) -> None:
    heading, *lines = made.run("audit", "list", "--last", "2").out.splitlines()
    assert heading.split() == ["SEQ", "AT", "EVENT", "OUTCOME", "ACTOR", "ACCOUNT", "SOURCE", "DETAIL"]
    assert [line.split()[0] for line in lines] == ["3", "4"]
    events = made.json("audit", "list", "--account", "alice", "--event", "logged in")
    assert [(each["seq"], each["actor"], each["at"][-6:]) for each in events] == [(4, "alice", "+00:00")]
    nobody = made.run("audit", "list", "--account", "nobody")
    assert (nobody.status, nobody.err) == (1, "twofold: There is no account nobody.\n")


def test_an_export_is_its_owners_alone_and_safe_to_open_anywhere(made: Shell) -> None:
    services = opened(made)
    with services.core.unit() as unit:
        for detail in ("=HYPERLINK(1)", "+1", "-1", "@x", "\x1b]0;x\x07", 'a,"b"\n'):
            unit.record("crashed", actor="console", source="host", detail=detail)
    services.close()
    file = made.home / "audit.csv"
    done = made.run("audit", "export", str(file))
    assert done.out == f"10 events written to {file}.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open(newline="") as lines:
        heading, *cells = list(csv.reader(lines))
    assert heading[:3] == ["seq", "at", "event"]
    assert [row[-1] for row in reversed(cells)][4:] == [
        *("'=HYPERLINK(1)", "'+1", "'-1", "'@x", "<U+001B>]0;x<U+0007>", 'a,"b"<U+000A>'),
    ]
    assert "\x1b" not in file.read_text()
    again = made.run("audit", "export", str(file))
    assert (again.status, again.err) == (1, f"twofold: The file cannot be made: {file}: File exists.\n")
    jsonl = made.home / "audit.jsonl"
    made.run("audit", "export", str(jsonl), "--format", "jsonl", "--event", "crashed")
    assert [json.loads(line)["detail"] for line in jsonl.read_text().splitlines()][-1] == "=HYPERLINK(1)"
    none = made.run("audit", "export", str(made.home / "none.csv"), "--account", "nobody")
    assert none.status == 1
    assert not (made.home / "none.csv").exists()
    assert made.run("audit", "export", str(Path("/nowhere/x"))).status == 1


def test_no_text_that_is_stored_makes_a_line_of_a_list(made: Shell) -> None:
    forged = "lost\n9  2026-11-24 12:00+00:00  logged in  done\r\x0b\x85\u2028x"
    services = opened(made)
    services.access.lock(SHELL, "alice", timedelta(hours=1), "lost")
    with services.core.unit() as unit:
        unit.record("crashed", actor="console", source=forged, detail=forged)
    services.close()
    with closing(sqlite3.connect(made.store)) as connection, connection:
        connection.execute("UPDATE account SET display_name = ?, lock_reason = ?", (forged, forged))
        connection.execute("UPDATE session SET source = ?", (forged,))
    events = len(made.json("audit", "list"))
    for command, lines in (
        (("audit", "list"), events + 1),
        (("account", "list"), 3),
        (("account", "show", "alice"), len(made.run("account", "show", "root").out.splitlines())),
        (("session", "list"), 1 if "Nobody" in made.run("session", "list").out else 2),
    ):
        out = made.run(*command).out
        assert out.count("\n") == len(out.splitlines()) == lines, command
