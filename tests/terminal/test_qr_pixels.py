"""The QR in a real terminal, read back from its pixels by independent readers."""

from __future__ import annotations

import sys

import pytest

from tests.terminal.authenticator import Phone
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tests.terminal.pixels import agreed, picture, read_qr
from tests.terminal.qr_host import KEY, NAMES, uri_parts
from tests.terminal.terminal import Terminal

SIZES = [(80, 24), (100, 30), (120, 40)]
CELLS = [((7, 14), 0), ((8, 17), 1), ((10, 18), 2), ((10, 20), 0), ((10, 23), 2)]


def host(username: str, columns: int, rows: int, **env: str | None) -> Terminal:
    program = [sys.executable, "-X", "utf8", "-m", "tests.terminal.qr_host", username]
    return Terminal(program, columns=columns, rows=rows, env=env)


@pytest.mark.parametrize("length", NAMES)
def test_the_qr_reads_back_exactly_at_every_size_and_theme(length: int) -> None:
    uri = "".join(uri_parts(NAMES[length]))
    with host(NAMES[length], *SIZES[0]) as terminal:
        for theme in ("dark", "light"):
            for columns, rows in SIZES:
                terminal.resize(columns, rows)
                terminal.wait_for(f"{columns}x{rows} textual-{theme}")
                terminal.wait_still()
                for cell, gap in CELLS if (columns, rows) == SIZES[0] else CELLS[3:4]:
                    readings = read_qr(picture(terminal.screen, cell, gap))
                    assert agreed(readings) == uri, (theme, columns, rows, cell, gap, readings)
            terminal.press("t")
    phone = Phone(uri)
    assert (phone.username, phone.key) == (NAMES[length], KEY)


def test_at_60x20_there_is_no_qr_until_it_may_stand_alone() -> None:
    with host("alice", 60, 20) as terminal:
        terminal.wait_for("60x20")
        terminal.wait_still()
        assert not terminal.shows("▀")
        terminal.press("f2")
        terminal.wait_gone("60x20")
        terminal.wait_still()
        assert agreed(read_qr(picture(terminal.screen))) == "".join(uri_parts("alice"))


@pytest.mark.parametrize(
    "env",
    [
        {"NO_COLOR": "1"},
        {"COLORTERM": None},
        {"COLORTERM": None, "TERM": "xterm"},
        {"COLORTERM": None, "TERM": "vt100"},
    ],
    ids=["NO_COLOR", "256 colours", "16 colours", "vt100"],
)
def test_poor_colours_still_read_back(env: dict[str, str | None]) -> None:
    with host("alice", 80, 24, **env) as terminal:
        terminal.wait_for("80x24")
        terminal.wait_still()
        assert agreed(read_qr(picture(terminal.screen))) == "".join(uri_parts("alice"))


@pytest.mark.parametrize(
    "env", [{"TERM": "linux", "COLORTERM": None}, {"LANG": "de_DE.ISO-8859-1"}], ids=["console", "Latin 1"]
)
def test_where_half_blocks_cannot_be_trusted_the_qr_is_spaces_and_reads_back(
    env: dict[str, str | None],
) -> None:
    with host("alice", 134, 46, **env) as terminal:
        terminal.wait_for("134x46")
        terminal.wait_still()
        assert agreed(read_qr(picture(terminal.screen))) == "".join(uri_parts("alice"))
        assert "▀".encode() not in terminal.raw


@pytest.mark.parametrize(
    "env", [{"TERM": "linux", "COLORTERM": None}, {"LANG": "de_DE.ISO-8859-1"}], ids=["console", "Latin 1"]
)
@pytest.mark.parametrize(("columns", "rows"), [(108, 39), (128, 48), (240, 67)])
def test_the_page_itself_shows_the_qr_where_half_blocks_cannot_be_trusted(
    machine: Machine, env: dict[str, str | None], columns: int, rows: int
) -> None:
    machine.create()
    with Console([str(machine.launcher)], env={**machine.env, **env}, columns=columns, rows=rows) as console:
        console.log_in("alice", PASSWORD)
        phone = console.begin_enrollment("alice")
        assert phone.key == console.setup_key()
        console.press("f2")
        console.says("F2 Back to the code")
        assert console.scan().key == phone.key
        console.press("f2")
        console.wait_for("Setup key")
        assert console.scan().key == phone.key
        assert "▀".encode() not in console.raw
