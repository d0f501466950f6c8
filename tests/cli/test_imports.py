"""Imports and the export of accounts: files of any kind, and what is said about them."""

import csv
import io
import os
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from store.services.principals import Visitor
from tests.cli.shell import PASSWORD, Shell
from tests.cli.test_account import opened
from tests.honesty import ROOT, tables
from tests.leaks.forms import Kind
from tests.leaks.record import note
from tests.terminal.terminal import Terminal
from tui.cli import account_files, call_files, csv_rows

HERE = Visitor("host/alice")
GOOD = "username,display_name,number,role\nalice,Alice Ä,+30 697 123 4567,operator\nbob,,,\n"


@pytest.fixture
def made(shell: Shell) -> Shell:
    """A shell whose store has an operator."""
    shell.create("root", "--operator")
    return shell


def file(shell: Shell, content: str | bytes, name: str = "people.csv") -> str:
    path = shell.home / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def passwords(shell: Shell, name: str = "people.passwords.csv") -> dict[str, str]:
    """What the file says: the last line of a name counts."""
    heading, *lines = (shell.home / name).read_text().splitlines()
    assert heading == "username,activation_password"
    found = dict(line.split(",") for line in lines if line.count(",") == 1)
    for password in list(found.values())[:10]:
        note(Kind.ACTIVATION, password)
    return found


def names(shell: Shell) -> list[str]:
    with closing(sqlite3.connect(shell.store)) as connection:
        return [name for (name,) in connection.execute("SELECT username FROM account ORDER BY id")]


def test_accounts_go_in_and_their_passwords_to_a_file_of_ones_own(made: Shell) -> None:
    done = made.run("account", "import", file(made, GOOD))
    where = made.home / "people.passwords.csv"
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(
        f"Made 2 accounts; 0 were there already.\nTheir activation passwords are in {where}\n"
    )
    assert stat.S_IMODE(where.stat().st_mode) == 0o600
    assert [*passwords(made)] == ["alice", "bob"]
    services = opened(made)
    assert services.sign_in.check_password(HERE, "bob", passwords(made)["bob"].lower().replace("-", " "))
    services.close()
    written = where.read_bytes()
    again = made.run("account", "import", file(made, GOOD))
    assert (again.status, again.out, again.err) == (0, "Made 0 accounts; 2 were there already.\n", "")
    assert where.read_bytes() == written


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        'Role, Number ,USERNAME,display_name\noperator,\'+306971234567,Alice,"Alice Ä"\n\n  \nuser,,bob,\n',
    ],
    ids=["a mark in front", "another system's lines", "another order"],
)
def test_a_file_may_be_written_in_another_way(made: Shell, content: str) -> None:
    assert made.run("account", "import", file(made, content)).status == 0
    view = made.json("account", "show", "alice")
    assert (view["display_name"], view["own_number"], view["role"]) == (
        "Alice Ä",
        "+306971234567",
        "operator",
    )
    assert names(made) == ["root", "alice", "bob"]


def test_a_dry_run_says_what_would_be_and_changes_nothing(made: Shell) -> None:
    done = made.run("account", "import", file(made, f"{GOOD}root,,,operator\n"), "--dry-run")
    assert (done.status, done.err) == (0, "")
    assert done.out == "Would make 2 accounts; 1 are there already. Nothing was changed.\n"
    assert names(made) == ["root"]
    assert not (made.home / "people.passwords.csv").exists()


HOSTILE = [
    (b"eve,\x1b]52;c;YQ\x07,,", "That holds a character that can't be shown."),
    ("eve,a\u202eb,,".encode(), "That holds a character that can't be shown."),
    (b"eve,=HYPERLINK(1),,", "A display name does not begin like a formula of a spreadsheet."),
    (b"eve,'=HYPERLINK(1),,", "A display name does not begin like a formula of a spreadsheet."),
    (b"=cmd|x,,,", "A username is made of a-z, 0-9 and . _ - + @ only."),
    (b"eve," + b"x" * 10**6 + b",,", "The line is longer than any row."),
    (b"eve,\0,,", "The line holds a NUL character."),
    (b"eve,\xff,,", "The line is not UTF-8 text."),
    (b'eve,"a,,', "The quotation marks do not match."),
    (b"eve,", "The line has more or fewer cells than the first line."),
    (b"eve,,,,,", "The line has more or fewer cells than the first line."),
    (b"bob,,,", "The same username stands in line 3."),
    (b"root,,,", "There is an account of this username with another name, number or role."),
    (b"eve,,12,", "The country code is missing. Put it in front."),
    (b"eve,,,boss", "The role is neither user nor operator."),
]  # fmt: skip


def test_each_hostile_line_is_told_with_the_reason_and_no_other_is_kept_out(made: Shell) -> None:
    content = GOOD.encode() + b"".join(line + b"\n" for line, _ in HOSTILE) + b"carla,,,"
    rejects = made.home / "rejects.csv"
    for there in (0, 3):
        done = made.run("account", "import", file(made, content), "--rejects", str(rejects))
        assert (done.status, done.out.splitlines()[0]) == (
            1,
            f"Made {3 - there} accounts; {there} were there already.",
        )
        *told, last = done.err.splitlines()
        expected = [f"line {number}: {reason}" for number, (_, reason) in enumerate(HOSTILE, 4)]
        assert told == [f"twofold: {line}" for line in expected]
        assert last == f"twofold: {len(HOSTILE)} lines were refused. Mend them and run it again."
        assert done.err.replace("\n", "").isprintable()
        heading, *written = csv.reader(io.StringIO(rejects.read_text()))
        assert heading == ["line", "reason"]
        assert [f"line {line}: {reason}" for line, reason in written] == expected
    assert names(made) == ["root", "alice", "bob", "carla"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "does not; is the file CSV, and UTF-8?"),
        (b"alice\nbob\n", "does not; is the file CSV, and UTF-8?"),
        (b"username;role\nalice;user\n", "does not; is the file CSV, and UTF-8?"),
        ("username,role\nalice,user\n".encode("utf-16"), "does not; is the file CSV, and UTF-8?"),
        (b"x" * 10**6, "does not; is the file CSV, and UTF-8?"),
        (b"username,passw\x1brd\nalice,x\n", "There is another one: passw<U+001B>rd"),
        (b"username,Username\nalice,bob\n", "Here one is named twice."),
        (b"role,number\nuser,\n", "Missing: username"),
    ],
)
def test_a_first_line_that_does_not_name_the_columns_is_told(made: Shell, content: bytes, says: str) -> None:
    done = made.run("account", "import", file(made, content))
    assert (done.status, done.out, done.err.count("\n")) == (1, "", 1)
    assert "The first line has to name the columns, separated by commas: username,display_name" in done.err
    assert says in done.err
    assert names(made) == ["root"]


def test_a_line_takes_no_more_memory_than_a_row() -> None:
    flood = io.BytesIO(b"username\n" + b"x" * (8 * csv_rows.LONGEST) + b"\nalice\n")
    longest = 0
    readline = flood.readline

    def counted(size: int | None = -1, /) -> bytes:
        nonlocal longest
        line = readline(size)
        longest = max(longest, len(line))
        return line

    flood.readline = counted  # type: ignore[method-assign]
    refused, alice = csv_rows.read(flood, ("username",))
    assert alice == (3, {"username": "alice"})
    assert not isinstance(refused, tuple)
    assert longest <= csv_rows.LONGEST + 1


def test_a_file_of_something_else_is_never_written_to(made: Shell) -> None:
    people = file(made, GOOD)
    other = file(made, "username,password\nalice,x\n", "mine.csv")
    os.chmod(other, 0o600)  # noqa: PTH101
    shared = file(made, "username,activation_password\n", "shared.csv")
    os.chmod(shared, 0o644)  # noqa: PTH101
    (made.home / "link.csv").symlink_to(made.home / "elsewhere.csv")
    os.mkfifo(made.home / "pipe.csv", 0o600)
    for name, says in (
        (other, "There is another file already"),
        (people, "Others can read or write the file"),
        (shared, "Others can read or write the file"),
        ("link.csv", "cannot be opened: link.csv: "),
        ("pipe.csv", "Others can read or write the file"),
        ("/nowhere/x", "cannot be opened: /nowhere/x: No such file"),
    ):
        for option in ("--passwords", "--rejects"):
            done = made.run("account", "import", people, option, name)
            assert (done.status, done.out, done.err.count("\n")) == (1, "", 1), name
            assert says in done.err
    assert names(made) == ["root"]
    assert Path(other).read_text() == "username,password\nalice,x\n"
    assert not (made.home / "elsewhere.csv").exists()


def test_what_is_no_file_is_told(made: Shell) -> None:
    for name, why in (("nowhere.csv", "No such file or directory"), (".", "Is a directory")):
        done = made.run("account", "import", name)
        assert (done.status, done.out, done.err) == (
            1,
            "",
            f"twofold: The file cannot be read: {name}: {why}.\n",
        )


def test_calls_go_in_once_and_bad_ones_are_told(made: Shell) -> None:
    calls = file(
        made,
        "at,username,direction,number,seconds\n"
        "2026-11-24T14:00:00+02:00,root,in,'+306971234567,61\n"
        "2026-11-24T12:00:00Z,ROOT,in,+306971234567,61\n"
        "2026-11-24T12:00:00Z,root,missed,,\n"
        "2026-11-24T12:00:00Z,eve\x1b,missed,,\n"
        "2026-11-24T12:00:00,root,missed,,\n",
        "calls.csv",
    )
    first = made.run("call-history", "import", calls, "--dry-run")
    assert (first.status, first.out) == (1, "Would add 2 calls; 1 are there already. Nothing was changed.\n")
    for said in ("Added 2 calls; 1 were there already.\n", "Added 0 calls; 3 were there already.\n"):
        done = made.run("call-history", "import", calls)
        assert (done.status, done.out) == (1, said)
        assert done.err == (
            "twofold: line 5: A username is made of a-z, 0-9 and . _ - + @ only.\n"
            "twofold: line 6: The time is none like 2026-11-24T14:00:00+02:00.\n"
            "twofold: 2 lines were refused. Mend them and run it again.\n"
        )
    missing = made.run("call-history", "import", file(made, "username,at\nroot,x\n", "other.csv"))
    assert (missing.status, "Missing: direction,number,seconds" in missing.err) == (1, True)


def test_the_export_is_ones_own_safe_to_open_anywhere_and_without_secrets(made: Shell) -> None:
    made.run("account", "import", file(made, GOOD))
    with closing(sqlite3.connect(made.store)) as connection, connection:
        connection.execute("UPDATE account SET display_name = ? WHERE username = 'bob'", ("=1+1\x1b[2J",))
    out = made.home / "out.csv"
    done = made.run("account", "export", str(out))
    assert (done.status, done.out) == (0, f"3 accounts written to {out}.\n")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with out.open(newline="") as lines:
        heading, *cells = list(csv.reader(lines))
    assert heading == [
        *("username", "display_name", "number", "role", "enabled", "second_factor"),
        *("backup_codes_left", "created_at", "last_login_at"),
    ]
    assert [row[:7] for row in cells] == [
        ["alice", "Alice Ä", "'+306971234567", "operator", "yes", "off", ""],
        ["bob", "'=1+1<U+001B>[2J", "", "user", "yes", "off", ""],
        ["root", "", "", "operator", "yes", "off", ""],
    ]
    assert made.run("account", "export", "-").out == out.read_bytes().decode()
    again = made.run("account", "export", str(out))
    assert (again.status, again.err) == (1, f"twofold: The file cannot be made: {out}: File exists.\n")
    with closing(sqlite3.connect(made.store)) as connection:
        hashes = [found for (found,) in connection.execute("SELECT password_hash FROM account")]
    assert not any(each in out.read_text() for each in [PASSWORD, *hashes, *passwords(made).values()])


def test_names_that_begin_with_a_full_width_sign_are_marked_in_an_export_and_come_back_as_they_were(
    made: Shell,
) -> None:
    names = [
        "\uff1d1+1",
        "\uff0b30",
        "\uff0dx",
        "\uff20home",
        "\ufe661",
        "\u22125",
        "'\uff1d1",
        "''\uff1d1",
        "'no sign",
        "Alice",
    ]
    with closing(sqlite3.connect(made.store)) as connection, connection:
        given = "".join(f"row{number},,,\n" for number in range(len(names)))
        assert (
            made.run("account", "import", file(made, f"username,display_name,number,role\n{given}")).status
            == 0
        )
        for number, name in enumerate(names):
            change = "UPDATE account SET display_name = ? WHERE username = ?"
            connection.execute(change, (name, f"row{number}"))
    cells = list(csv.reader(made.run("account", "export", "-").out.splitlines()))
    shown = [row[1] for row in cells if row[0].startswith("row")]
    assert shown == [*(f"'{name}" for name in names[:8]), *names[8:]]
    again = made.home / "again.csv"
    with again.open("w", newline="") as lines:
        csv.writer(lines).writerows(row[:4] for row in cells)
    done = made.run("account", "import", str(again))
    assert (done.status, done.err) == (0, "")
    assert f"{len(names) + 1} were there already" in done.out


def test_a_terminal_sees_how_far_it_is_and_the_first_bad_lines(made: Shell) -> None:
    bad = "".join(f"bad name {number},,,\n" for number in range(30))
    argv = [str(made.launcher), "account", "import", file(made, GOOD + bad)]
    with Terminal(argv, env=made.env, cwd=made.home) as terminal:
        terminal.wait_exit()
        shown = terminal.raw.decode()
    assert "100%" in shown
    assert shown.count("twofold: line ") == 20
    assert "10 more lines were refused. --rejects FILE keeps all of them." in shown
    assert "twofold: 30 lines were refused." in shown


def test_the_columns_that_are_taken_in_are_those_that_the_page_names() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    [table] = [rows for heading, rows in tables(page) if heading == ["column", "what"]]
    named = [column for _, (columns, _) in table for column in re.findall(r"`(\w+)`", columns)]
    assert named == ["username", *account_files.COLUMNS]
    [calls] = [each for each in page.split("\n\n") if each.startswith("`twofold call-history import")]
    said = " ".join(
        re.sub(r"\([^)]*\)", "", calls.partition("Columns: ")[2].partition(". The same")[0]).split()
    )
    assert re.findall(r"`(\w+)`", said) == [*call_files.COLUMNS]
