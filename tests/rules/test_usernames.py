"""Usernames have one form, and every spelling of it is counted as one."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import InvalidUsername, UsernameFault
from store.rules import usernames

ANYTHING = st.text(st.characters(exclude_categories=()))
ALLOWED = st.text(string.ascii_letters + string.digits + "._-+@ ", max_size=45)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("alice", "alice"),
        ("  Alice\n", "alice"),
        ("A", "a"),
        ("7.of-9_x", "7.of-9_x"),
        ("alice+ops@example.org", "alice+ops@example.org"),
        ("x" * 40, "x" * 40),
    ],
)
def test_a_username_is_stripped_and_lowered(typed: str, name: str) -> None:
    assert usernames.enforce(typed) == name


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", UsernameFault.EMPTY),
        (" \t\n", UsernameFault.EMPTY),
        ("x" * 41, UsernameFault.TOO_LONG),
        pytest.param("x" * (1 << 20), UsernameFault.TOO_LONG, id="a megabyte"),
        (".alice", UsernameFault.FIRST),
        ("@alice", UsernameFault.FIRST),
        ("a@b@c+d", UsernameFault.TOO_MANY_SIGNS),
        ("a@b@c@d", UsernameFault.TOO_MANY_SIGNS),
        ("a+b+c@d@e", UsernameFault.TOO_MANY_SIGNS),
        ("al ice", UsernameFault.CHARACTER),
        ("a:b", UsernameFault.CHARACTER),
        ("%41", UsernameFault.CHARACTER),
        ("a&secret=x", UsernameFault.CHARACTER),
        ("é", UsernameFault.CHARACTER),
        ("\u0430dmin", UsernameFault.CHARACTER),
        ("\uff21dmin", UsernameFault.CHARACTER),
        ("\u212aate", UsernameFault.CHARACTER),
        ("al\x00ice", UsernameFault.CHARACTER),
        ("alice\udc80", UsernameFault.CHARACTER),
        ("alice\u202e", UsernameFault.CHARACTER),
    ],
)
def test_what_does_not_follow_the_rule_is_refused_with_the_reason(typed: str, fault: UsernameFault) -> None:
    with pytest.raises(InvalidUsername) as refused:
        usernames.enforce(typed)
    assert refused.value.fault is fault


@given(ALLOWED | ANYTHING)
def test_a_spelling_that_logs_in_is_counted_as_the_account_it_opens(typed: str) -> None:
    try:
        name = usernames.enforce(typed)
    except InvalidUsername:
        return
    assert usernames.attempted(typed) == name
    assert usernames.enforce(name) == name


@given(ANYTHING)
def test_any_attempt_has_a_short_form_that_can_be_hashed(typed: str) -> None:
    assert len(usernames.attempted(typed).encode()) <= 4 * 256


def test_an_attempt_is_counted_by_its_first_256_characters() -> None:
    assert usernames.attempted("x" * 300) == "x" * 256


def test_an_attempt_that_cannot_be_encoded_is_spelled_out() -> None:
    assert usernames.attempted("alice\udc80") == "alice\\udc80"


def test_a_megabyte_of_accents_is_counted_at_once() -> None:
    assert len(usernames.attempted("e" + "\u0301\u0316" * (1 << 19))) <= 256


@pytest.mark.parametrize("issuer", ["Twofold", "a", "A-1.b", "x" * 15])
def test_an_issuer_is_plain(issuer: str) -> None:
    assert usernames.issuer_ok(issuer)


@pytest.mark.parametrize(
    "issuer", ["", "x" * 16, "Two fold", "a:b", "a&b", "é", "a\n", "a_b", "Twofold\uff10"]
)
def test_an_issuer_that_some_app_would_misread_is_refused(issuer: str) -> None:
    assert not usernames.issuer_ok(issuer)


@pytest.mark.parametrize("typed", ["nobody", " Console", "SHELL"])
def test_a_word_that_reads_like_no_persons_name_is_for_no_new_account_and_still_one_of_an_old_one(
    typed: str,
) -> None:
    with pytest.raises(InvalidUsername) as refused:
        usernames.enforce_new(typed)
    assert refused.value.fault is UsernameFault.RESERVED
    assert usernames.enforce(typed) == typed.strip().lower()


def test_any_other_username_is_for_a_new_account_too() -> None:
    for name in ("alice", "nobody2", "console.ops", "shell-user", "x" * 40):
        assert usernames.enforce_new(name) == usernames.enforce(name) == name
