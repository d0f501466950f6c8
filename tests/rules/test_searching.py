"""What is typed finds an account by the beginnings of its words, whatever the case, the accents, the spacing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.searching import MAX_WORDS, typed_words, words_of

WORDS = words_of("bob.smith@example", "Bob O\u2019Brien (Sales)", "+306971234567")


def finds(typed: str, words: set[str]) -> bool:
    asked = typed_words(typed)
    return bool(asked) and all(any(word.startswith(each) for word in words) for each in asked)


@pytest.mark.parametrize(
    "typed",
    ["b", "BOB", "bob.smith@ex", "smith@ex", "example", "o'brien".replace("'", "\u2019"), "brien", "sales", "(sal",
     "sales bob", "bob o", "+30 697 123", "30697", "697 123-4567", "6971", "\uff42ob", " bob \n "],
)  # fmt: skip
def test_the_beginning_of_any_word_finds(typed: str) -> None:
    assert finds(typed, WORDS)


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "ob", "bob x", "971", "smithe", "bob\x1b", "\ud800", "%", "b%"]
)
def test_anything_else_finds_nothing(typed: str) -> None:
    assert not finds(typed, WORDS)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Ζωή Παπαδοπούλου", "παπαδ ζωη"),
        ("João Ávila", "avila joao"),
        ("Straße", "STRASSE"),
        ("Σοφός", "ΣΟΦΟΣ"),
    ],
)
def test_neither_case_nor_accents_have_to_be_typed(name: str, typed: str) -> None:
    assert finds(typed, words_of("x", name, None))


def test_a_number_is_found_as_it_is_dialled_at_home_and_from_abroad() -> None:
    words = words_of("x", "", "+4930123456")
    assert finds("030 1234", words)
    assert finds("+49 30 1234", words)
    assert words_of("x", "", "+999123") >= {"999123"}


def test_two_names_are_one_word_in_either_order() -> None:
    words = words_of("x", "Maria Papadopoulou", None)
    assert {"maria papadopoulou", "papadopoulou maria"} <= words


@given(st.text(max_size=300))
def test_any_text_gives_few_words_that_a_database_takes(text: str) -> None:
    words = typed_words(text)
    assert len(words) <= MAX_WORDS
    for word in words:
        assert word.encode("utf-8")
        assert "\0" not in word


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=80))
def test_a_name_finds_its_account(name: str) -> None:
    assert not typed_words(name) or finds(name, words_of("x", name, None))
