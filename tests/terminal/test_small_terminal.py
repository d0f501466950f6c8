"""Terminals in which the QR does not fit: never a part of it, always a way on."""

import re

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"


def no_part_of_a_qr(console: Console) -> None:
    console.wait_still()
    # One alone is a scroll bar.
    assert not any(re.search("[▀▄█]{2}", line) for line in console.text()), "\n".join(console.text())


def test_at_60x20_the_key_is_shown_with_what_would_help_and_it_works(machine: Machine) -> None:
    machine.create()
    with machine.open(columns=60, rows=20) as console:
        console.log_in(ALICE, PASSWORD)
        console.choose(ALICE, "Settings")
        console.click("Enable 2FA")
        console.says("The QR needs a window of ", "60 x 20.", "press F2 for the QR alone")
        no_part_of_a_qr(console)
        key = console.setup_key()
        assert len(key) == 32
        console.offers("Enable", "Cancel", "Setup key")
        console.press("f2")
        console.says("F2 Back to the code")
        phone = console.scan()
        assert phone.key == key
        console.press("f2")
        console.wait_for("Setup key")
        no_part_of_a_qr(console)
        console.resize(80, 24)
        assert console.scan().key == key
        console.resize(60, 20)
        console.says("60 x 20.")
        no_part_of_a_qr(console)
        console.type_code(phone)
        codes = console.backup_codes()
        console.press("tab", "tab", "tab")
        console.offers("Agree")
        console.rest(1.1)
        console.press("enter")
        console.says("2FA is on.")
        console.log_in(ALICE, PASSWORD)
        console.use_backup_code(codes[0])
        console.says("Backup code 1 of set ")


def test_at_40x12_nothing_breaks_and_a_larger_window_shows_everything(machine: Machine) -> None:
    machine.create()
    with machine.open(columns=40, rows=12) as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for(f"{ALICE} ▼")
        console.choose(ALICE, "Settings")
        console.wait_still()
        console.press("enter")
        console.says("The QR needs a window of ")
        no_part_of_a_qr(console)
        console.press("f2")
        console.says("The QR needs ")
        no_part_of_a_qr(console)
        console.resize(80, 24)
        phone = console.scan()
        with console.output.same_page():
            console.resize(40, 12)
            no_part_of_a_qr(console)
            console.resize(80, 24)
            assert console.scan().key == phone.key
        console.press("f2")
        console.wait_for("next code in")
        console.type_code(phone)
        codes = console.backup_codes()
        with console.output.same_page():
            console.resize(40, 12)
            console.wait_still()
            console.resize(80, 24)
            assert console.backup_codes() == codes
            console.wait_for("Keep your backup codes")
    assert machine.second_factor() == ("off", 0, 0)


def test_any_size_leads_back_to_the_same_page(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        phone = console.begin_enrollment(ALICE)
        with console.output.same_page():
            for size in ((20, 5), (1, 1), (500, 200)):
                console.resize(*size)
                console.rest(0.5)
                console.resize(80, 24)
                assert console.scan().key == phone.key == console.setup_key()
