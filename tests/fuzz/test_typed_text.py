"""Whatever a person types or pastes into a field: a value of the right form, or a typed error."""

import re

from hypothesis import strategies as st

from store.errors import InvalidNumber, InvalidUsername, NotACode, UnsafeText, WeakPassword
from store.rules import backup_codes, passwords, phone_numbers, text, totp, usernames
from tests.fuzz.effort import ANY_TEXT, at_most, fuzz

LONG = st.integers(0, 1 << 17)
SPACING = st.text(" -\u2011\u2212\u00a0\t.", max_size=4)
NEARLY_NAMES = st.text("aZ0._-+@ \u212a\u0130\u0301\udc80", max_size=45)
NEARLY_CODES = st.text("0123456789 -aOIl\u0660\uff11\u2212.)u", max_size=30)
NEARLY_NUMBERS = st.text("+\uff0b0123456789 -./()\u0663;ext=tel:#*\x1b", max_size=45)
LEET = st.text("4@8({[<369|!10$5+7%2aeio", min_size=15, max_size=72)
WORDS = st.lists(
    st.sampled_from(
        ["password", "Qwerty", "alice", "1234", "2026", "p4$$w0rd", " ", "\u0301", "zxcvbn", "aaaa"]
    ),
    min_size=2,
    max_size=40,
).map("".join)


@fuzz(ANY_TEXT | NEARLY_NAMES)
def test_a_username_is_of_the_one_form_or_refused(typed: str) -> None:
    try:
        name = usernames.enforce(typed)
    except InvalidUsername:
        return
    assert re.fullmatch(r"[a-z0-9][a-z0-9._+@-]{0,39}", name)
    assert usernames.enforce(name) == name
    assert usernames.attempted(typed) == name


@fuzz(ANY_TEXT | NEARLY_NAMES, LONG)
def test_any_attempt_has_a_short_form_at_once(typed: str, times: int) -> None:
    with at_most(1):
        name = usernames.attempted(typed * min(times, 300_000 // max(1, len(typed))))
    assert len(name) <= 256
    name.encode()


def test_a_pile_of_accents_has_its_short_form_at_once() -> None:
    with at_most(0.5):
        usernames.attempted("e" + "\u0301\u0316" * 30_000)


@fuzz(ANY_TEXT)
def test_visible_text_is_safe_and_tells_what_was_there(typed: str) -> None:
    shown = text.visible(typed)
    assert text.first_unsafe(shown) is None
    assert shown.isprintable() or all(char.isprintable() or char.isspace() for char in shown)
    found = text.first_unsafe(typed)
    assert (found is None) == (shown == typed)
    assert found is None or found in typed
    try:
        text.require_safe(typed)
    except UnsafeText as error:
        assert error.character == found
    else:
        assert found is None


@fuzz(ANY_TEXT | LEET | WORDS | st.text(min_size=15, max_size=300), share=0.5)
def test_a_password_is_judged_in_time_whatever_it_is(typed: str) -> None:
    with at_most(5):
        try:
            passwords.check(typed, context=("alice.smith", "Console-1", "Twofold"))
        except WeakPassword:
            return
    assert 15 <= len(passwords.normalise(typed)) <= 256
    passwords.normalise(typed).encode()


@fuzz(ANY_TEXT | NEARLY_CODES)
def test_an_apps_code_is_six_digits_or_no_attempt(typed: str) -> None:
    try:
        code = totp.normalise(typed)
    except NotACode:
        return
    assert re.fullmatch("[0-9]{6}", code)
    assert [char for char in typed if char in "0123456789"] == list(code)


@fuzz(ANY_TEXT | NEARLY_CODES)
def test_a_backup_code_is_canonical_or_no_attempt(typed: str) -> None:
    try:
        code = backup_codes.normalise(typed)
    except NotACode:
        return
    assert re.fullmatch(f"[{backup_codes.ALPHABET}]{{16}}", code)
    assert backup_codes.normalise(backup_codes.grouped(code)) == code


@fuzz(
    st.text(backup_codes.ALPHABET, min_size=16, max_size=16),
    st.lists(SPACING, min_size=16, max_size=16),
    st.integers(0, 10),
)
def test_a_backup_code_is_read_however_it_is_typed(code: str, gaps: list[str], number: int) -> None:
    typed = "".join(gap.replace(".", "") + char for gap, char in zip(gaps, code, strict=True)).lower()
    typed = typed.replace("0", "o").replace("1", "l")
    assert backup_codes.normalise(f"{number}. {typed}" if number else typed) == code


@fuzz(ANY_TEXT | NEARLY_NUMBERS, st.sampled_from([None, "GR", "US", "XX", "", "\udc80"]))
def test_a_phone_number_is_e164_or_refused(typed: str, region: str | None) -> None:
    with at_most(2):
        try:
            number = phone_numbers.parse(typed, region)
        except InvalidNumber:
            return
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", number)
    assert phone_numbers.parse(number, None) == number


@fuzz(ANY_TEXT | NEARLY_NUMBERS | st.from_regex(r"\+[1-9][0-9]{3,14}", fullmatch=True))
def test_a_stored_number_is_shown_safely_and_half_hidden(stored: str) -> None:
    shown, hidden = phone_numbers.display(stored), phone_numbers.masked(stored)
    assert text.first_unsafe(shown) is None
    assert text.first_unsafe(hidden) is None
    assert all(one in {other, "x"} for one, other in zip(hidden, shown, strict=True))
