"""The console as who comes by SSH has it: by the variable that sshd sets, and through a real sshd."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tests.terminal.sshd import serving

ALICE = "alice"
NOBODY_YET = "No account yet. On the host run: twofold account create NAME --operator"
by_ssh = pytest.mark.parametrize("sshd", [False, True], ids=["variable", "sshd"])


@contextmanager
def come_in(machine: Machine, *, sshd: bool) -> Iterator[Console]:
    """Open the console from elsewhere: as sshd would start it, or through one."""
    if sshd:
        with serving(machine) as server, server.open() as console:
            yield console
    else:
        env = {**machine.env, "SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"}
        with Console([str(machine.launcher)], env=env, cwd=machine.home) as console:
            yield console


@by_ssh
def test_codes_are_copied_or_written_down_and_no_file_is_made(machine: Machine, sshd: bool) -> None:  # noqa: FBT001 - a case
    machine.create()
    with come_in(machine, sshd=sshd) as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Call forwarding")
        codes = console.enroll(ALICE)[1]
        console.says("Over SSH nothing is saved.", "on paper")
        assert console.count("Save to file") == console.count("file") == 0
        console.offers("Copy", "Agree")
        console.rest(1.1)
        console.click("Copy")
        console.says("Copied, if your terminal allows it")
        assert console.backup_codes() == codes
        assert [*machine.home.iterdir()] == []
        console.agree()
        console.says("2FA is on.")


@by_ssh
def test_nobody_becomes_the_first_operator_and_a_visit_makes_no_store(machine: Machine, sshd: bool) -> None:  # noqa: FBT001 - a case
    with come_in(machine, sshd=sshd) as console:
        console.says(NOBODY_YET)
        assert console.count("Make the account") == 0
        console.log_in(ALICE, PASSWORD)
        # Under the field too; the first one may wrap.
        console.wait_until(lambda: console.count("No account yet.") == 2, "the answer")
        assert not machine.store.parent.exists()
        assert not (machine.folder / "config").exists()
        machine.run("account", "create", ALICE, "--operator", typed=f"{PASSWORD}\n")
        console.type(f"{PASSWORD}\r")
        console.says("Your account must have 2FA here.")


def take_away(machine: Machine) -> None:
    """Delete the store, with what stands beside it while it is in use."""
    shutil.rmtree(machine.store.parent)


@by_ssh
def test_a_store_that_is_gone_and_left_its_key_is_made_anew_by_nobody(machine: Machine, sshd: bool) -> None:  # noqa: FBT001 - a case
    machine.create()
    take_away(machine)
    with come_in(machine, sshd=sshd) as console:
        console.says("The store is gone. Restore it, or: twofold account create NAME --operator")
        assert console.count("Make the account") == 0
        console.log_in(ALICE, PASSWORD)
        console.wait_until(lambda: console.count("The store is gone.") == 2, "the answer")
        assert not machine.store.exists()


def test_at_a_local_terminal_too_a_key_without_its_store_makes_nobody_operator(machine: Machine) -> None:
    machine.create()
    take_away(machine)
    with machine.open() as console:
        console.says("The store is gone. Restore it, or: twofold account create NAME --operator")
        assert console.count("Make the account") == 0
        assert not machine.store.exists()


def test_a_command_at_the_hosts_shell_saves_whoever_came_by_ssh(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.create()
    monkeypatch.setattr(Machine, "env", {**machine.env, "SSH_CONNECTION": "192.0.2.1 5000 192.0.2.2 22"})
    machine.run("audit", "export", str(machine.home / "log.csv"))
    assert (machine.home / "log.csv").stat().st_size > 0
