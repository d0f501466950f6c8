"""Codes follow RFC 6238 and are accepted once, in their window."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import CodeFault, NotACode
from store.rules import totp
from store.rules.totp import Accepted, ClockWentBack, Spent, Wrong

SECRET = b"12345678901234567890"
STEP = 60_000_000
NOW = datetime.fromtimestamp(STEP * 30 + 10, UTC)

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
OFFSETS = st.integers(-12, 12)
SECRETS = st.binary(min_size=20, max_size=20)


def code(offset: int) -> str:
    return totp.code_at(SECRET, STEP + offset)


def test_the_codes_used_here_are_all_different() -> None:
    assert len({code(offset) for offset in range(-300, 40)}) == 340


# RFC 6238 and RFC 4226


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238_appendix_b(seconds: int, eight_digits: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_at(now)) == eight_digits[-6:]
    assert totp.match(SECRET, eight_digits[-6:], now, None) == Accepted(seconds // 30)


def test_codes_are_those_of_rfc_4226_appendix_d() -> None:
    expected = [
        *("755224", "287082", "359152", "969429", "338314"),
        *("254676", "287922", "162583", "399871", "520489"),
    ]
    assert [totp.code_at(SECRET, step) for step in range(10)] == expected


@pytest.mark.parametrize(
    ("seconds", "step", "left"),
    [
        (0, 0, 30),
        (0.5, 0, 30),
        (1, 0, 29),
        (29, 0, 1),
        (29.999999, 0, 1),
        (30, 1, 30),
        (20000000000, 666666666, 10),
    ],
)
def test_a_step_lasts_thirty_seconds(seconds: float, step: int, left: int) -> None:
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    assert (totp.step_at(now), totp.seconds_left(now)) == (step, left)


@given(MOMENTS)
def test_the_next_code_comes_when_the_seconds_have_run_out(now: datetime) -> None:
    left = totp.seconds_left(now)
    assert 1 <= left <= 30
    assert totp.step_at(now + timedelta(seconds=left)) == totp.step_at(now) + 1


def test_the_zone_of_a_moment_does_not_matter_but_it_must_have_one() -> None:
    assert totp.step_at(NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))) == STEP
    naive = NOW.replace(tzinfo=None)
    for ask in (
        lambda: totp.step_at(naive),
        lambda: totp.seconds_left(naive),
        lambda: totp.match(SECRET, "123456", naive, None),
        lambda: totp.seconds_off(SECRET, "123456", naive),
    ):
        with pytest.raises(ValueError, match=r"^a time without a zone$"):
            ask()


# Acceptance


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_code_one_step_off_at_most_is_accepted(offset: int) -> None:
    assert totp.match(SECRET, code(offset), NOW, None) == Accepted(STEP + offset)
    assert totp.match(SECRET, code(offset), NOW, STEP + offset - 1) == Accepted(STEP + offset)


def test_a_code_of_two_steps_ago_is_refused() -> None:
    assert totp.match(SECRET, code(-2), NOW, None) == Wrong()
    assert totp.match(SECRET, code(-2), NOW, STEP - 3) == Wrong()


def test_a_code_of_two_steps_ahead_is_refused() -> None:
    assert totp.match(SECRET, code(2), NOW, None) == Wrong()


@given(st.integers(-1, 1), OFFSETS)
def test_an_accepted_code_is_never_accepted_again(offset: int, later: int) -> None:
    outcome = totp.match(SECRET, code(offset), NOW, None)
    assert isinstance(outcome, Accepted)
    again = totp.match(SECRET, code(offset), NOW + timedelta(seconds=30 * later), outcome.step)
    assert not isinstance(again, Accepted)


@given(OFFSETS, st.none() | OFFSETS)
def test_only_a_later_step_in_the_window_is_accepted(offset: int, last: int | None) -> None:
    outcome = totp.match(SECRET, code(offset), NOW, None if last is None else STEP + last)
    inside, later = abs(offset) <= 1, last is None or offset > last
    assert isinstance(outcome, Accepted) == (inside and later)


@pytest.mark.parametrize("offset", [-1, 0])
def test_a_code_overtaken_by_a_later_one_is_spent(offset: int) -> None:
    assert totp.match(SECRET, code(offset), NOW, STEP + 1) == Spent()


@pytest.mark.parametrize("offset", range(-10, -1))
def test_an_older_code_is_spent_when_it_or_a_later_one_was_accepted(offset: int) -> None:
    assert totp.match(SECRET, code(offset), NOW, STEP + offset) == Spent()
    assert totp.match(SECRET, code(offset), NOW, STEP) == Spent()
    assert totp.match(SECRET, code(offset), NOW, STEP + offset - 1) == Wrong()
    assert totp.match(SECRET, code(offset), NOW, None) == Wrong()


def test_a_code_from_longer_ago_is_wrong() -> None:
    assert totp.match(SECRET, code(-11), NOW, STEP) == Wrong()


def test_a_wrong_code_is_wrong_whatever_was_accepted() -> None:
    for last in (None, STEP - 5, STEP, STEP + 2):
        assert totp.match(SECRET, code(-200), NOW, last) == Wrong()


@pytest.mark.parametrize("ahead", [3, 120, 10**9])
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_right_code_under_a_last_step_in_the_future_means_the_clock_went_back(
    offset: int, ahead: int
) -> None:
    assert totp.match(SECRET, code(offset), NOW, STEP + ahead) == ClockWentBack()


def test_no_code_is_called_wrong_once_the_clock_went_back() -> None:
    assert totp.match(SECRET, code(-200), NOW, STEP + 1000) == ClockWentBack()


@pytest.mark.parametrize("present", range(4))
def test_a_last_step_two_ahead_is_no_sign_of_the_clock_and_three_are(present: int) -> None:
    now = NOW + timedelta(seconds=30 * present)
    assert totp.match(SECRET, code(present + 1), now, STEP + present + 2) == Spent()
    assert totp.match(SECRET, code(present + 1), now, STEP + present + 3) == ClockWentBack()


def test_the_later_of_two_steps_with_the_same_digits_is_spent_with_the_earlier(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        totp, "code_at", lambda _secret, step: "111111" if step in {STEP - 1, STEP + 1} else "0"
    )
    assert totp.match(SECRET, "111111", NOW, None) == Accepted(STEP + 1)
    assert totp.match(SECRET, "111111", NOW, STEP) == Accepted(STEP + 1)
    assert totp.match(SECRET, "111111", NOW, STEP + 1) == Spent()


def test_every_step_is_compared_whichever_matches(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return one == other

    monkeypatch.setattr("hmac.compare_digest", compare)
    for typed in (code(-1), code(0), code(-9), code(-200)):
        compared.clear()
        totp.match(SECRET, typed, NOW, STEP)
        assert compared == [code(offset).encode() for offset in (-1, 0, 1, *range(-10, -1))]


def test_codes_are_judged_in_the_first_minutes_of_the_epoch_too() -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    assert totp.match(SECRET, totp.code_at(SECRET, 0), start, None) == Accepted(0)
    assert totp.seconds_off(SECRET, totp.code_at(SECRET, 3), start) == 90


# Drift, at enrollment


@pytest.mark.parametrize("offset", [*range(-10, -1), *range(2, 11)])
def test_a_code_of_two_to_ten_steps_off_tells_how_far_the_phone_is_off(offset: int) -> None:
    for present in range(16):
        now = NOW + timedelta(seconds=30 * present)
        assert totp.seconds_off(SECRET, code(present + offset), now) == offset * 30


def test_of_two_steps_with_the_same_digits_the_nearer_tells_how_far_the_phone_is_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(totp, "code_at", lambda _secret, step: "1" if step in {STEP - 9, STEP + 2} else "0")
    assert totp.seconds_off(SECRET, "1", NOW) == 60


@pytest.mark.parametrize("offset", [-200, -11, -1, 0, 1, 11])
def test_any_other_code_tells_nothing(offset: int) -> None:
    assert totp.seconds_off(SECRET, code(offset), NOW) is None


# What was typed


@pytest.mark.parametrize(
    "typed", ["123456", " 123 456\n", "123-456", "12\u201334\u00a056", "1 2 3 4 5 6", "123\u2212456"]
)
def test_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert totp.normalise(typed) == "123456"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault.EMPTY),
        (" - ", CodeFault.EMPTY),
        ("7K3Q-9WZD-M2FT-XA5C", CodeFault.LETTERS),
        ("12345O", CodeFault.LETTERS),
        ("12345", CodeFault.NOT_SIX_DIGITS),
        ("1234567", CodeFault.NOT_SIX_DIGITS),
        ("12345.", CodeFault.NOT_SIX_DIGITS),
        ("\uff11\uff12\uff13\uff14\uff15\uff16", CodeFault.NOT_SIX_DIGITS),
        ("١٢٣٤٥٦", CodeFault.NOT_SIX_DIGITS),
        ("12345²", CodeFault.NOT_SIX_DIGITS),
        ("123456\u200b", CodeFault.NOT_SIX_DIGITS),
        ("123456\0", CodeFault.NOT_SIX_DIGITS),
        pytest.param("1" * (1 << 20), CodeFault.NOT_SIX_DIGITS, id="a megabyte"),
    ],
)
def test_what_cannot_be_a_code_is_no_attempt(typed: str, fault: CodeFault) -> None:
    with pytest.raises(NotACode) as refused:
        totp.normalise(typed)
    assert refused.value.fault is fault


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_is_typed_gives_six_ascii_digits_or_a_reason(typed: str) -> None:
    try:
        code = totp.normalise(typed)
    except NotACode:
        return
    assert re.fullmatch("[0-9]{6}", code)


# The setup key


def test_secrets_are_twenty_bytes_and_differ() -> None:
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {20}


@given(SECRETS)
def test_the_setup_key_is_32_unpadded_characters_in_groups_of_four(secret: bytes) -> None:
    key = totp.setup_key(secret)
    assert re.fullmatch("[A-Z2-7]{32}", key)
    groups = totp.grouped(key).split(" ")
    assert [len(group) for group in groups] == [4] * 8
    assert "".join(groups) == key


def test_a_setup_key_is_unpadded_whatever_the_length_of_the_secret() -> None:
    assert totp.setup_key(b"1234567890123456") == "GEZDGNBVGY3TQOJQGEZDGNBVGY"


def test_what_match_says_is_a_value() -> None:
    assert len({Accepted(1), Accepted(1), Accepted(2), Spent(), Wrong(), ClockWentBack()}) == 5
