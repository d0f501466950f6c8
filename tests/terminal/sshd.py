"""A real sshd of the test's own: its host key, a free port of this machine, and only the key of one visitor."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import Machine

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
"""It has to be run by its whole path."""
HERE = "127.0.0.1"
SEPARATION = Path("/run/sshd")
"""An empty folder that a root's sshd wants for the half of it that meets strangers."""


@dataclass(frozen=True)
class Sshd:
    """A server that is up. Whoever comes in gets the console of `machine` and nothing else."""

    machine: Machine
    folder: Path
    port: int

    def ssh(self, *more: str, address: str = HERE, sending: Iterable[str] = ()) -> list[str]:
        """Return the client's command line, as a person whose key is known types it.

        They come from this address of the machine, and send these variables.
        """
        options = (
            f"UserKnownHostsFile={self.folder / 'known_hosts'}",
            "StrictHostKeyChecking=accept-new",
            "IdentitiesOnly=yes",
            "BatchMode=yes",
            "LogLevel=ERROR",
            *(f"SendEnv={name}" for name in sending),
        )
        return [
            *("ssh", "-F", "none", "-i", str(self.folder / "visitor"), "-p", str(self.port), "-tt"),
            *("-b", address),
            *(part for option in options for part in ("-o", option)),
            f"{getpass.getuser()}@{HERE}",
            *more,
        ]

    def open(
        self,
        columns: int = 80,
        rows: int = 24,
        *,
        address: str = HERE,
        variables: dict[str, str] | None = None,
    ) -> Console:
        """Come in by SSH, in a terminal window of one's own, with these variables set and sent."""
        sent = variables or {}
        command = self.ssh(address=address, sending=sent)
        return Console(command, env=sent, columns=columns, rows=rows, cwd=self.machine.home)


@contextmanager
def serving(machine: Machine, *arguments: str, settings: Sequence[str] = ()) -> Iterator[Sshd]:
    """Run an sshd that gives everybody the console, started with `arguments`; `settings` are lines of its file.

    Skips the test where this machine has no sshd or may not start one.
    """
    if SSHD is None or shutil.which("ssh") is None:
        pytest.skip("no OpenSSH server and client on this machine")
    folder = machine.folder / "sshd"
    folder.mkdir(mode=0o700)
    for name in ("host", "visitor"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, timeout=30)  # noqa: S603 - a key of the test's own
    shutil.copy(folder / "visitor.pub", folder / "authorized_keys")
    sshd = Sshd(machine, folder, _free_port())
    (folder / "config").write_text("\n".join(_config(sshd, arguments, settings)) + "\n")
    with _up(sshd):
        yield sshd


def _config(sshd: Sshd, arguments: Sequence[str], settings: Sequence[str]) -> list[str]:
    # A home of the test's own: sshd gives that of the OS user. `env` is run by their shell, as sshd does it.
    given = " ".join(f"{name}='{value}'" for name, value in sshd.machine.env.items() if value is not None)
    console = " ".join(f"'{part}'" for part in (str(sshd.machine.launcher), *arguments))
    return [
        f"ListenAddress {HERE}:{sshd.port}",
        f"HostKey {sshd.folder / 'host'}",
        f"AuthorizedKeysFile {sshd.folder / 'authorized_keys'}",
        f"PidFile {sshd.folder / 'pid'}",
        "AuthenticationMethods publickey",
        "PermitRootLogin prohibit-password",
        # The folders above a test's own are not its business.
        "StrictModes no",
        "UsePAM no",
        "UseDNS no",
        "PrintMotd no",
        "PrintLastLog no",
        "DisableForwarding yes",
        "PermitUserRC no",
        *settings,
        f"ForceCommand exec env {given} {console}",
    ]


@contextmanager
def _up(sshd: Sshd) -> Iterator[None]:
    if os.geteuid() == 0:
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    log = (sshd.folder / "log").open("wb")
    # Not a daemon: it is this test's child, and ends with it.
    command = [str(SSHD), "-D", "-e", "-f", str(sshd.folder / "config")]
    with log, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:  # noqa: S603
        try:
            _wait_for(process, sshd)
            yield
        finally:
            process.terminate()


def _wait_for(process: "subprocess.Popen[bytes]", sshd: Sshd) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.skip(f"sshd did not start: {(sshd.folder / 'log').read_text(errors='replace')[-300:]}")
        with socket.socket() as probe:
            if probe.connect_ex((HERE, sshd.port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("sshd did not listen")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])
