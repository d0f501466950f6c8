"""`twofold recovery ...`, as operators type it."""

import getpass

import pytest

from store.services.principals import Shell as OtherShell
from tests.cli.shell import Shell
from tests.cli.test_account import at, enrolled, now_clock
from tests.desk import HERE, PASSWORD, Desk
from tests.tables import change, one

PROOF = "showed a passport to Bob"


@pytest.fixture
def made(shell: Shell) -> tuple[Desk, tuple[str, str]]:
    """A store where alice has 2FA, and how a command finds it."""
    desk = enrolled(shell)
    return desk, at(desk, shell)


def test_a_case_from_its_opening_to_the_reset_code(made: tuple[Desk, tuple[str, str]], shell: Shell) -> None:
    desk, store = made
    opened = shell.run("recovery", "open", "Alice", "--proof", PROOF, *store)
    assert (opened.status, opened.err) == (0, "")
    assert opened.out.startswith("Opened case 1 for alice.\nShould alice log in with a code")
    assert "twofold recovery complete 1" in opened.out
    heading, line = shell.run("recovery", "list", *store).out.splitlines()
    assert heading.split() == ["ID", "USERNAME", "STATE", "STOLEN", "OPENED", "BY", "PROOF"]
    assert line.split()[:4] == ["1", "alice", "open", "no"]
    assert line.endswith(PROOF)
    assert f"shell:{getpass.getuser()}@" in line
    shown = shell.run("recovery", "show", "1", *store).out
    assert f"Proven    {PROOF}" in shown
    assert "twofold recovery complete 1" in shown
    done = shell.run("recovery", "complete", "1", *store)
    assert (done.status, done.err) == (0, "")
    [code] = [line.split()[-1] for line in done.out.splitlines() if "Reset code:" in line]
    assert len(code.replace("-", "")) == 16
    assert max(map(len, done.out.splitlines())) <= 80
    again = shell.run("recovery", "complete", "1", *store)
    assert (again.status, again.out) == (1, "")
    assert again.err == "twofold: This case is done: its reset code was made.\n"
    assert shell.run("recovery", "list", *store).out == "No recovery case is open.\n"
    desk.clock = now_clock()
    services = desk.another()
    half = services.sign_in.check_password(HERE, "alice", PASSWORD).token
    services.reset.use_code(half, code)
    services.close()


def test_a_theft_suspends_and_cancelling_gives_back(made: tuple[Desk, tuple[str, str]], shell: Shell) -> None:
    _, store = made
    opened = shell.run("recovery", "open", "alice", "--proof", PROOF, "--stolen", *store)
    assert "The second factor of alice is suspended" in opened.out
    assert "the second factor is suspended" in shell.run("recovery", "show", "1", *store).out
    cancelled = shell.run("recovery", "cancel", "1", "--reason", "found it", *store)
    assert cancelled.out == "Cancelled case 1 of alice. The second factor of alice works again as before.\n"
    [case] = shell.json("recovery", "list", "--all", *store)
    assert (case["id"], case["state"], case["stolen"]) == (1, "cancelled", True)
    assert case == shell.json("recovery", "show", "1", *store)
    assert case["closed_at"].endswith("+00:00")


def test_a_second_user_of_the_machine_approves(made: tuple[Desk, tuple[str, str]], shell: Shell) -> None:
    desk, store = made
    change(
        desk, "INSERT INTO policy (id, second_factor_for, grace, second_approval) VALUES (1, 'nobody', 0, 1)"
    )
    opened = shell.run("recovery", "open", "alice", "--proof", PROOF, *store)
    assert "twofold recovery approve 1" in " ".join(opened.out.split())
    own = shell.run("recovery", "approve", "1", *store)
    assert (own.status, own.err) == (
        1,
        "twofold: Who opened a case can't approve it. Another operator has to.\n",
    )
    early = shell.run("recovery", "complete", "1", *store)
    assert (early.status, early.err) == (1, "twofold: A second operator has to approve this case first.\n")
    assert "waits for approval" in shell.run("recovery", "list", *store).out
    around = shell.run("account", "reset-2fa", "alice", "--reason", "lost", *store)
    assert (around.status, around.out) == (1, "")
    assert "open a recovery case" in around.err
    change(desk, "UPDATE recovery_case SET opened_by = 'carol'")
    approved = shell.run("recovery", "approve", "1", *store)
    assert approved.out.startswith("Approved case 1 of alice.\n")
    assert "twofold recovery complete 1" in approved.out
    assert "Reset code:" in shell.run("recovery", "complete", "1", *store).out


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("open", "alice"), 2, "--proof"),
        (("open", "alice", "--proof", " "), 1, "Say who proved what"),
        (("open", "nobody", "--proof", PROOF), 1, "There is no account nobody."),
        (("show", "7"), 1, "There is no recovery case 7."),
        (("complete", "x"), 2, "x is no number from 1 on"),
        (("cancel", "7"), 2, "--reason"),
    ],
)
def test_what_makes_no_sense_is_said(
    made: tuple[Desk, tuple[str, str]], shell: Shell, arguments: tuple[str, ...], status: int, says: str
) -> None:
    ended = shell.run("recovery", *arguments, *made[1])
    assert (ended.status, ended.out) == (status, "")
    assert says in ended.err


def test_the_week_that_a_case_is_good_for_is_told(made: tuple[Desk, tuple[str, str]], shell: Shell) -> None:
    desk, store = made
    services = desk.another()
    services.recovery.open(OtherShell("bob", "host"), "alice", PROOF)
    services.close()
    change(desk, "UPDATE recovery_case SET opened_at = 0")
    assert shell.run("recovery", "list", *store).out.splitlines()[1].split()[2] == "expired"
    assert "twofold recovery open alice --proof TEXT" in " ".join(
        shell.run("recovery", "show", "1", *store).out.split()
    )
    late = shell.run("recovery", "complete", "1", *store)
    assert late.err == "twofold: This case is older than 7 days. Open a new one.\n"
    assert one(desk, "SELECT state FROM recovery_case") == "open"
