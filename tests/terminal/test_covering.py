"""In real time and on a real terminal: who left a kiosk on a page of secrets left it to nobody (D11)."""

from tests.terminal.machine import PASSWORD, Machine

COVERED = "No key was pressed for a while"
AFTER = 15
"""Seconds; with the least idle time that a policy allows a kiosk."""


def test_who_comes_next_has_neither_the_secret_nor_the_session(machine: Machine) -> None:
    machine.create()
    machine.run("policy", "set", "--kiosk-idle", "30s")
    with machine.open("--kiosk") as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("Call forwarding")
        console.choose("alice", "Settings")
        console.click("Enable 2FA")
        console.wait_until(lambda: len(console.setup_key()) == 32, "waiting for the setup key")
        key = console.setup_key()
        console.wait_for("Covered in", timeout=AFTER)
        console.wait_for(COVERED, timeout=AFTER + 5)
        console.wait_still()
        for name in ("enter", "esc", "f2", "f4", "tab", "x"):
            console.press(name)
        console.wait_still()
        assert console.shows(COVERED)
        assert not any(console.count(part) for part in (key[:4], key[-4:], "alice", "█"))
        console.click("Log out")
        console.wait_for("[ Log in ]")
    assert machine.rows("SELECT cover, end_reason FROM session") == [("covered", "logged out")]
    assert machine.second_factor() == ("off", 0, 0)
