"""A terminal in public: no way out, nothing to take along, and the next person sees nothing."""

import signal

from tests.attacks.outside import commands, files, holds_nothing_of, is_fine
from tests.attacks.steps import arrive, catch_up, clear_username, to_codes
from tests.attacks.test_t_ways_out import EVERY_KEY
from tests.desk import Desk
from tests.screens.console import Console as InProcess
from tests.screens.console import use
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.log_in import LogInScreen

WAYS_OUT = b"\x11\x03\x04\x1a\x1c\x11\x1b[21~\x1b[113;5u\x1b[99;5u\x1b[100;5u\x1b[122;5u\x1b[92;5u\x1b[21;5~\x1b[24~\x1bOR"
"""Ctrl+Q, C, D, Z and \\, F10 and F12, as plain bytes and as the kitty protocol has them."""


def try_to_leave(console: Console) -> None:
    """Press all that leaves, stops or quits anywhere."""
    console.wait_still()
    console.send(WAYS_OUT * 3 + EVERY_KEY)
    catch_up(console)
    for number in (signal.SIGTSTP, signal.SIGQUIT, signal.SIGTTIN):
        console.kill(number)
    console.wait_still()
    is_fine(console)


def test_no_key_leaves_a_kiosk_and_nothing_can_be_taken_along(machine: Machine) -> None:
    """T5, T7, T11, T22: at the front door, in a session and at the codes; no Quit, no Save, no Copy."""
    with machine.open("--kiosk") as console:
        console.wait_for("[ Log in ]")
        try_to_leave(console)
        assert console.headline() == "Welcome"
        assert console.count("Quit") == 0
        clear_username(console)
        before = files(machine.folder)
        console.log_in("alice", PASSWORD)
        console.wait_for("Call forwarding")
        try_to_leave(console)
        assert console.headline() == "Home"
        _, codes = to_codes(console)
        try_to_leave(console)
        assert console.backup_codes() == codes
        for words in ("Save", "Copy", "Quit"):
            assert console.count(words) == 0
        console.send(b"\x1b[H\x1b[1;2F\x03\x1b[99;5u")
        console.press("esc")
        console.wait_for("Back to the codes")
        console.wait_still()
        console.click("Leave 2FA off")
        arrive(console, "Your account")
        console.choose("alice", "Log out")
        console.wait_for("[ Log in ]")
        catch_up(console)
        # The next person: nothing of the one before, in no field and by no key.
        console.send(b"\x16\x1b[A\x1b[B\x1b[5~\x10\x0e")
        catch_up(console)
        assert not any("alice" in text or codes[0] in text for text in console.text())
        assert console.headline() == "Welcome"
        assert commands(bytes(console.raw)) == []
        holds_nothing_of(bytes(console.raw), [PASSWORD])
        assert set(files(machine.folder)) == set(before)
        is_fine(console)


def test_an_empty_kiosk_makes_no_account(empty: Machine) -> None:
    """T11, T23: no first run; the page names the command that makes the first account."""
    with empty.open("--kiosk") as console:
        console.says("No account yet.", "twofold account create")
        assert console.count("Make the account") == 0
        console.type("root\rcorrect horse battery staple\r")
        console.wait_until(lambda: console.count("No account yet.") == 2, "the answer")
    assert not empty.store.exists()


async def test_what_a_person_left_half_done_ends_by_itself(desk: Desk) -> None:
    """T22: a half session after five minutes, whatever is pressed; typed text after 105 seconds."""
    desk.enable()
    desk.settings = desk.settings.__class__(**{**vars(desk.settings), "kiosk": True})
    async with use(desk) as console:
        await console.log_in()
        console.at(CodeEntryScreen)
        for _ in range(10):
            await half_a_minute_at_the_keys(console)
        console.at(LogInScreen)
        assert not console.app.has_session
        await console.press(*"bob", "tab", *"half a pass")
        await console.tick(seconds=105)
        assert [console.field(name).value for name in ("#username", "#password")] == ["", ""]
        assert "alice" not in console.text


async def half_a_minute_at_the_keys(console: InProcess) -> None:
    """Press something now and then, as somebody who is there would."""
    await console.press("f1", "escape", "tab")
    await console.tick(seconds=30)
