"""`twofold account lock ...` and what else an operator does to one account, as a shell runs it."""

import re

import pytest

from store.clock import SystemClock
from store.errors import LockedByOperator, SignInRefused
from store.services.bundle import Services, open_services
from store.services.principals import Visitor
from store.settings import Settings
from tests.cli.shell import PASSWORD, Shell

HERE = Visitor("host/bob")
NEW = "marble ladder comet soup"
WHY = ("--reason", "card lost")


def opened(shell: Shell) -> Services:
    return open_services(Settings(f"sqlite:///{shell.store}", shell.keys), SystemClock())


def test_an_activation_password_is_printed_once_and_opens_a_password_of_ones_own(shell: Shell) -> None:
    made = shell.run(
        *("account", "create", "Bob", "--activate", "--operator"),
        *("--display-name", "Bob Smith", "--number", "+30 697 123 4567"),
    )
    assert (made.status, made.err) == (0, "")
    assert made.out.startswith("Made the operator account bob.\n")
    assert "valid for 72 h 00 min" in made.out
    first = re.findall(r"Activation password: (\S+)\n", made.out)
    view = shell.json("account", "show", "bob")
    assert (view["display_name"], view["own_number"]) == ("Bob Smith", "+306971234567")
    assert view["must_change_password"]
    assert "waits to be activated until " in shell.run("account", "show", "bob").out
    renewed = shell.run("account", "activate", "bob")
    second = re.findall(r"Activation password: (\S+)\n", renewed.out)
    assert renewed.out.startswith("The activation password that bob had before is dead.")
    assert first != second
    services = opened(shell)
    token = services.sign_in.check_password(HERE, "bob", second[0]).token
    services.passwords.change(token, second[0], NEW)
    services.close()
    refused = shell.run("account", "activate", "bob")
    assert refused.err.startswith("twofold: A password was chosen already.")


def test_a_forgotten_password_gives_way_to_one_for_a_log_in_and_2fa_stays(shell: Shell) -> None:
    shell.create()
    assert shell.run("account", "reset-password", "alice").status == 2
    done = shell.run("account", "reset-password", "ALICE", "--reason", "forgot it")
    assert done.out.startswith("The password that alice had is dead, ")
    [given] = re.findall(r"Activation password: (\S+)\n", done.out)
    services = opened(shell)
    with pytest.raises(SignInRefused):
        services.sign_in.check_password(HERE, "alice", PASSWORD)
    token = services.sign_in.check_password(HERE, "alice", given).token
    services.passwords.change(token, given, NEW)
    services.close()


def test_a_lock_is_seen_with_its_end_and_its_cause_and_lifted(shell: Shell) -> None:
    shell.create()
    done = shell.run("account", "lock", "ALICE", "--for", "2h", *WHY)
    assert done.out == (
        "alice is locked for 2 h 00 min and logged out everywhere.\n"
        "To lift the lock earlier: twofold account unlock alice\n"
    )
    services = opened(shell)
    with pytest.raises(LockedByOperator):
        services.sign_in.check_password(HERE, "alice", PASSWORD)
    services.close()
    shown = shell.run("account", "show", "alice").out
    assert re.search(r"Locked +by an operator \(for (2 h 00|1 h 59) min.*: card lost\)", shown)
    assert " by an operator" in shell.run("account", "list").out
    view = shell.json("account", "show", "alice")
    assert view["locked_seconds"]["operator"] > 7000
    assert view["lock_reason"] == "card lost"
    lifted = shell.run("account", "unlock", "alice").out
    assert lifted.startswith("Lifted for alice: by an operator (for ")
    assert shell.json("account", "show", "alice")["locked_seconds"]["operator"] == 0


def test_a_new_password_is_asked_for(shell: Shell) -> None:
    shell.create()
    done = shell.run("account", "require-password-change", "alice", *WHY)
    assert (
        done.out == "alice is logged out everywhere, and has to choose a new password at the next log-in.\n"
    )
    assert "has to be changed at the next log-in" in shell.run("account", "show", "alice").out


def test_what_is_edited_changes_and_the_rest_stays(shell: Shell) -> None:
    shell.create()
    shell.run("account", "edit", "alice", "--number", "+30 697 123 4567")
    edited = shell.run("account", "edit", "alice", "--display-name", "Αλίκη")
    assert edited.out == "alice: name Αλίκη, own number +306971234567.\n"
    emptied = shell.run("account", "edit", "alice", "--number", "")
    assert emptied.out == "alice: name Αλίκη, own number none.\n"


def test_a_role_is_given_and_taken_for_a_reason(shell: Shell) -> None:
    shell.create()
    shell.create("root", "--operator")
    assert shell.run("account", "role", "alice", "operator").out == "alice is an operator from now on.\n"
    without = shell.run("account", "role", "alice", "user")
    assert (without.status, without.err) == (1, "twofold: Say why: the reason stands in the audit log.\n")
    assert shell.run("account", "role", "alice", "user", *WHY).out == "alice is a user from now on.\n"
    last = shell.run("account", "role", "root", "user", *WHY)
    assert (last.status, last.err) == (
        1,
        "twofold: Nobody else could look after accounts then. Make another operator first.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lock", "alice", *WHY), "--for"),
        (("lock", "alice", "--for", "2h"), "--reason"),
        (("lock", "alice", "--for", "2 hours", *WHY), "2 hours is no length such as 30m, 2h or 7d"),
        (("edit", "alice"), "nothing to change: give --display-name, --number or both"),
        (("role", "alice", "king"), "invalid choice"),
    ],
)
def test_what_makes_no_sense_is_said(shell: Shell, arguments: tuple[str, ...], says: str) -> None:
    ended = shell.run("account", *arguments)
    assert ended.status == 2
    assert says in ended.err


@pytest.mark.parametrize("length", ["31d", "99999d"])
def test_a_lock_that_lasts_too_long_is_refused(shell: Shell, length: str) -> None:
    shell.create()
    refused = shell.run("account", "lock", "alice", "--for", length, *WHY)
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "30 days" in refused.err


@pytest.mark.parametrize(
    "command",
    ["lock", "edit", "role", "activate", "require-password-change", "reset-password", "reset-2fa", "create"],
)
def test_help_teaches_by_example(shell: Shell, command: str) -> None:
    assert f"example: twofold account {command} alice" in shell.run("account", command, "--help").out
