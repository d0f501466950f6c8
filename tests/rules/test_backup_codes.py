"""Backup codes are random, printed in groups, and read however they are typed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import CodeFault, NotACode
from store.rules import backup_codes

CANONICAL = st.text(backup_codes.ALPHABET, min_size=16, max_size=16)
CODE = "7K3Q9WZDM2FTXA5C"


def test_the_alphabet_is_crockfords() -> None:
    assert backup_codes.ALPHABET == "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_person_is_told_to_make_new_codes_from_the_seventh_used_one_on() -> None:
    assert (backup_codes.COUNT, backup_codes.LOW) == (10, 4)


def test_a_set_is_ten_different_codes_of_four_groups() -> None:
    codes = backup_codes.new_codes()
    assert len(set(codes)) == len(codes) == 10
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4] * 4
        assert backup_codes.grouped(backup_codes.normalise(code)) == code


def test_codes_do_not_follow_the_seed_of_random() -> None:
    random.seed(1)
    first = backup_codes.new_codes()
    random.seed(1)
    assert not set(first) & set(backup_codes.new_codes())


def test_every_character_occurs_in_every_place() -> None:
    codes = [backup_codes.normalise(backup_codes.new_code()) for _ in range(1000)]
    assert all({code[place] for code in codes} == set(backup_codes.ALPHABET) for place in range(16))


@pytest.mark.parametrize("previous", [None, 0, 100, 500, 999])
def test_a_set_number_has_three_digits_and_is_not_the_previous_one(previous: int | None) -> None:
    numbers = {backup_codes.new_set_number(previous) for _ in range(300)}
    assert previous not in numbers
    assert min(numbers) >= 100
    assert max(numbers) <= 999


def test_the_previous_number_is_the_only_one_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: set[int] = set()

    def choice(numbers: list[int]) -> int:
        offered.update(numbers)
        return numbers[0]

    monkeypatch.setattr("secrets.choice", choice)
    backup_codes.new_set_number(417)
    assert offered == set(range(100, 1000)) - {417}


@pytest.mark.parametrize(
    "typed",
    [
        "7K3Q-9WZD-M2FT-XA5C",
        "7k3q9wzdm2ftxa5c",
        " 7K3Q 9WZD M2FT XA5C\n",
        "7K3Q\u20139WZD\u2014M2FT\u2212XA5C",
        "1 7K3Q-9WZD-M2FT-XA5C",
        "1. 7K3Q-9WZD-M2FT-XA5C",
        "10) 7K3Q-9WZD-M2FT-XA5C",
        "10 7K3Q-9WZD-M2FT-XA5C",
        "9.7K3Q9WZDM2FTXA5C",
        "17K3Q9WZDM2FTXA5C",
        "lO. 7K3Q-9WZD-M2FT-XA5C",
    ],
)
def test_case_dashes_spaces_and_the_number_in_front_do_not_matter(typed: str) -> None:
    assert backup_codes.normalise(typed) == CODE


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert backup_codes.normalise("oOiI-lL00-1111-ABCD") == "0011110011" + "11ABCD"


@given(
    canonical=CANONICAL,
    number=st.none() | st.integers(1, 10),
    after=st.sampled_from(["", " ", ".", ")", ". ", ") "]),
    between=st.sampled_from(["", "-", " ", "\u2011"]),
    lower=st.booleans(),
)
def test_a_code_is_read_however_it_is_typed(
    canonical: str, number: int | None, after: str, between: str, *, lower: bool
) -> None:
    typed = backup_codes.grouped(canonical).replace("-", between)
    typed = typed.lower() if lower else typed
    typed = typed if number is None else f"{number}{after}{typed}"
    assert backup_codes.normalise(typed) == canonical


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault.EMPTY),
        (" -\u2014 ", CodeFault.EMPTY),
        ("123456", CodeFault.SIX_DIGITS),
        ("123 456", CodeFault.SIX_DIGITS),
        ("7K3Q-9WZD-M2FT-XA5", CodeFault.WRONG_LENGTH),
        ("A7K3Q-9WZD-M2FT-XA5C", CodeFault.WRONG_LENGTH),
        ("0 7K3Q-9WZD-M2FT-XA5C", CodeFault.WRONG_LENGTH),
        ("11 7K3Q-9WZD-M2FT-XA5C", CodeFault.WRONG_LENGTH),
        ("1.", CodeFault.WRONG_LENGTH),
        ("7K3Q-9WZD-M2FT-XA5C 7K3Q-9WZD-M2FT-XA5C", CodeFault.WRONG_LENGTH),
        pytest.param("A" * (1 << 20), CodeFault.WRONG_LENGTH, id="a megabyte"),
        ("7K3Q-9WZD-M2FT-XA5U", CodeFault.CHARACTER),
        ("7K3Q-9WZD-M2FT-XA5!", CodeFault.CHARACTER),
        ("11. 7K3Q-9WZD-M2FT-XA5C", CodeFault.CHARACTER),
        ("\uff17K3Q-9WZD-M2FT-XA5C", CodeFault.CHARACTER),
        ("7K3Q-9WZD-M2FT-XA5\u017f", CodeFault.CHARACTER),
        ("7K3Q-9WZD-M2FT-XA5C\udc80", CodeFault.CHARACTER),
    ],
)
def test_what_cannot_be_a_backup_code_is_no_attempt(typed: str, fault: CodeFault) -> None:
    with pytest.raises(NotACode) as refused:
        backup_codes.normalise(typed)
    assert refused.value.fault is fault


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_typed_gives_a_canonical_code_or_a_reason(typed: str) -> None:
    try:
        code = backup_codes.normalise(typed)
    except NotACode:
        return
    assert len(code) == 16
    assert set(code) <= set(backup_codes.ALPHABET)
