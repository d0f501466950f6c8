"""`twofold approval ...`, as operators type it."""

import pytest

from store.services.principals import Shell as OtherShell
from tests.cli.shell import Shell
from tests.cli.test_account import at, enrolled
from tests.cli.two import ask_for_two
from tests.desk import Desk
from tests.tables import change

WHY = "both of us looked at it"


@pytest.fixture
def made(shell: Shell) -> tuple[Desk, tuple[str, str]]:
    """A store where policy asks for two operators, and how a command finds it."""
    desk = enrolled(shell)
    store = at(desk, shell)
    ask_for_two(desk)
    return desk, store


def propose(desk: Desk) -> None:
    """Have somebody else of the machine propose to make alice an operator, and the lower rule."""
    desk.clock.move(seconds=1)
    services = desk.another()
    other = OtherShell("carol", "host")
    services.approvals.propose_role(other, "alice", "operator", WHY)
    services.approvals.propose_one_operator(other, WHY)
    services.close()


def test_a_proposal_is_listed_shown_approved_and_done(
    made: tuple[Desk, tuple[str, str]], shell: Shell
) -> None:
    desk, store = made
    assert shell.run("approval", "list", *store).out == "Nothing waits for a second operator.\n"
    propose(desk)
    heading, first, second = shell.run("approval", "list", *store).out.splitlines()
    assert heading.split() == ["ID", "STATE", "PROPOSED", "BY", "WHAT", "REASON"]
    assert "one operator is enough from then on" in first
    assert "make alice an operator" in second
    assert second.endswith(WHY)
    shown = shell.run("approval", "show", "1", *store).out
    assert "What      make alice an operator" in shown
    assert "twofold approval approve 1" in " ".join(shown.split())
    done = shell.run("approval", "approve", "1", *store)
    assert done.out == "Approved proposal 1, and done: make alice an operator.\n"
    assert shell.json("account", "show", "alice", *store)["role"] == "operator"
    again = shell.run("approval", "approve", "1", *store)
    assert (again.status, again.err) == (1, "twofold: This proposal was approved, and it is done.\n")
    declined = shell.run("approval", "decline", "2", "--reason", "not now", *store)
    assert declined.out.endswith("Nothing was changed.\n")
    assert shell.json("policy", "show", *store)["second_approval"]
    every = shell.json("approval", "list", "--all", *store)
    assert [(each["id"], each["state"]) for each in every] == [(2, "declined"), (1, "done")]
    assert every[0] == shell.json("approval", "show", "2", *store)


def test_with_fewer_than_two_left_the_list_says_what_the_shell_can_do(
    made: tuple[Desk, tuple[str, str]], shell: Shell
) -> None:
    desk, store = made
    change(desk, "UPDATE account SET role = 'user' WHERE username = 'dave'")
    told = " ".join(shell.run("approval", "list", *store).out.split())
    assert "Policy asks for two operators, and 1 can log in" in told
    assert "twofold policy set --second-approval no" in told
    assert shell.run("policy", "set", "--second-approval", "no", *store).status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("show", "7"), 1, "There is no proposal 7."),
        (("approve", "x"), 2, "x is no number from 1 on"),
        (("decline", "7"), 2, "--reason"),
        (("decline", "7", "--reason", " "), 1, "Say why"),
    ],
)
def test_what_makes_no_sense_is_said(
    made: tuple[Desk, tuple[str, str]], shell: Shell, arguments: tuple[str, ...], status: int, says: str
) -> None:
    ended = shell.run("approval", *arguments, *made[1])
    assert (ended.status, ended.out) == (status, "")
    assert says in ended.err
