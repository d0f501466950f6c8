"""In real time and on a real terminal: what is over is gone from the screen without the store's help."""

import sqlite3
from contextlib import closing

from tests.terminal.machine import PASSWORD, Machine

IDLE = 30
"""Seconds; the least that a policy allows a kiosk."""


def test_a_page_that_was_left_is_blank_in_time_with_the_store_locked_and_gone(machine: Machine) -> None:
    machine.create()
    machine.run("policy", "set", "--kiosk-idle", f"{IDLE}s")
    with (
        machine.open("--kiosk") as console,
        closing(sqlite3.connect(machine.store, isolation_level=None)) as other,
    ):
        console.log_in("alice", PASSWORD)
        console.wait_for("Call forwarding")
        console.wait_still()
        other.execute("BEGIN IMMEDIATE")
        machine.store.rename(machine.store.with_suffix(".away"))
        console.wait_gone("alice", timeout=IDLE + 5)
        console.wait_for("[ Log in ]", timeout=2)
        assert not console.shows("Call forwarding")
        machine.store.with_suffix(".away").rename(machine.store)
        other.execute("ROLLBACK")
        console.wait_still()
        console.log_in("alice", PASSWORD)
        console.wait_for("Call forwarding")
