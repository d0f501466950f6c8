"""`twofold recovery ...`, as operators type it."""

import getpass

import pytest

from store.services.principals import Shell as OtherShell
from store.services.views import CodeNeeded
from tests.cli.shell import Shell
from tests.cli.test_account import at, enrolled, now_clock
from tests.cli.two import ask_for_two
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
    assert heading.split() == ["ID", "USERNAME", "STATE", "LOST", "STOLEN", "OPENED", "BY", "PROOF"]
    assert line.split()[:5] == ["1", "alice", "open", "phone", "no"]
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
    assert again.err == "twofold: This case is done: its code or password was made.\n"
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
    ask_for_two(desk)
    opened = shell.run("recovery", "open", "alice", "--proof", PROOF, *store)
    assert "twofold recovery approve 1" in " ".join(opened.out.split())
    own = shell.run("recovery", "approve", "1", *store)
    assert (own.status, own.err) == (
        1,
        "twofold: Who began it can't approve it. Another operator has to.\n",
    )
    assert "Alone, at the host's shell: twofold recovery complete 1" in opened.out
    assert "waits for approval" in shell.run("recovery", "list", *store).out
    change(desk, "UPDATE recovery_case SET opened_by = 'shell:carol@host'")
    approved = shell.run("recovery", "approve", "1", *store)
    assert approved.out.startswith("Approved case 1 of alice.\n")
    assert "twofold recovery complete 1" in approved.out
    assert "Reset code:" in shell.run("recovery", "complete", "1", *store).out


def test_a_forgotten_password_ends_in_one_for_a_single_log_in(
    made: tuple[Desk, tuple[str, str]], shell: Shell
) -> None:
    desk, store = made
    opening = ("recovery", "open", "alice", "--proof", PROOF, "--password", *store)
    assert shell.run(*opening[:-2], "--stolen", *store).status == 2
    alone = shell.run(*opening)
    assert (alone.status, alone.out) == (1, "")
    assert "twofold account reset-password alice --reason TEXT" in alone.err
    ask_for_two(desk)
    opened = shell.run(*opening)
    assert opened.out.startswith("Opened case 1 for alice.\nShould alice log in with the password")
    assert "Lost      the password" in shell.run("recovery", "show", "1", *store).out
    assert shell.json("recovery", "show", "1", *store)["lost"] == "password"
    done = shell.run("recovery", "complete", "1", *store)
    assert done.out.startswith("The password that alice had is dead")
    [password] = [line.split()[-1] for line in done.out.splitlines() if "Activation password:" in line]
    desk.clock = now_clock()
    services = desk.another()
    assert isinstance(services.sign_in.check_password(HERE, "alice", password), CodeNeeded)
    services.close()


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
