"""The first start on a fresh store, and a kiosk, behind which there is nothing to go to."""

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"
QUITTING = ("ctrl+q", "ctrl+c", "ctrl+z", "ctrl+d", "ctrl+\\", "f10", "esc")


def test_on_a_fresh_store_the_first_operator_is_made_and_logs_in(machine: Machine) -> None:
    with machine.open() as console:
        console.wait_for("Make the account")
        console.offers("Username", "The same again", "Make the account")
        console.type("Root.User\rshort\rshort\r")
        console.says("Take at least 15 characters")
        console.type(f"{PASSWORD}\rsomething else\r")
        console.says("The two are not the same.")
        console.type(f"{PASSWORD}\r")
        console.says("The operator root.user is made. This is where you begin each time.")
        console.offers("Username", "Password", "Log in")
        console.log_in("root.user", PASSWORD)
        console.says("Your account must have 2FA here.")
        console.press("esc")
        console.says("Your account must have 2FA: begin again to set it up.")
    assert machine.rows("SELECT username, role FROM account") == [("root.user", "operator")]
    with machine.open() as console:
        console.offers("Log in")
        assert not console.shows("Make the account")


def test_the_first_run_left_undone_begins_again(machine: Machine) -> None:
    for _ in range(2):
        with machine.open() as console:
            console.wait_for("Make the account")
            console.press("ctrl+q")
            assert console.wait_exit() == 0


def test_a_kiosk_on_a_fresh_store_names_the_command_and_makes_nobody(machine: Machine) -> None:
    with machine.open("--kiosk") as console:
        console.says("No account yet. On the host run: twofold account create NAME --operator")
        assert not console.shows("Make the account")
    assert not machine.store.exists()


def nobody_gets_out(console: Console) -> None:
    for name in QUITTING:
        console.press(name)
    console.rest(0.5)
    assert console.exit_status is None
    assert console.count("Quit") == 0


def test_in_a_kiosk_no_key_quits_and_nothing_is_saved_or_copied(machine: Machine) -> None:
    machine.create()
    with machine.open("--kiosk") as console:
        console.offers("Log in")
        nobody_gets_out(console)
        console.log_in(ALICE, PASSWORD)
        console.says("Only a password protects this account.")
        nobody_gets_out(console)
        codes = console.enroll(ALICE)[1]
        console.says("Write them on paper, three at least.")
        assert console.count("Save") == console.count("Copy") == 0
        nobody_gets_out(console)
        console.says("2FA stays off.")
        console.click("Back to the codes")
        assert console.backup_codes() == codes
        console.agree()
        console.says("2FA is on.")
        nobody_gets_out(console)
        assert b"\x1b]52" not in console.raw
    assert [path.name for path in machine.home.iterdir()] == []
    assert machine.second_factor() == ("on", 1, 1)
