"""What others wrote into the store, a path or a variable is text on the screen and nothing else."""

import re

import pytest

from tests.attacks.outside import ANSWERABLE, commands, is_fine
from tests.attacks.steps import arrive
from tests.bound import bind_again
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

BIDI = "\u202e\u2066\u2069\u200b\u200f\ufeff\u2028\u2029\u00ad"
C1 = "\x9b31m\x9d0;X\x9c\x90\x85"
LINK = "[@click=app.leave]leave[/]"
ESCAPES = "\x1b]52;c;UFdORUQ=\x07\x1b]0;OWNED\x07\x1b[6n\x1b[2J\x1b]8;;http://x\x1b\\\x1b[5m\x08\r\n\x00\x7f"
HOSTILE = (ESCAPES, C1, BIDI, LINK, "[/]", "[bold red")
MARKS = "abcdef"
"""What stands behind each of them, so that the test sees that it was shown at all."""
UNSEEN = [character.encode() for character in BIDI + "\x80\x85\x90\x9b\x9c\x9d\x00\x07\x08\x7f"]


def gave_nothing_away(raw: bytes) -> None:
    """Nothing came out that a terminal acts on, but what the console draws with."""
    assert commands(raw) == []
    assert ANSWERABLE.search(raw) is None
    assert b"\x1b[5m" not in raw
    assert raw.count(b"\x1b[2J") == 1, "only at the end"
    drawn = re.sub(rb"\x1b\]22;[a-z-]+\x07", b"", raw)
    assert [piece for piece in UNSEEN if piece in drawn] == []


def poison(machine: Machine) -> None:
    """Put hostile text wherever the store has text that a screen shows."""
    first = MARKS[0] + HOSTILE[0]
    machine.change("UPDATE account SET display_name = ?, number = ?", first + LINK, "b" + C1 + LINK)
    machine.change("INSERT INTO call_forwarding SELECT id, ?, created_at FROM account", "c" + ESCAPES + "[/]")
    for row, text in enumerate(HOSTILE):
        machine.change(
            "INSERT INTO call (account_id, at, direction, number, seconds) "
            "SELECT id, (SELECT max(created_at) FROM session), 'in', ?, ? "
            "FROM account WHERE username = 'alice'",
            MARKS[row] + text,
            row,
        )
        machine.change(
            "INSERT INTO session (id, account_id, digest, kind, source, kiosk, by_backup_code, spent_tries, "
            "created_at, last_seen_at, stepped_up_at, mac) SELECT ?, account_id, ?, kind, ?, 0, 0, 0, created_at, "
            "last_seen_at, stepped_up_at, x'' FROM session WHERE ended_at IS NULL ORDER BY id LIMIT 1",
            1000 + row,
            bytes([row]) * 32,
            MARKS[row] + text[:12] + "!",
        )
    machine.change("UPDATE audit_event SET actor = ?, source = ?, detail = ?", first, "b" + C1, "c" + BIDI)
    machine.change("UPDATE throttle SET source = 'x' || source || ?", ESCAPES)


def look_at_everything(console: Console, name: str) -> None:
    """Open each screen of a session, from Home back to Home."""
    console.click("Call forwarding")
    console.wait_for("Forward to")
    console.press("esc")
    console.click("Call history")
    console.wait_for("1-6 of 6")
    for _ in range(5):
        console.press("down")
    console.click("Show whole numbers")
    console.wait_for("Hide numbers again")
    console.resize(80, 24)
    console.press("end", "f1")
    console.wait_for("Help: ")
    console.press("esc", "esc")
    arrive(console, "Home")
    console.choose(name, "Settings")
    console.click("Sessions")
    console.wait_for("Log out everywhere else")


def test_no_stored_escape_bidi_or_markup_leaves_the_program_as_it_is(machine: Machine) -> None:
    """T1, T2, T4."""
    with machine.open(columns=120, rows=30) as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("Call history")
        poison(machine)
        console.choose("alice", "Settings")
        console.wait_for("Your account")
        console.press("esc")
        console.wait_for("to c<U+001B>]52")
        look_at_everything(console, "alice")
        console.wait_for("<U+202E>")
        console.wait_for("[@click=app.")
        console.click("[@click=app.")
        console.wait_still()
        is_fine(console)
        console.press("esc")
        # The username is ASCII by rule, so this takes somebody who writes to the store, and has its key.
        with machine.past() as (services, _):
            name = "\x1b]52;c;UFdORUQ=\x07\u202e[/]"
            bind_again(services, "UPDATE account SET username = ? WHERE username = 'alice'", name)
        console.wait_for("Change password")
        console.press("esc")
        console.wait_for("<U+001B>]52;c;UFdORUQ=<U+0007><U+202E>[/] ▼")
        console.click("Settings")
        console.click("Enable 2FA")
        # No URI is made of such a name.
        console.wait_for("Welcome")
        console.press("ctrl+q")
        assert console.wait_exit() == 0
        gave_nothing_away(bytes(console.raw))


def test_no_command_prints_what_is_stored_as_it_is(machine: Machine) -> None:
    """T1, T2: the output of commands goes to a terminal too."""
    poison(machine)
    for command in ("account list", "account show alice --json"):
        with machine.open(*command.split(), columns=300) as console:
            assert console.wait_exit() == 0
            assert b"U+001B" in console.raw or b"u001b" in console.raw
            assert not any(piece in console.raw for piece in [b"\x1b", *UNSEEN])
    with machine.open("audit", "verify") as console:
        assert console.wait_exit() == 1
        assert b"\x1b" not in console.raw


def test_no_path_argument_or_configuration_is_printed_as_it_is(machine: Machine) -> None:
    """T1: where the store is, what the terminal is called, how the console is named."""
    evil = "\x1b]0;OWNED\x07\u202e\x9b31m"
    by_name = machine.home / f"{evil}.toml"
    by_name.write_text("issuer = [")
    lines = [
        ("--store", f"sqlite:///{machine.home}/{evil}/x.db", "account", "list"),
        ("--config", str(machine.home / f"no{evil}"), "account", "list"),
        ("--config", str(by_name), "account", "list"),
        ("account", "show", evil),
        ("store", "backup", f"{machine.home}/{evil}/b"),
    ]
    for text in ('"\\u001b]0;OWNED\\u0007\\u202e" = 1', 'issuer = "\\u001b]0;OWNED\\u0007"'):
        file = machine.home / f"c{len(lines)}.toml"
        file.write_text(text)
        lines.append(("--config", str(file), "account", "list"))
    for line in lines:
        with machine.open(*line) as console:
            assert console.wait_exit() in {1, 2, 3}, line
            assert b"Traceback" not in console.raw
            assert b"\x1b" not in console.raw, line
            assert not any(character.encode() in console.raw for character in "\u202e\x9b\x07"), line


def test_a_hostile_name_of_the_terminal_comes_out_nowhere(machine: Machine) -> None:
    """T1, T8: TERM, and what else names the terminal."""
    evil = "xterm\x1b]0;OWNED\x07"
    names = (
        "TERM",
        "COLORTERM",
        "TERM_PROGRAM",
        "LC_TERMINAL",
        "LANG",
        "LC_ALL",
        "NO_COLOR",
        "USER",
        "ESCDELAY",
    )
    with Console([str(machine.launcher)], env={**machine.env, **dict.fromkeys(names, evil)}) as console:
        console.wait_for("Username")
        console.press("ctrl+q")
        assert console.wait_exit() == 0
        assert b"OWNED" not in console.raw


@pytest.mark.parametrize("name", ["\u0430lice", "a\u202ecila", "[bold]", "\uff21lice"])
def test_a_name_that_looks_like_another_is_refused(machine: Machine, name: str) -> None:
    """T2, T3."""
    with machine.open("account", "create", name) as console:
        assert console.wait_exit() == 1, console.text()
        assert console.raw.count(b"\n") == 1
    assert machine.rows("SELECT count(*) FROM account") == [(2,)]


def test_capitals_and_spaces_around_a_name_make_no_second_account(machine: Machine) -> None:
    """T3."""
    with machine.open("account", "create", "ALICE") as console:
        assert console.wait_exit() == 1
        assert console.shows("There is, or was, an account alice")
    with machine.open() as console:
        console.log_in("ALICE", PASSWORD)
        console.wait_for("alice ▼")


def test_long_wide_and_stacked_text_moves_nothing_and_hangs_nothing(machine: Machine) -> None:
    """T24."""
    texts = [
        "9" * 10_000,
        "e" + "\u0301" * 500,
        "漢字" * 400,
        "👨\u200d👩\u200d👧" * 100,
        "\u1100" * 300,
        "+30 697 123 4567",
    ]
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("Call history")
        for text in texts:
            machine.change(
                "INSERT INTO call (account_id, at, direction, number, seconds) "
                "SELECT id, created_at, 'in', ?, 7 FROM account WHERE username = 'alice'",
                text,
            )
        machine.change("UPDATE account SET display_name = ?, number = ?", texts[1] * 20, texts[0])
        machine.change("UPDATE session SET source = ?", texts[2])
        console.click("Call history")
        console.wait_for("1-6 of 6")
        rows = console._emulator.places("7 s")
        assert len(rows) == 6
        assert len({column for column, _ in rows}) == 1
        console.press("esc")
        arrive(console, "Home")
        console.choose("alice", "Settings")
        console.click("Sessions")
        console.wait_for("this one")
        assert len(console.text()[0].rstrip()) <= 80
