"""Behind a real sshd with a forced command: whoever connects is counted, and shown, by their address."""

from functools import partial

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tests.terminal.sshd import serving

EVERY_VARIABLE = ("AcceptEnv *", "PermitUserEnvironment yes")
"""A client may send what it likes: it must not help."""


def failed(machine: Machine, tries: int) -> bool:
    return machine.rows("SELECT count(*) FROM audit_event WHERE outcome = 'refused'") == [(tries,)]


def guess(machine: Machine, console: Console, first: int, last: int) -> None:
    console.wait_for("[ Log in ]")
    console.type("alice\r")
    for tries in range(first, last + 1):
        console.wait_still()
        console.type("not the right password\r")
        console.wait_until(partial(failed, machine, tries), f"try {tries}")


def test_the_source_is_the_address_of_the_peer_whatever_its_port_or_its_variables(
    machine: Machine,
) -> None:
    """T25: a stranger behind one address keeps nobody out who comes from another one."""
    machine.create("alice")
    forged = {"SSH_CONNECTION": "10.9.9.9 1 10.9.9.1 22", "SSH_CLIENT": "10.9.9.9 1 22", "REMOTEHOST": "x"}
    with serving(machine, settings=EVERY_VARIABLE) as server:
        with server.open() as stranger:
            guess(machine, stranger, 1, 3)
        with server.open(variables=forged) as again:
            guess(machine, again, 4, 5)
            again.wait_still()
            again.type(f"{PASSWORD}\r")
            again.wait_for("Too many wrong tries.")
        with server.open(address="127.0.0.2") as owner:
            owner.log_in("alice", PASSWORD)
            owner.wait_for("alice ▼")
            counted = machine.rows("SELECT source, failures FROM throttle WHERE factor = 'password'")
            assert counted == [("127.0.0.1", 5)]
            assert machine.rows("SELECT source FROM session") == [("127.0.0.2",)]
    refused = machine.rows("SELECT DISTINCT source FROM audit_event WHERE outcome = 'refused'")
    assert refused == [("127.0.0.1",)]
    assert machine.rows("SELECT source FROM audit_event WHERE event = 'logged in'") == [("127.0.0.2",)]


def test_a_kiosk_that_connects_is_its_name(machine: Machine) -> None:
    machine.create("alice")
    file = machine.folder / "kiosk.toml"
    file.write_text('kiosk = "front-desk"\n')
    with serving(machine, "--kiosk", "--config", str(file)) as server, server.open() as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("alice ▼")
        assert machine.rows("SELECT source FROM session") == [("kiosk:front-desk",)]
