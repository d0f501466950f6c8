"""Phone numbers as targets of call forwarding: read, shown and half hidden."""

import re
import unicodedata
from typing import Final

from store.errors import InvalidNumber, NumberFault
from store.rules.text import first_unsafe, is_spacing, visible

MAX_TYPED: Final = 40
"""Characters of a typed number: 15 digits (ITU-T E.164) with any separators."""

_PLUS: Final = re.compile(
    "[\\s(]*[+\uff0b]"
)  # the ordinary one, and the full-width one of Japanese keyboards
_HIDDEN_AT_LEAST: Final = 4
"""Digits that must stay hidden between those shown, or too few are left to guess."""


def parse(text: str, region: str | None) -> str:
    """Return the number in E.164 form, such as `+306971234567`.

    Args:
        text: as typed: digits of any script, a plus in front, and spaces, dashes, dots, slashes, brackets.
        region: the two-letter country (ISO 3166-1) for numbers without a plus; numbers that begin with the
            digits for calling abroad from there are understood too.

    Raises:
        InvalidNumber: EMPTY, NO_COUNTRY, NOT_A_NUMBER, INVALID, or PREMIUM for premium rate and shared
            cost: calls forwarded there are a known way to make money from somebody else's telephone.

    """
    # Here, since its tables take long to load and the first frame needs none of them (design D15).
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

    text = text.strip()
    if not text:
        raise InvalidNumber(NumberFault.EMPTY)
    dialled = _dialled(text)
    known = region is not None and region.upper() in phonenumbers.SUPPORTED_REGIONS
    if not dialled.startswith("+") and not known:
        raise InvalidNumber(NumberFault.NO_COUNTRY)
    try:
        number = phonenumbers.parse(dialled, region.upper() if region is not None and known else None)
    except NumberParseException as fault:
        raise InvalidNumber(NumberFault.INVALID) from fault
    # A number is valid where its type is known; to find that out is what takes the time, so it is done once.
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        raise InvalidNumber(NumberFault.INVALID)
    if kind in {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}:
        raise InvalidNumber(NumberFault.PREMIUM)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _dialled(text: str) -> str:
    """Return the plus and the digits alone, so that the library sees no letters, extensions or prose."""
    if len(text) > MAX_TYPED or first_unsafe(text) is not None:
        raise InvalidNumber(NumberFault.NOT_A_NUMBER)
    plus = _PLUS.match(text)
    rest = text[plus.end() :] if plus else text
    digits = ""
    for char in rest:
        if char.isdecimal():
            digits += str(unicodedata.decimal(char))
        elif not (char in "./()" or is_spacing(char)):
            raise InvalidNumber(NumberFault.NOT_A_NUMBER)
    if not digits:
        raise InvalidNumber(NumberFault.NOT_A_NUMBER)
    return f"+{digits}" if plus else digits


def is_region(region: str) -> bool:
    """Tell whether this is the code of a country that has phone numbers."""
    # Here for the reason given in parse.
    import phonenumbers

    return region in phonenumbers.SUPPORTED_REGIONS


def calling_code(region: str) -> str:
    """Return what numbers of a country begin with abroad, such as `+30` for `GR`."""
    # Here for the reason given in parse.
    import phonenumbers

    return f"+{phonenumbers.country_code_for_region(region)}"


def display(e164: str) -> str:
    """Return a stored number in international form, such as `+30 697 123 4567`.

    What the library can't read comes back as it is, made safe for the terminal.
    """
    # Here for the reason given in parse.
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat

    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return visible(e164)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def national_digits(e164: str) -> str:
    """Return the digits of a stored number as they are dialled inside its country, such as `03012345678`.

    Nothing where the library can't read it.
    """
    # Here for the reason given in parse.
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat

    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return ""
    shown = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdecimal, shown))


def masked(e164: str) -> str:
    """Return a stored number for others to see, such as `+30 697 xxx xx67`.

    The country code, the first group and the last two digits stay. Where fewer than four digits would be
    hidden, the first group is hidden as well.
    """
    shown = display(e164)
    front = re.match(r"\+\d+ ?", shown)
    group = re.match(r"\+\d+ \d+", shown)
    if group and sum(char.isdigit() for char in shown[group.end() :]) - 2 >= _HIDDEN_AT_LEAST:
        front = group
    kept = front.end() if front else 0
    digits = [at for at, char in enumerate(shown) if at >= kept and char.isdigit()]
    hidden = set(digits[:-2])
    return "".join("x" if at in hidden else char for at, char in enumerate(shown))
