"""Hashes prove a password, tell when they are too weak, and never raise."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from store.rules import hashing
from store.rules.hashing import Cost, Verdict

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=30)
ENCODED = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$Qn6H7nWOQW1lU/NkjUNKAaa9cUBJOOr862VlBqgQAn0"
"""The hash of "right". Fixed, since a process of its own may collect each part of the tests."""


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_the_password_itself_is_right(password: str) -> None:
    encoded = hashing.hash_password(password, CHEAP)
    assert hashing.verify_password(encoded, password, CHEAP) is Verdict.RIGHT
    assert hashing.verify_password(encoded, password + "x", CHEAP) is Verdict.WRONG


def test_two_hashes_of_one_password_differ() -> None:
    assert hashing.hash_password("right", CHEAP) != hashing.hash_password("right", CHEAP)


@pytest.mark.parametrize("typed", ["e\u0301", "é"])
@pytest.mark.parametrize("stored", ["e\u0301", "é"])
def test_composed_and_decomposed_are_one_password(stored: str, typed: str) -> None:
    assert hashing.verify_password(hashing.hash_password(stored, CHEAP), typed, CHEAP) is Verdict.RIGHT


@pytest.mark.parametrize(
    ("stored", "typed"), [("a\0b", "a\0c"), (" pw ", "pw"), ("Pw", "pw"), ("x" * 72 + "a", "x" * 72 + "b")]
)
def test_nothing_is_cut_stripped_or_folded(stored: str, typed: str) -> None:
    assert hashing.verify_password(hashing.hash_password(stored, CHEAP), typed, CHEAP) is Verdict.WRONG


@pytest.mark.parametrize("stored", [Cost(8, 2, 1), Cost(16, 1, 1), Cost(16, 1, 2)])
def test_other_parameters_are_right_but_weak(stored: Cost) -> None:
    encoded = hashing.hash_password("right", stored)
    assert hashing.verify_password(encoded, "right", CHEAP) is Verdict.RIGHT_BUT_WEAK
    assert hashing.verify_password(encoded, "wrong", CHEAP) is Verdict.WRONG


@pytest.mark.parametrize(("salt", "digest"), [(8, 32), (16, 16)])
def test_a_short_salt_or_digest_is_right_but_weak(salt: int, digest: int) -> None:
    encoded = PasswordHasher(1, 8, 1, salt_len=salt, hash_len=digest).hash("right")
    assert hashing.verify_password(encoded, "right", CHEAP) is Verdict.RIGHT_BUT_WEAK


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        " ",
        "right",
        ENCODED[:-3],
        ENCODED[:40],
        ENCODED + "é",
        "$argon2id$v=19$m=8,t=1,p=1$$",
        ENCODED.replace("argon2id", "argon2x"),
        ENCODED.replace("t=1", "t=0"),
        ENCODED.replace("m=8", "m=x"),
        ENCODED.replace("v=19", "v=99"),
        "\udc80",
    ],
)
def test_a_damaged_hash_proves_nothing(damaged: str) -> None:
    assert hashing.verify_password(damaged, "right", CHEAP) is Verdict.WRONG


@settings(max_examples=100)
@given(ANYTHING, ANYTHING.filter(lambda password: password != "right"))
def test_no_hash_and_no_password_raise(encoded: str, password: str) -> None:
    assert hashing.verify_password(encoded, password, CHEAP) is Verdict.WRONG
    assert hashing.verify_password(ENCODED, password, CHEAP) is Verdict.WRONG


def test_a_password_is_right_up_to_the_longest_that_can_be_typed() -> None:
    longest = "e\u0301\u0316\u0317" * 256
    assert len(longest) == 1024
    encoded = hashing.hash_password(longest, CHEAP)
    assert hashing.verify_password(encoded, longest, CHEAP) is Verdict.RIGHT
    assert (
        hashing.verify_password(hashing.hash_password(longest + "x", CHEAP), longest + "x", CHEAP)
        is Verdict.WRONG
    )


def test_a_lone_surrogate_is_wrong() -> None:
    assert hashing.verify_password(ENCODED, "right\udc80", CHEAP) is Verdict.WRONG


def test_a_megabyte_of_accents_is_wrong_at_once() -> None:
    assert hashing.verify_password(ENCODED, "e" + "\u0301\u0316" * (1 << 19), CHEAP) is Verdict.WRONG


def test_the_dummy_hash_costs_nothing_to_make_and_as_much_to_verify_as_a_real_one() -> None:
    dummy = hashing.dummy_hash(CHEAP)
    assert dummy.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert len(dummy) == len(hashing.hash_password("right", CHEAP))
    assert extract_parameters(dummy) == extract_parameters(hashing.hash_password("right", CHEAP))
    assert dummy != hashing.dummy_hash(CHEAP)


def test_a_code_digest_depends_on_code_salt_and_cost() -> None:
    salt = b"s" * 16
    digest = hashing.digest_code("7K3Q9WZDM2FTXA5C", salt, CHEAP)
    assert len(digest) == 32
    assert digest == hashing.digest_code("7K3Q9WZDM2FTXA5C", salt, CHEAP)
    assert digest != hashing.digest_code("7K3Q9WZDM2FTXA5D", salt, CHEAP)
    assert digest != hashing.digest_code("7K3Q9WZDM2FTXA5C", b"t" * 16, CHEAP)
    assert digest != hashing.digest_code("7K3Q9WZDM2FTXA5C", salt, Cost(8, 2, 1))


@pytest.mark.parametrize("part", ["memory_kib", "passes", "lanes"])
def test_a_cost_stays_what_it_is(part: str) -> None:
    with pytest.raises(AttributeError):
        setattr(CHEAP, part, 2)


def test_salts_are_16_bytes_and_differ() -> None:
    salts = {hashing.new_salt() for _ in range(100)}
    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {16}


def test_the_default_costs_are_what_the_design_says() -> None:
    encoded = hashing.hash_password("right", hashing.PASSWORD_COST)
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert hashing.verify_password(encoded, "right", hashing.PASSWORD_COST) is Verdict.RIGHT
    assert Cost(memory_kib=19456, passes=2, lanes=1) == hashing.CODE_COST


@given(st.builds(Cost, st.integers(0), st.integers(0), st.integers(0)))
def test_a_cost_is_read_back_from_the_text_it_is_stored_as(cost: Cost) -> None:
    assert Cost.parse(str(cost)) == cost


def test_a_cost_is_stored_in_argon2s_own_words() -> None:
    assert str(Cost(memory_kib=19456, passes=2, lanes=1)) == "m=19456,t=2,p=1"


@pytest.mark.parametrize(
    "text", ["", "m=8,t=1", "m=8,t=1,p=x", "m=8,t=1,p=1,", " m=8,t=1,p=1", "M=8,T=1,P=1"]
)
def test_another_text_is_no_cost(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a cost$"):
        Cost.parse(text)
