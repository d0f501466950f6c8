"""Numbers are read as people write them, and only numbers calls may be forwarded to."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import InvalidNumber, NumberFault
from store.rules import phone_numbers

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("+30 697 123 4567", None, "+306971234567"),
        (" (+30) 697-123.45/67 ", None, "+306971234567"),
        ("697 123 4567", "GR", "+306971234567"),
        ("697\u2011123\u22124567", "gr", "+306971234567"),
        ("0030 697 123 4567", "GR", "+306971234567"),
        ("0030 697 123 4567", "DE", "+306971234567"),
        ("0011 30 697 123 4567", "AU", "+306971234567"),
        ("+44 (0)20 7946 0958", None, "+442079460958"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("+30 697 123 4567", "US", "+306971234567"),
        ("+30 697 123 4567", "XX", "+306971234567"),
        ("+\u0663\u0660 697 123 4567", None, "+306971234567"),
        ("\uff0b30 697 123 4567", None, "+306971234567"),
        ("+39 02 3661 8300", None, "+390236618300"),
        ("+800 1234 5678", None, "+80012345678"),
        ("+30" + " " * 27 + "6971234567", None, "+306971234567"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, region: str | None, number: str) -> None:
    assert phone_numbers.parse(text, region) == number


@pytest.mark.parametrize(
    ("text", "region", "fault"),
    [
        ("", "GR", NumberFault.EMPTY),
        (" \t", None, NumberFault.EMPTY),
        ("697 123 4567", None, NumberFault.NO_COUNTRY),
        ("0030 697 123 4567", None, NumberFault.NO_COUNTRY),
        ("697 123 4567", "XX", NumberFault.NO_COUNTRY),
        ("697 123 4567", "", NumberFault.NO_COUNTRY),
        ("abc", "GR", NumberFault.NOT_A_NUMBER),
        ("+", None, NumberFault.NOT_A_NUMBER),
        ("()", "GR", NumberFault.NOT_A_NUMBER),
        ("++306971234567", None, NumberFault.NOT_A_NUMBER),
        ("30+6971234567", None, NumberFault.NOT_A_NUMBER),
        ("call +30 697 123 4567", None, NumberFault.NOT_A_NUMBER),
        ("1-800-FLOWERS", "US", NumberFault.NOT_A_NUMBER),
        ("+30 697 123 4567 ext 3", None, NumberFault.NOT_A_NUMBER),
        ("+30 697 123 4567;ext=3", None, NumberFault.NOT_A_NUMBER),
        ("tel:+306971234567", None, NumberFault.NOT_A_NUMBER),
        ("*21*+306971234567#", "GR", NumberFault.NOT_A_NUMBER),
        ("+30 697 123 4567\x1b[2J", None, NumberFault.NOT_A_NUMBER),
        ("+30 697\n123 4567", None, NumberFault.NOT_A_NUMBER),
        ("\u202a+306971234567", None, NumberFault.NOT_A_NUMBER),
        ("+30 697 123 45\u00b27", None, NumberFault.NOT_A_NUMBER),
        ("+30 697 123 4567\udc80", None, NumberFault.NOT_A_NUMBER),
        ("+30" + " " * 30 + "6971234567", None, NumberFault.NOT_A_NUMBER),
        pytest.param("9" * (1 << 20), "GR", NumberFault.NOT_A_NUMBER, id="a megabyte"),
        ("+30 697 123", None, NumberFault.INVALID),
        ("+30 697 123 45678", None, NumberFault.INVALID),
        ("+30" + " " * 28 + "6971234567", None, NumberFault.NOT_A_NUMBER),
        ("+30 697 123X4567", None, NumberFault.NOT_A_NUMBER),
        ("+" + "9" * 39, None, NumberFault.INVALID),
        ("+999 1234 5678", None, NumberFault.INVALID),
        ("+0 123 456 789", None, NumberFault.INVALID),
        ("112", "GR", NumberFault.INVALID),
        ("7", "GR", NumberFault.INVALID),
        ("+44 906 123 4567", None, NumberFault.PREMIUM),
        ("+1 900 234 5678", None, NumberFault.PREMIUM),
        ("+979 1234 56789", None, NumberFault.PREMIUM),
        ("801 100 1234", "GR", NumberFault.PREMIUM),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_with_the_reason(
    text: str, region: str | None, fault: NumberFault
) -> None:
    with pytest.raises(InvalidNumber) as refused:
        phone_numbers.parse(text, region)
    assert refused.value.fault is fault


@given(
    st.text(st.characters(exclude_categories=())) | st.text("+0123456789 -()", max_size=20),
    st.sampled_from([None, "GR", "US", "XX"]),
)
def test_whatever_is_typed_gives_a_number_that_reads_back_or_a_reason(text: str, region: str | None) -> None:
    try:
        number = phone_numbers.parse(text, region)
    except InvalidNumber:
        return
    assert E164.fullmatch(number)
    assert phone_numbers.parse(phone_numbers.display(number), None) == number


@pytest.mark.parametrize(
    ("number", "shown", "hidden"),
    [
        ("+306971234567", "+30 697 123 4567", "+30 697 xxx xx67"),
        ("+12025550123", "+1 202-555-0123", "+1 202-xxx-xx23"),
        ("+442079460958", "+44 20 7946 0958", "+44 20 xxxx xx58"),
        ("+447400123456", "+44 7400 123456", "+44 7400 xxxx56"),
        ("+6561234567", "+65 6123 4567", "+65 xxxx xx67"),
        ("+29022158", "+290 22158", "+290 xxx58"),
        ("+35570021234", "+355 700 21234", "+355 xxx xxx34"),
    ],
)
def test_a_number_is_shown_in_groups_and_to_others_half_hidden(number: str, shown: str, hidden: str) -> None:
    assert phone_numbers.display(number) == shown
    assert phone_numbers.masked(number) == hidden


@given(st.from_regex(r"\+[1-9][0-9]{3,14}", fullmatch=True))
def test_never_more_than_country_first_group_and_two_digits_is_shown(number: str) -> None:
    shown, hidden = phone_numbers.display(number), phone_numbers.masked(number)
    assert len(hidden) == len(shown)
    front = re.match(r"\+\d+ ?\d*", shown)
    assert front
    after = [char for char in hidden[front.end() :] if char.isdigit()]
    assert len(after) <= 2
    assert all(one in (other, "x") for one, other in zip(hidden, shown, strict=True))


@pytest.mark.parametrize(("stored", "shown"), [("", ""), ("garbage\x1b", "garbage<U+001B>"), ("123", "123")])
def test_what_is_no_number_is_still_shown_safely(stored: str, shown: str) -> None:
    assert phone_numbers.display(stored) == shown


def test_what_is_no_number_is_half_hidden_all_the_same() -> None:
    assert phone_numbers.masked("6971234567") == "xxxxxxxx67"


@pytest.mark.parametrize(
    ("region", "known"), [("GR", True), ("US", True), ("XX", False), ("gr", False), ("", False)]
)
def test_a_country_is_known_by_its_two_capitals(region: str, *, known: bool) -> None:
    assert phone_numbers.is_region(region) is known


@pytest.mark.parametrize(("region", "code"), [("GR", "+30"), ("US", "+1"), ("GB", "+44")])
def test_a_country_has_its_calling_code(region: str, code: str) -> None:
    assert phone_numbers.calling_code(region) == code
