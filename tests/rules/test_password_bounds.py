"""Where exactly a new password begins to be long, own and hard enough."""

import random
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from store.errors import PasswordFault, WeakPassword
from store.rules import passwords

FOUR_IN_ONE = [
    chr(point) for point in range(0x1F80, 0x1FB0) if len(unicodedata.normalize("NFD", chr(point))) == 4
]
"""Letters that are typed as four code points and are one in NFC."""


class Estimator:
    """Stands for zxcvbn: records what it is asked and gives the estimate it is told to."""

    def __init__(self) -> None:
        self.guesses = 10**8
        self.asked: list[tuple[str, list[str]]] = []

    def __call__(self, password: str, user_inputs: list[str]) -> dict[str, Any]:
        self.asked.append((password, user_inputs))
        return {"guesses": self.guesses, "feedback": {"warning": "a reason"}}


@pytest.fixture
def estimator(monkeypatch: pytest.MonkeyPatch) -> Estimator:
    estimator = Estimator()
    monkeypatch.setattr("zxcvbn.zxcvbn", estimator)
    return estimator


def refusal(password: str, *context: str) -> WeakPassword | None:
    try:
        passwords.check(password, context=context)
    except WeakPassword as refused:
        return refused
    return None


def is_derivative(password: str, *context: str) -> bool:
    refused = refusal(password, *context)
    return refused is not None and refused.warning == passwords.CONTEXT_WARNING


def test_a_hundred_million_guesses_are_enough_and_one_fewer_is_not(estimator: Estimator) -> None:
    assert refusal("plover mangrove") is None
    estimator.guesses = 10**8 - 1
    refused = refusal("plover mangrove")
    assert refused is not None
    assert (refused.fault, refused.warning) == (PasswordFault.GUESSABLE, "a reason")


def test_the_guesser_is_told_the_context_and_the_first_72_characters(estimator: Estimator) -> None:
    passwords.check("plover mangrove " * 6, context=("alice.smith", "Twofold"))
    words = ["alice.smith", "twofold", "alice", "smith"]
    assert estimator.asked == [(("plover mangrove " * 6)[:72], words), (("plovermangrove" * 6)[:72], words)]


def test_the_longest_password_is_accepted_in_its_longest_spelling() -> None:
    chance = random.Random(1)  # noqa: S311 - any mixture will do
    longest = "".join(chance.choices(FOUR_IN_ONE, k=256))
    typed = unicodedata.normalize("NFD", longest)
    assert len(typed) == passwords.MAX_TYPED_LENGTH
    assert refusal(typed) is None
    refused = refusal(typed + "x")
    assert refused is not None
    assert refused.fault is PasswordFault.TOO_LONG


@pytest.mark.usefixtures("estimator")
def test_eight_characters_of_ones_own_beside_the_context_are_enough() -> None:
    assert is_derivative("alice.smith kqzwvxb", "alice.smith")
    assert not is_derivative("alice.smith kqzwvxbn", "alice.smith")


@pytest.mark.usefixtures("estimator")
def test_a_word_of_three_characters_counts_and_one_of_two_does_not() -> None:
    assert is_derivative("bob-bob-bob-bob-bob", "bob")
    assert not is_derivative("ab-ab-ab-ab-ab-ab", "ab")


@pytest.mark.usefixtures("estimator")
def test_the_longest_context_word_is_taken_out_whole() -> None:
    assert is_derivative("annamarialopez!", "anna", "annamarialopez")


@pytest.mark.usefixtures("estimator")
@pytest.mark.parametrize(
    ("sign", "letter"),
    ["0o", "1i", "1l", "!i", "!l", "3e", "4a", "5s", "7t", "@a", "$s", "li"],
)
def test_a_sign_that_looks_like_a_letter_hides_no_context_word(sign: str, letter: str) -> None:
    assert is_derivative(f"qq{sign}qq" * 3, f"qq{letter}qq")


def test_the_warning_says_what_the_password_is_made_of() -> None:
    assert passwords.CONTEXT_WARNING == ("This is little more than the username or the name of this service.")


def test_passwords_are_measured_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guesser keeps the words of the latest call in a global table."""
    alone, ran = threading.Lock(), []
    together = threading.Barrier(8)

    def watched(password: str, user_inputs: list[str]) -> dict[str, Any]:
        ran.append(alone.acquire(blocking=False))
        time.sleep(0.002)
        if ran[-1]:
            alone.release()
        return {"guesses": 10**8, "feedback": {"warning": ""}}

    def judge(_: int) -> None:
        together.wait()
        passwords.check("plover mangrove", context=("alice",))

    monkeypatch.setattr("zxcvbn.zxcvbn", watched)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, range(8)))
    assert ran == [True] * 16
