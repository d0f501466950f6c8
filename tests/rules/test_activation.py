"""Activation passwords have 140 random bits, are forgiven as codes are, and are hashed fast and in secret."""

import re
from typing import Literal

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from store.rules import activation, hashing, passwords
from store.rules.hashing import Cost, Verdict

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
PRINTED = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{4}")


def test_each_is_new_and_of_the_printed_form() -> None:
    made = {activation.new_password() for _ in range(500)}
    assert len(made) == 500
    assert all(map(PRINTED.fullmatch, made))
    # Every character of the alphabet comes up in every place.
    assert all(len({password[at] for password in made}) == 32 for at in range(34) if at % 5 != 4)


def test_one_can_be_typed_where_a_password_is() -> None:
    passwords.check(activation.new_password(), context=("alice", "Twofold"))


@pytest.mark.parametrize(
    "typed",
    [
        "7K3Q-9WZD-M2FT-XA5C-0000-1111-7K3Q",
        "7k3q9wzdm2ftxa5c000011117k3q",
        " 7K3Q 9WZD M2FT XA5C OOOO IL1l 7K3Q\n",
        "7K3Q\u20139WZD\u2013M2FT\u2013XA5C\u20130000\u20131111\u20137K3Q",
    ],
)
def test_what_codes_are_forgiven_is_forgiven(typed: str) -> None:
    encoded = hashing.hash_activation_password("7K3Q-9WZD-M2FT-XA5C-0000-1111-7K3Q")
    assert encoded.startswith("$sha256$")
    assert hashing.verify_password(encoded, typed, CHEAP) is Verdict.RIGHT


def test_another_is_wrong() -> None:
    encoded = hashing.hash_activation_password(activation.new_password())
    for typed in (activation.new_password(), "", "violet kettle parade", "x" * 28, "\ud800" * 28, "é" * 2000):
        assert hashing.verify_password(encoded, typed, CHEAP) is Verdict.WRONG
    for damaged in ("$sha256$", encoded[:-1], encoded + "A", "$sha256$é"):
        assert hashing.verify_password(damaged, activation.new_password(), CHEAP) is Verdict.WRONG


@pytest.mark.parametrize("chosen", ["", "violet kettle parade", "7K3Q-9WZD-M2FT-XA5C", "U" * 28, "A" * 29])
def test_what_can_be_guessed_is_never_hashed_fast(chosen: str) -> None:
    with pytest.raises(ValueError, match="activation"):
        hashing.hash_activation_password(chosen)


@given(st.text())
def test_any_text_is_of_the_one_form_or_none(typed: str) -> None:
    code = activation.canonical(typed)
    assert code is None or activation.canonical(code) == code


def test_time_does_not_tell_who_waits_to_be_activated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever the stored hash is, and whether or not it is right, one slow hash is made (ASVS 6.3.8)."""
    slow: list[object] = []
    verify = PasswordHasher.verify

    def count(self: PasswordHasher, encoded: str, typed: str) -> Literal[True]:
        slow.append(encoded)
        return verify(self, encoded, typed)

    monkeypatch.setattr(PasswordHasher, "verify", count)
    password = activation.new_password()
    for typed in (password, activation.new_password(), "violet kettle parade"):
        slow.clear()
        hashing.verify_password(hashing.hash_activation_password(password), typed, CHEAP)
        assert len(slow) == 1
