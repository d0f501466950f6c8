"""A backup code opens the account once, says what it was, and forgives how it was copied (D6, D7)."""

from datetime import timedelta

import pytest

from store.errors import (
    CodeFault,
    Locked,
    NotACode,
    SessionEnded,
    StoreUnusable,
    UsedBackupCode,
    WrongBackupCode,
)
from store.rules.hashing import Cost
from store.services.hashing import Hashing
from store.services.views import LoggedIn
from tests.desk import CHEAP, PASSWORD, Desk
from tests.services.tries import NO_CODE, fresh_code, spy, wrong_backup_codes
from tests.tables import change, content, events, one, rows


def use(desk: Desk, code: str) -> LoggedIn:
    outcome = desk.services.second_factor.use_backup_code(desk.half(), code)
    assert isinstance(outcome, LoggedIn)
    return outcome


def test_it_says_which_code_of_which_set_was_used_and_how_many_are_left(desk: Desk) -> None:
    codes = desk.enable()
    number = one(desk, "SELECT number FROM backup_set")
    first, second = use(desk, codes[6]), use(desk, codes[1])
    assert (first.backup_code_used, first.set_number, first.codes_left) == (7, number, 9)
    assert (second.backup_code_used, second.set_number, second.codes_left) == (2, number, 8)
    assert desk.services.home.look(second.token).codes_left == 8
    assert events(desk, "logged in")[-1].detail == f"backup code 2 of set {number}"


def test_a_used_code_is_named_with_its_date_and_is_no_failure(desk: Desk) -> None:
    codes = desk.enable()
    use(desk, codes[3])
    then = desk.clock.now()
    desk.clock.move(days=40)
    wrong_backup_codes(desk, desk.half(), 3)
    half = desk.half()
    for _ in range(10):
        with pytest.raises(UsedBackupCode) as used:
            desk.services.second_factor.use_backup_code(half, codes[3])
        assert (used.value.number, used.value.used_at) == (4, then)
    assert one(desk, "SELECT failures FROM throttle WHERE factor = 'backup code'") == 3
    with pytest.raises(UsedBackupCode):
        desk.services.second_factor.use_backup_code(half, codes[3])
    assert one(desk, "SELECT failures FROM throttle WHERE factor = 'backup code'") == 4
    assert rows(desk, "SELECT number FROM backup_code WHERE used_at IS NOT NULL") == [(4,)]


@pytest.mark.parametrize("number", [0, 9])
@pytest.mark.parametrize(
    "form",
    [
        "{code}",
        "{lower}",
        "{bare}",
        "{number}. {code}",
        "{number} {bare}",
        " {spaced}\n",
        "{number}) {lower}",
    ],
)
def test_it_is_read_however_it_was_copied(desk: Desk, number: int, form: str) -> None:
    code = desk.enable()[number]
    typed = form.format(
        code=code,
        lower=code.lower(),
        bare=code.replace("-", ""),
        spaced=code.replace("-", "  "),
        number=number + 1,
    )
    assert use(desk, typed).backup_code_used == number + 1


def test_letters_that_look_like_digits_are_forgiven(desk: Desk) -> None:
    code = desk.enable()[0]
    use(desk, code.replace("0", "o").replace("1", "L"))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault.EMPTY),
        ("123 456", CodeFault.SIX_DIGITS),
        ("7K3Q-9WZD-M2FT-XA5", CodeFault.WRONG_LENGTH),
        ("7K3Q-9WZD-M2FT-XA5U", CodeFault.CHARACTER),
        ("7K3Q-9WZD-M2FT-XA5C-7K3Q", CodeFault.WRONG_LENGTH),
    ],
)
def test_what_cannot_be_a_backup_code_costs_no_attempt_and_no_hash(
    desk: Desk, typed: str, fault: CodeFault
) -> None:
    desk.enable()
    half = desk.half()
    before = content(desk, but=())
    hashing = spy(desk)
    with pytest.raises(NotACode) as refused:
        desk.services.second_factor.use_backup_code(half, typed)
    assert refused.value.fault is fault
    assert content(desk, but=()) == before
    assert hashing.runs == 0


def test_an_attempt_is_one_hash_right_or_wrong_and_none_when_locked(desk: Desk) -> None:
    codes = desk.enable()
    half = desk.half()
    hashing = spy(desk)
    wrong_backup_codes(desk, half, 1)
    assert hashing.runs == 1
    desk.services.second_factor.use_backup_code(half, codes[0])
    assert hashing.runs == 2
    wrong_backup_codes(desk, desk.half(), 5)
    half = desk.half()
    hashing.runs = 0
    with pytest.raises(Locked) as locked:
        desk.services.second_factor.use_backup_code(half, codes[1])
    assert locked.value.wait == timedelta(minutes=1)
    assert hashing.runs == 0


def test_a_set_is_checked_at_the_cost_it_was_made_with(desk: Desk) -> None:
    codes = desk.enable()
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(CHEAP, Cost(16, 2, 1))
    full = use(desk, codes[0]).token
    shown = desk.services.backup_codes.new_set(full)
    desk.services.backup_codes.agree(full)
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(CHEAP, Cost(24, 1, 1))
    use(desk, shown.codes[0])


def test_another_accounts_code_and_an_older_sets_code_are_wrong(desk: Desk) -> None:
    desk.create("bob")
    bobs = desk.enable("bob")
    old = desk.enable()
    full = desk.log_in()
    desk.services.backup_codes.new_set(full)
    desk.services.backup_codes.agree(full)
    for code in (bobs[0], old[0], NO_CODE):
        with pytest.raises(WrongBackupCode):
            desk.services.second_factor.use_backup_code(desk.half(), code)


def test_nothing_in_the_store_shows_a_code_or_an_unsealed_digest(desk: Desk) -> None:
    codes = desk.enable()
    everything = repr(content(desk, but=()))
    assert not any(code in everything or code.replace("-", "") in everything for code in codes)
    sealed = [row[0] for row in rows(desk, "SELECT digest FROM backup_code")]
    assert len(set(sealed)) == 10
    assert {len(each) for each in sealed} == {2 + 12 + 32 + 16}


def test_a_digest_moved_to_another_number_opens_nothing(desk: Desk) -> None:
    codes = desk.enable()
    change(
        desk,
        "UPDATE backup_code SET digest = (SELECT digest FROM backup_code WHERE number = 1) WHERE number = 2",
    )
    with pytest.raises(StoreUnusable) as refused:
        desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert refused.value.cause == "sealed value damaged"
    assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NOT NULL") == 0


def test_a_session_begun_with_a_backup_code_has_stepped_up_for_its_life(desk: Desk) -> None:
    codes = desk.enable()
    token = use(desk, codes[0]).token
    for _ in range(50):
        desk.clock.move(minutes=14)
        assert desk.services.sessions.check(token, active=True).stepped_up
    desk.services.two_factor.disable(token, PASSWORD)


def test_a_backup_code_inside_a_session_steps_it_up_for_fifteen_minutes_only(desk: Desk) -> None:
    codes = desk.enable()
    full = desk.log_in()
    outcome = desk.services.second_factor.use_backup_code(full, codes[0])
    assert isinstance(outcome, LoggedIn)
    with pytest.raises(SessionEnded):
        desk.services.home.look(full)
    desk.clock.move(minutes=14)
    assert desk.services.sessions.check(outcome.token, active=True).stepped_up
    desk.clock.move(minutes=1)
    assert not desk.services.sessions.check(outcome.token, active=True).stepped_up
    fresh_code(desk)
