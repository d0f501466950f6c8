"""What the phone takes, shows and loses; and the clock that it shares with the console."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.rules import totp
from tests.clocks import START, FakeClock
from tests.terminal.authenticator import Phone as RfcPhone
from tui.demo.clock import DemoClock
from tui.demo.phone import Phone
from tui.flows import ENABLED, ENTRY_IS_DEAD, NEW_CODES, REPLACED

ALICE = "otpauth://totp/my.modulus:alice?secret=JBSWY3DPEHPK3PXPKRSXG5CTMVRXEZLU&issuer=my.modulus"
AGAIN = "otpauth://totp/my.modulus:alice?secret=KRSXG5CTMVRXEZLUJBSWY3DPEHPK3PXP&issuer=my.modulus"
MARIA = "otpauth://totp/my.modulus:m%40example.gr?secret=KRSXG5CTMVRXEZLUJBSWY3DPEHPK3PXP&issuer=my.modulus"


@pytest.mark.parametrize("seconds", [0, 24, 25, 3600, 10**9])
def test_codes_are_those_of_the_rfc(seconds: int) -> None:
    phone = Phone()
    phone.point_at(ALICE)
    now = START + timedelta(seconds=seconds)
    shown = phone.entries[0].code(now)
    assert shown[3] == " "
    assert shown.replace(" ", "") == RfcPhone(ALICE).code(now.timestamp())


def codes(phone: Phone) -> list[str]:
    return [entry.code(START).replace(" ", "") for entry in phone.entries]


def code(uri: str) -> str:
    return RfcPhone(uri).code(START.timestamp())


def test_a_second_scan_of_the_same_account_comes_first_and_the_old_entry_stays() -> None:
    phone = Phone()
    for uri in (ALICE, MARIA, AGAIN, AGAIN):
        phone.point_at(uri)
    assert codes(phone) == [code(AGAIN), code(MARIA), code(ALICE)]
    assert "KRSX" not in repr(phone.entries)


@pytest.mark.parametrize("notice", [ENABLED, REPLACED])
def test_once_the_new_entry_is_in_force_the_old_one_is_deleted(notice: str) -> None:
    phone = Phone()
    for uri in (ALICE, MARIA, AGAIN):
        phone.point_at(uri)
    phone.obey(NEW_CODES)
    assert len(phone.entries) == 3
    phone.obey(notice)
    assert codes(phone) == [code(AGAIN), code(MARIA)]


@pytest.mark.parametrize("notice", [ENTRY_IS_DEAD, f"{ENTRY_IS_DEAD} The reset code works for an hour."])
def test_after_an_enrollment_that_was_cancelled_the_entry_still_in_force_is_left(notice: str) -> None:
    phone = Phone()
    for uri in (ALICE, AGAIN):
        phone.point_at(uri)
    for _ in range(2):
        phone.obey(notice)
        phone.obey(REPLACED)
        assert codes(phone) == [code(ALICE)]


def test_whoever_scanned_nothing_deletes_nothing() -> None:
    phone = Phone()
    phone.point_at(ALICE)
    phone.obey(ENABLED)
    for notice in (ENTRY_IS_DEAD, ENABLED, REPLACED):
        phone.obey(notice)
    assert codes(phone) == [code(ALICE)]


@pytest.mark.parametrize(
    "text",
    ["https://example.com", "", "otpauth://hotp/a:b?secret=JBSWY3DP&issuer=a&counter=0", "otpauth://totp/x"],
)
def test_any_other_qr_is_ignored(text: str) -> None:
    phone = Phone()
    phone.point_at(text)
    assert phone.entries == ()
    assert phone.in_sight is None


def test_a_lost_phone_takes_nothing_and_a_found_one_has_what_it_had() -> None:
    phone = Phone()
    phone.point_at(ALICE)
    phone.lose()
    phone.point_at(MARIA)
    assert phone.in_sight is None
    phone.find()
    assert [entry.username for entry in phone.entries] == ["alice"]


@pytest.mark.parametrize("after", [0.0, 0.000001, 12.345678, 24.999999, 25.0])
def test_the_clock_moves_exactly_to_where_the_next_code_begins(after: float) -> None:
    base = FakeClock()
    clock = DemoClock(base)
    base.move(seconds=after)
    for _ in range(3):
        before = totp.step_at(clock.now())
        clock.to_next_step()
        assert totp.step_at(clock.now()) == before + 1
        assert clock.now().timestamp() % totp.STEP_SECONDS == 0
    base.move(seconds=1)
    assert totp.seconds_left(clock.now()) == totp.STEP_SECONDS - 1
