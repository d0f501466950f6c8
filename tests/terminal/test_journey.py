"""The journey of design section 4, through the installed program, as a person with a phone walks it."""

import time

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"
FORTY = "long.name+of-forty_signs@forty.example.o"


def test_a_person_turns_2fa_on_uses_it_loses_the_phone_and_begins_anew(machine: Machine) -> None:
    made = machine.run("account", "create", ALICE, typed=f"{PASSWORD}\n")
    assert made == "Made the account alice.\n"
    with machine.open() as console:
        titles = [log_in_page(console)]
        console.log_in(ALICE, PASSWORD)
        titles += home_and_settings_without_2fa(console)

        titles.append(enrollment_page(console))
        phone = console.scan()
        assert (phone.issuer, phone.username) == ("Twofold", ALICE)
        assert phone.key == console.setup_key()
        console.type_code(phone)
        codes, number, title = backup_codes_page(console)
        titles.append(title)
        console.agree()

        console.says("2FA is on. From now on you also need a code from your authenticator app.")
        log_in_page(console)
        console.log_in(ALICE, PASSWORD)
        titles.append(code_entry_page(console))
        console.type_code(phone)
        console.says("2FA is on since ")
        assert console.count("Enable 2FA") == 0
        console.choose(ALICE, "Log out")

        console.log_in(ALICE, PASSWORD)
        code_entry_page(console)
        console.click("I lost access to the authentication app")
        titles.append(lost_access_page(console, number))
        console.type(f"{codes[3]}\r")
        home_after_a_backup_code(console, number)

        titles.append(disable_2fa(console))
        console.click("Enable 2FA")
        console.says(f"In the app delete the entry {phone.issuer} first: it is dead.")
        new_phone = console.scan()
        assert new_phone.key != phone.key
        console.type(f"{phone.code(time.time())}\r")
        console.says("Wrong code.")
        console.type_code(new_phone)
        new_codes, new_number, _ = backup_codes_page(console)
        assert set(new_codes).isdisjoint(codes)
        assert new_number != number
        console.agree()

        console.says("2FA is on. From now on you also need a code from your authenticator app.")
        console.log_in(ALICE, PASSWORD)
        code_entry_page(console)
        console.type(f"{phone.code(time.time())}\r")
        console.says("Wrong code.")
        console.click("I lost access to the authentication app")
        lost_access_page(console, new_number)
        for old in (codes[0], codes[3]):
            console.type(f"{old}\r")
            console.says("No code of this set is like that.")
            console.type("\r")
            console.says("Type one code from your sheet.")
        console.click("Back to the code")
        code_entry_page(console)
        console.type_code(new_phone)
        console.says("2FA is on since ")
        console.choose(ALICE, "Log out")
        log_in_page(console)
        console.press("ctrl+q")
        assert console.wait_exit() == 0
    assert len({title.lower() for title in titles}) == len(titles)


@pytest.mark.parametrize("username", ["bob+night@example.org", FORTY])
def test_the_qr_of_any_username_is_whole_at_80x24(machine: Machine, username: str) -> None:
    machine.create(username)
    with machine.open() as console:
        console.log_in(username, PASSWORD)
        phone = console.begin_enrollment(username)
        assert phone.username == username
        assert console.qr_version() <= 6
        assert phone.key == console.setup_key()
        console.offers("Step 1", "Step 2", "next code in ", "Enable", "Cancel", "F1 Help")
        console.type_code(phone)
        assert len(console.backup_codes()) == 10


# The pages, each with the words of its contract


def log_in_page(console: Console) -> str:
    console.offers("Username", "Password", "Log in")
    assert console.count("Call forwarding") == console.count("Call history") == console.count("▼") == 0
    return console.headline()


def home_and_settings_without_2fa(console: Console) -> tuple[str, str]:
    console.offers(f"{ALICE} ▼", "Call forwarding", "Call history", "Settings")
    console.says("Only a password protects this account.")
    assert console.text()[0].rstrip().endswith(f"{ALICE} ▼")
    home = console.headline()
    console.press("f4")
    console.offers("Log out")
    console.press("esc")
    console.wait_gone("Log out")
    console.click("Settings")
    console.offers("Enable 2FA", "Change password")
    console.says("a known password alone no longer opens call forwarding and call history.")
    settings = console.headline()
    console.click("Enable 2FA")
    return home, settings


def enrollment_page(console: Console) -> str:
    console.offers("Step 1", "Setup key", "Step 2", "Enable", "Cancel", "next code in ", "F2 QR alone")
    console.says("Get a free app on your phone, Google or Microsoft Authenticator")
    return console.headline()


def backup_codes_page(console: Console) -> tuple[list[str], int, str]:
    codes = console.backup_codes()
    console.offers("Agree", "Save to file", "Copy")
    console.says("2FA is not on yet", "Each works once.", "not in the same place as your password")
    [line] = [line.split() for line in console.text() if line.strip().startswith("Set ")]
    assert line[-1] == ALICE
    number = int(line[1].rstrip(","))
    return codes, number, console.headline()


def code_entry_page(console: Console) -> str:
    console.offers(
        "Authentication code", "Verify", "I lost access to the authentication app", "Back", "next code in "
    )
    assert console.count("Call forwarding") == console.count("▼") == 0
    return console.headline()


def lost_access_page(console: Console, number: int) -> str:
    console.offers("Backup code", "Continue", "Back to the code", f"set {number}")
    console.says("No sheet either? An operator can check who you are and reset 2FA.")
    return console.headline()


def home_after_a_backup_code(console: Console, number: int) -> None:
    console.says(
        f"Backup code 4 of set {number} was used: cross it out. 9 are left.",
        "New phone? Settings, then Disable 2FA, then Enable 2FA.",
    )
    console.offers("Settings", "Call forwarding", "Call history")
    console.click("Settings")
    console.offers("New backup codes", "Replace authenticator app", "Disable 2FA", "Change password")
    console.says(f"9 of 10 backup codes are unused (set {number}).", "2FA) is on since ")
    assert console.count("Enable 2FA") == 0


def disable_2fa(console: Console) -> str:
    console.click("Disable 2FA")
    console.offers("Password", "Disable 2FA", "Cancel")
    title = console.headline()
    console.type(f"{PASSWORD}\r")
    console.says("2FA is off. Delete the old entry in the authenticator app: it is dead.")
    console.offers("Enable 2FA", f"{ALICE} ▼")
    assert console.count("Disable 2FA") == 0
    return title
