"""Backup codes at log-in: spent ones, and the last one, which is never spent alone."""

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"
USED = "SELECT number FROM backup_code WHERE used_at IS NOT NULL ORDER BY number"
DATE = r"\d{1,2} [A-Z][a-z]{2} \d{4}"


def to_lost_access(console: Console) -> None:
    console.log_in(ALICE, PASSWORD)
    console.to_lost_access()


def test_a_spent_backup_code_is_named_with_its_date(machine: Machine) -> None:
    codes = machine.enable(used=2).codes
    with machine.open() as console:
        to_lost_access(console)
        console.type(f"{codes[1]}\r")
        console.says("Code 2 was used on ", ". Take another from the sheet.")
        console.matches(rf"Code 2 was used on {DATE}\. Take another")
        assert machine.rows("SELECT failures FROM throttle WHERE factor = 'backup code'") == [(0,)]
        # As somebody types it who reads it off paper: with its number, in small letters, without dashes.
        console.type(f"3. {codes[2].lower().replace('-', ' ')}\r")
        console.says("Backup code 3 of set ", "was used: cross it out. 7 are left.")
    assert machine.rows(USED) == [(1,), (2,), (3,)]


def test_the_last_backup_code_leads_to_a_new_set(machine: Machine) -> None:
    had = machine.enable(used=9)
    with machine.open() as console:
        to_lost_access(console)
        console.type(f"{had.codes[9]}\r")
        new = console.backup_codes()
        console.says("The old codes still work.")
        assert set(new).isdisjoint(had.codes)
        assert len(machine.rows(USED)) == 9
        console.agree()
        console.says(f"The last code of set {had.set_number} is used.", "10 of 10 backup codes are unused")
        console.offers("New backup codes", "Disable 2FA", f"{ALICE} ▼")
        console.choose(ALICE, "Log out")
        to_lost_access(console)
        console.type(f"{had.codes[9]}\r")
        console.says("No code of this set is like that.")
        console.type(f"{new[0]}\r")
        console.says("Backup code 1 of set ", "9 are left.")


def test_leaving_the_new_set_keeps_the_last_backup_code(machine: Machine) -> None:
    had = machine.enable(used=9)
    with machine.open() as console:
        for last in (had.codes[9], had.codes[9]):
            to_lost_access(console)
            console.type(f"{last}\r")
            console.backup_codes()
            console.press("esc")
            console.wait_for("Leave as it was?")
            assert console.count("Agree") == 0
            console.click("Leave it as it was")
            console.says("Nothing was changed.", " still works.")
            assert len(machine.rows(USED)) == 9
    assert machine.rows("SELECT number FROM backup_set") == [(had.set_number,)]
    assert machine.rows("SELECT count(*) FROM session WHERE kind = 'full' AND ended_at IS NULL") == [(0,)]


def test_paper_and_screen_go_back_and_forth_before_agree(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        codes = console.enroll(ALICE)[1]
        console.press("esc")
        console.offers("Back to the codes", "Leave 2FA off")
        assert not any(console.count(code) for code in codes)
        console.press("enter")
        assert console.backup_codes() == codes
        console.agree()
        console.says("2FA is on.")
