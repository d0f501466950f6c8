"""New passwords are long, hard to guess and otherwise free."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import PasswordFault, WeakPassword
from store.rules import passwords

CONTEXT = ("alice.smith", "Console-1", "Twofold")
STRONG = "plover mangrove 4 kettle"


def fault_of(password: str) -> PasswordFault | None:
    try:
        passwords.check(password, context=CONTEXT)
    except WeakPassword as refused:
        return refused.fault
    return None


@pytest.mark.parametrize(
    "password",
    [
        STRONG,
        "h q b z e w m d k",
        "83610472956183047",
        "🦊🌵🚲🧊🍩🎻🪁🧭🏔🐙🌋🥁🧵🪐🦉",
        "zażółć gęślą jaźń",
        "alice-83610472956183",
        "wq" + STRONG * 9,
        "x7#Kp" * 51 + "y",
    ],
)
def test_any_long_password_that_is_hard_to_guess_is_accepted(password: str) -> None:
    assert fault_of(password) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", PasswordFault.EMPTY),
        ("xq7 mangrove 4k", None),
        ("q7 mangrove 4k", PasswordFault.TOO_SHORT),
        ("e\u0301q7 mangrove 4", PasswordFault.TOO_SHORT),
        (("kq7Zp" * 52)[:256], None),
        (("kq7Zp" * 52)[:257], PasswordFault.TOO_LONG),
        pytest.param("x" * (1 << 20), PasswordFault.TOO_LONG, id="a megabyte"),
        pytest.param("e" + "\u0301\u0316" * (1 << 19), PasswordFault.TOO_LONG, id="a megabyte of accents"),
        (STRONG + "\0", PasswordFault.UNSAFE),
        (STRONG + "\x1b", PasswordFault.UNSAFE),
        (STRONG + "\x85", PasswordFault.UNSAFE),
        (STRONG + "\udc80", PasswordFault.UNSAFE),
        ("password1234567", PasswordFault.GUESSABLE),
        ("qwertyuiopasdfghjkl", PasswordFault.GUESSABLE),
        (" " * 15, PasswordFault.GUESSABLE),
        ("a" * 256, PasswordFault.GUESSABLE),
        ("alicealicealice", PasswordFault.GUESSABLE),
        ("Twofold-alice-2026", PasswordFault.GUESSABLE),
        ("Tw0f0ld & @lice.sm1th", PasswordFault.GUESSABLE),
        ("console-1 twofold!", PasswordFault.GUESSABLE),
    ],
)
def test_a_password_is_judged_by_length_and_guesses(password: str, fault: PasswordFault | None) -> None:
    assert fault_of(password) is fault


def test_a_password_that_is_the_username_is_refused_and_the_reason_given() -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.check("Alexandra-Papadopoulou", context=("alexandra-papadopoulou",))
    assert refused.value.fault is PasswordFault.GUESSABLE
    assert refused.value.warning == passwords.CONTEXT_WARNING


def test_zxcvbn_gives_its_reason() -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.check("password1234567", context=CONTEXT)
    assert "commonly used password" in refused.value.warning


def test_a_short_context_word_does_not_spoil_a_password() -> None:
    passwords.check(STRONG, context=("o", "", "le"))
    passwords.check(STRONG, context=())


def test_length_is_counted_after_composition() -> None:
    composed = "é" * 5 + "kq7Zp mang"
    assert fault_of(unicodedata.normalize("NFD", composed)) is None
    assert len(passwords.normalise(unicodedata.normalize("NFD", composed))) == 15
    one_less = unicodedata.normalize("NFD", composed[1:])
    assert len(one_less) >= passwords.MIN_LENGTH
    assert fault_of(one_less) is PasswordFault.TOO_SHORT
    longest = unicodedata.normalize("NFD", ("wqé" + STRONG * 11)[:256])
    assert len(longest) > passwords.MAX_LENGTH
    assert fault_of(longest) is None
    assert fault_of(longest + "x") is PasswordFault.TOO_LONG


def test_composition_is_the_only_change() -> None:
    assert passwords.normalise("e\u0301") == "é"
    for password in (" pw ", "Pw", "\u00a0", "\ufb01", "\uff21", "a\u200cb"):
        assert passwords.normalise(password) == password


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_judged_without_another_error(password: str) -> None:
    assert fault_of(password) in {None, *PasswordFault}


def test_a_huge_password_is_refused_before_the_word_lists_are_loaded() -> None:
    probe = (
        "import sys\n"
        "from store.errors import WeakPassword\n"
        "from store.rules import passwords\n"
        "try: passwords.check('x' * (1 << 20), context=())\n"
        "except WeakPassword: sys.exit('zxcvbn' in sys.modules)\n"
        "sys.exit(2)\n"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0  # noqa: S603


@pytest.mark.parametrize(
    "password", ["password password", "letmein letmein!", "password-password", "a b c d e f g h"]
)
def test_easy_words_are_as_easy_with_signs_between_them(password: str) -> None:
    with pytest.raises(WeakPassword) as weak:
        passwords.check(password, context=())
    assert weak.value.fault is PasswordFault.GUESSABLE
