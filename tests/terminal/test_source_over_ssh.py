"""Behind a real sshd with a forced command: whoever connects is counted, and shown, by their address."""

import getpass
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
TOOLS = all(map(shutil.which, ("ssh", "ssh-keygen")))
PRIVILEGE_SEPARATION = Path("/run/sshd")
"""sshd wants it where root starts it; its service makes it."""

pytestmark = pytest.mark.skipif(
    SSHD is None or not TOOLS, reason="no OpenSSH server and client are installed"
)

FORCED = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/person.pub
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AcceptEnv *
PermitUserEnvironment yes
ForceCommand {command}
"""
"""As `docs/operations.md` has it, but that a client may send every variable: it must not help."""


@dataclass
class Server:
    """A server of the test's own, and how one connects to it."""

    folder: Path
    port: int

    def connect(self, address: str = "127.0.0.1", **variables: str) -> Console:
        """Open the console in a terminal window, from this address."""
        options = ["-F", "none", "-tt", "-q", "-b", address, "-p", str(self.port)]
        options += ["-i", str(self.folder / "person")]
        for option in (
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "IdentitiesOnly=yes",
            *(f"SendEnv={name}" for name in variables),
        ):
            options += ["-o", option]
        return Console(["ssh", *options, f"{getpass.getuser()}@127.0.0.1"], env=dict(variables))


def _make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)  # noqa: S603, S607


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        return connection.recv(4) == b"SSH-"
    return False


@pytest.fixture
def serve(tmp_path: Path, machine: Machine) -> Iterator[Callable[..., Server]]:
    """Start a server whose only command is the console, with these arguments; it ends with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> Server:
        folder = tmp_path / "sshd"
        folder.mkdir(mode=0o700)
        _make_key(folder / "host")
        _make_key(folder / "person")
        if os.geteuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
        with closing(socket.create_server(("127.0.0.1", 0))) as found:
            port = found.getsockname()[1]
        given = [f"{name}={value}" for name, value in machine.env.items() if value is not None]
        command = shlex.join(["exec", "env", *given, str(machine.launcher), *arguments])
        (folder / "config").write_text(FORCED.format(port=port, folder=folder, command=command))
        assert SSHD is not None
        log = (folder / "log").open("wb")
        running.append(
            subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=log)  # noqa: S603
        )
        end = time.monotonic() + 10
        while not _answers(port):
            assert running[-1].poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, (folder / "log").read_text()
            time.sleep(0.05)
        return Server(folder, port)

    yield start
    for server in running:
        server.send_signal(signal.SIGTERM)
        server.wait(10)


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
    machine: Machine, serve: Callable[..., Server]
) -> None:
    """T25: a stranger behind one address keeps nobody out who comes from another one."""
    machine.create("alice")
    server = serve()
    with server.connect() as stranger:
        guess(machine, stranger, 1, 3)
    forged = {"SSH_CONNECTION": "10.9.9.9 1 10.9.9.1 22", "SSH_CLIENT": "10.9.9.9 1 22", "REMOTEHOST": "x"}
    with server.connect(**forged) as again:
        guess(machine, again, 4, 5)
        again.wait_still()
        again.type(f"{PASSWORD}\r")
        again.wait_for("Too many wrong tries.")
    with server.connect("127.0.0.2") as owner:
        owner.log_in("alice", PASSWORD)
        owner.wait_for("alice ▼")
        counted = machine.rows("SELECT source, failures FROM throttle WHERE factor = 'password'")
        assert counted == [("127.0.0.1", 5)]
        assert machine.rows("SELECT source FROM session") == [("127.0.0.2",)]
    refused = machine.rows("SELECT DISTINCT source FROM audit_event WHERE outcome = 'refused'")
    assert refused == [("127.0.0.1",)]
    assert machine.rows("SELECT source FROM audit_event WHERE event = 'logged in'") == [("127.0.0.2",)]


def test_a_kiosk_that_connects_is_its_name(machine: Machine, serve: Callable[..., Server]) -> None:
    machine.create("alice")
    file = machine.folder / "kiosk.toml"
    file.write_text('kiosk = "front-desk"\n')
    with serve("--kiosk", "--config", str(file)).connect() as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("alice ▼")
        assert machine.rows("SELECT source FROM session") == [("kiosk:front-desk",)]
