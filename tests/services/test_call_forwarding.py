"""Call forwarding is changed by its account alone, stepped up, to a number that is one."""

import re

import pytest

from store.errors import InvalidNumber, NumberFault, StepUpNeeded
from store.services.principals import SessionToken
from tests.desk import PASSWORD, SHELL, Desk
from tests.tables import change, content, events, one, rows

NUMBER = "+306971234567"
SHOWN = "+30 697 123 4567"


def stale(desk: Desk) -> SessionToken:
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    return token


def test_it_is_off_until_it_is_set_and_again_once_it_is_switched_off(desk: Desk) -> None:
    token = desk.log_in()
    calls = desk.services.call_forwarding
    assert calls.look(token).number is None
    done = calls.forward(token, " +30 697-123.4567 ")
    assert (done.number, done.since) == (SHOWN, desk.clock.now())
    assert rows(desk, "SELECT account_id, number FROM call_forwarding") == [(1, NUMBER)]
    desk.clock.move(minutes=1)
    changed = calls.forward(token, "+44 20 7946 0958")
    assert changed.since == desk.clock.now()
    assert len(rows(desk, "SELECT * FROM call_forwarding")) == 1
    assert calls.switch_off(token).number is None
    assert rows(desk, "SELECT * FROM call_forwarding") == []
    assert calls.switch_off(token).number is None
    assert len(events(desk, "call forwarding switched off")) == 1


def test_home_tells_where_calls_go(desk: Desk) -> None:
    token = desk.log_in()
    assert desk.services.home.look(token).forwarding_to is None
    desk.services.call_forwarding.forward(token, NUMBER)
    home = desk.services.home.look(token)
    assert (home.forwarding_to, home.forwarding_since) == (SHOWN, desk.clock.now())


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", NumberFault.EMPTY),
        ("697 123 4567", NumberFault.NO_COUNTRY),
        ("+30 call me", NumberFault.NOT_A_NUMBER),
        ("+30 697\x1b[2J", NumberFault.NOT_A_NUMBER),
        ("+30 12", NumberFault.INVALID),
        ("+30 901 123 4567", NumberFault.PREMIUM),
        ("+30 210 123 4567", NumberFault.OWN),
    ],
)
def test_a_number_that_is_refused_changes_nothing(desk: Desk, typed: str, fault: NumberFault) -> None:
    change(desk, "UPDATE account SET number = '+302101234567'")
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, NUMBER)
    before = content(desk)
    with pytest.raises(InvalidNumber) as refused:
        desk.services.call_forwarding.forward(token, typed)
    assert refused.value.fault is fault
    assert content(desk) == before


def test_every_change_asks_for_step_up_and_looking_does_not(desk: Desk) -> None:
    desk.services.call_forwarding.forward(desk.log_in(), NUMBER)
    token = stale(desk)
    before = content(desk)
    with pytest.raises(StepUpNeeded):
        desk.services.call_forwarding.forward(token, "+442079460958")
    with pytest.raises(StepUpNeeded):
        desk.services.call_forwarding.switch_off(token)
    assert content(desk) == before
    assert desk.services.call_forwarding.look(token).number == SHOWN
    renewed = desk.services.passwords.step_up(token, PASSWORD)
    desk.services.call_forwarding.switch_off(renewed)


def test_one_account_neither_sees_nor_moves_anothers(desk: Desk) -> None:
    desk.create("bob")
    alice, bob = desk.log_in(), desk.log_in("bob")
    desk.services.call_forwarding.forward(alice, NUMBER)
    assert desk.services.call_forwarding.look(bob).number is None
    desk.services.call_forwarding.switch_off(bob)
    desk.services.call_forwarding.forward(bob, "+442079460958")
    assert desk.services.call_forwarding.look(alice).number == SHOWN


def test_the_audit_log_holds_no_whole_number(desk: Desk) -> None:
    desk.services.call_forwarding.forward(desk.log_in(), NUMBER)
    [event] = events(desk, "call forwarding set")
    assert "67" in event.detail
    assert "4567" not in event.detail.replace(" ", "")
    kept = repr(rows(desk, "SELECT * FROM audit_event"))
    assert NUMBER not in kept
    assert "4567" not in re.sub(r"[ -]", "", kept)


def test_the_region_of_the_settings_reads_a_number_without_its_country(desk: Desk) -> None:
    greek = Desk(desk.folder / "greek", region="GR")
    greek.create("alice")
    token = greek.log_in()
    assert greek.services.call_forwarding.forward(token, "697 123 4567").number == SHOWN
    greek.services.close()


def test_the_own_number_is_shown_in_its_form(desk: Desk) -> None:
    desk.services.accounts.create(SHELL, "bob", PASSWORD, number="+302101234567")
    assert desk.services.call_forwarding.look(desk.log_in("bob")).own_number == "+30 21 0123 4567"
    assert one(desk, "SELECT number FROM account WHERE username = 'bob'") == "+302101234567"
