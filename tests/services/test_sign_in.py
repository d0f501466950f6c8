"""The first step of a log-in says the same of every failure, and keeps nothing that was typed."""

import hashlib
import itertools
import re
from datetime import timedelta
from unittest.mock import patch

import argon2
import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from store.errors import Locked, SignInRefused, TooLittleMemory
from store.rules.hashing import Cost
from store.services.hashing import Hashing
from store.services.principals import Visitor
from store.services.views import CodeNeeded, LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import WRONG, spy, wrong_passwords
from tests.tables import change, content, events, one, rows

UNUSED = itertools.count()
REFUSED_FORMS = [
    "",
    " ",
    "-alice",
    "al ice",
    "alice\n\x1b[2J",
    "älice",
    "a" * 41,
    "a@b@c+d",
    "\ud800",
    "alice:x",
    "\uff41lice",
]


def refusal(desk: Desk, username: str, password: str) -> SignInRefused:
    desk.clock.move(hours=1)  # past any lock
    with pytest.raises(SignInRefused) as refused:
        desk.services.sign_in.check_password(HERE, username, password)
    return refused.value


def test_every_cause_is_one_and_the_same_error(desk: Desk) -> None:
    desk.create("carol")
    change(desk, "UPDATE account SET enabled = 0 WHERE username = 'carol'")
    said = [
        refusal(desk, username, password)
        for username, password in [
            ("alice", WRONG),
            ("nobody", PASSWORD),
            ("carol", PASSWORD),
            ("carol", WRONG),
            ("alice", ""),
            ("alice", PASSWORD + " "),
            ("alice", PASSWORD.upper()),
            ("alice", "\ud800"),
            ("alice", "x" * 100_000),
            *((form, PASSWORD) for form in REFUSED_FORMS),
        ]
    ]
    assert {(type(error), error.args, tuple(vars(error))) for error in said} == {(SignInRefused, (), ())}
    assert not rows(desk, "SELECT * FROM session")


@pytest.mark.parametrize("form", ["ALICE", " alice", "alice ", "\tAlice\n"])
def test_other_spellings_of_a_name_are_the_same_account_and_the_same_counter(desk: Desk, form: str) -> None:
    wrong_passwords(desk, 2, form)
    wrong_passwords(desk, 2, "alice")
    assert one(desk, "SELECT failures FROM throttle WHERE factor = 'password'") == 4
    outcome = desk.services.sign_in.check_password(HERE, form, PASSWORD)
    assert isinstance(outcome, LoggedIn)
    assert outcome.username == "alice"


def test_a_right_password_opens_a_full_session_only_where_no_second_factor_is_on(desk: Desk) -> None:
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", PASSWORD), LoggedIn)
    desk.enable()
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    assert outcome.set_number == one(desk, "SELECT number FROM backup_set")
    assert rows(desk, "SELECT kind, stepped_up_at FROM session WHERE ended_at IS NULL") == [("half", None)]


def test_an_account_that_was_disabled_gets_in_again_once_enabled(desk: Desk) -> None:
    change(desk, "UPDATE account SET enabled = 0")
    refusal(desk, "alice", PASSWORD)
    change(desk, "UPDATE account SET enabled = 1")
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", PASSWORD), LoggedIn)


def argon2_runs(desk: Desk, username: str) -> tuple[int, int]:
    """Return how often a failing attempt hashes and verifies, in a process that did neither before."""
    cost = Cost(64 + next(UNUSED), 1, 1)  # what is made once for each cost is not made yet
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(cost, cost)
    hasher = argon2.PasswordHasher
    with (
        patch.object(hasher, "hash", autospec=True, side_effect=hasher.hash) as hashed,
        patch.object(hasher, "verify", autospec=True, side_effect=hasher.verify) as verified,
    ):
        refusal(desk, username, WRONG)
    return hashed.call_count, verified.call_count


@pytest.mark.parametrize("name", ["nobody", "-refused form-", "dis"])
def test_every_name_costs_as_many_runs_of_argon2_even_the_first_in_a_process(desk: Desk, name: str) -> None:
    desk.create("dis")
    change(desk, "UPDATE account SET enabled = 0 WHERE username = 'dis'")
    known, other = argon2_runs(desk, "alice"), argon2_runs(desk, name)
    assert known == other
    assert known[1] == 1


def test_weak_stored_parameters_are_upgraded_at_log_in_and_only_then(desk: Desk) -> None:
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(Cost(16, 2, 1), Cost(8, 1, 1))
    before = one(desk, "SELECT password_hash FROM account")
    assert "m=8,t=1" in before
    refusal(desk, "alice", WRONG)
    assert one(desk, "SELECT password_hash FROM account") == before
    desk.log_in()
    after = one(desk, "SELECT password_hash FROM account")
    assert after.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    desk.log_in()
    assert one(desk, "SELECT password_hash FROM account") == after
    assert one(desk, "SELECT epoch FROM account") == 0, "an upgrade is no change of password"


def test_a_password_that_changed_while_it_was_verified_opens_nothing(desk: Desk) -> None:
    attempt = desk.services.sign_in._reserve(HERE, "alice")
    desk.clock.move(seconds=1)
    desk.services.passwords.change(desk.log_in(), PASSWORD, "marble ladder comet soup")
    with patch.object(desk.services.sign_in, "_reserve", return_value=attempt):
        refusal(desk, "alice", PASSWORD)


def test_of_two_log_ins_that_upgrade_the_parameters_at_once_both_get_in(desk: Desk) -> None:
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(Cost(16, 2, 1), Cost(8, 1, 1))
    attempt = desk.services.sign_in._reserve(HERE, "alice")
    desk.log_in()
    upgraded = one(desk, "SELECT password_hash FROM account")
    with patch.object(desk.services.sign_in, "_reserve", return_value=attempt):
        desk.log_in()
    assert one(desk, "SELECT password_hash FROM account") == upgraded
    assert rows(desk, "SELECT failures FROM throttle WHERE factor = 'password'") == []


def test_too_little_memory_is_said_and_counts_as_no_try(desk: Desk) -> None:
    """The library tells it by an error of the same class as a wrong password."""
    short = VerificationError("Memory allocation error")
    for _ in range(7):
        with (
            patch.object(PasswordHasher, "verify", side_effect=short),
            pytest.raises(TooLittleMemory),
        ):
            desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert rows(desk, "SELECT failures, window_failures FROM throttle WHERE factor = 'password'") == []
    desk.log_in()


def test_an_unknown_username_is_kept_only_as_eight_hex_digits_of_a_mac(desk: Desk) -> None:
    typed = "hunter2 is my password"
    wrong_passwords(desk, 5, typed)
    refused = [each for each in events(desk, "password checked") if each.outcome == "refused"]
    assert len(refused) == 5
    assert {(each.actor, each.account_id) for each in refused} == {("(nobody)", None)}
    assert all(re.fullmatch(r"name [0-9a-f]{8}, wrong password", each.detail) for each in refused)
    everything = repr(content(desk, but=()))
    for form in (typed, "hunter2", typed.encode().hex(), typed.upper()):
        assert form not in everything


def test_a_known_name_is_recorded_by_its_account(desk: Desk) -> None:
    wrong_passwords(desk, 1)
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.account_id, last.detail) == (
        "password checked",
        "refused",
        1,
        "wrong password",
    )
    assert last.source == HERE.source


def test_when_a_log_in_finished_is_noted_only_once_it_is_finished(desk: Desk) -> None:
    desk.enable()
    before = desk.services.accounts.show(SHELL, "alice").last_login_at
    half = desk.half(visitor=Visitor("host/b"))
    desk.clock.move(seconds=30)
    assert desk.services.accounts.show(SHELL, "alice").last_login_at == before
    desk.services.second_factor.verify(half, desk.code())
    assert desk.services.accounts.show(SHELL, "alice").last_login_at == desk.clock.now()


def test_the_session_keeps_only_the_digest_of_its_token_and_where_it_came_from(desk: Desk) -> None:
    token = desk.log_in(visitor=Visitor("tty1", kiosk=True))
    assert token.token not in repr(content(desk, but=()))
    assert token.token not in repr(token)
    assert rows(desk, "SELECT source, kiosk, length(digest) FROM session") == [("tty1", 1, 32)]
    assert one(desk, "SELECT digest FROM session") == hashlib.sha256(token.token.encode()).digest()


def test_a_locked_attempt_hashes_for_no_name(desk: Desk) -> None:
    for name in ("alice", "nobody"):
        wrong_passwords(desk, 5, name)
        hashing = spy(desk)
        with pytest.raises(Locked) as locked:
            desk.services.sign_in.check_password(HERE, name, PASSWORD)
        assert locked.value.wait == timedelta(minutes=1)
        assert hashing.runs == 0
