"""No control, bidi or invisible character is taken in or let out."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import UnsafeText
from store.rules import text

UNSAFE = {
    "escape": "\x1b",
    "NUL": "\0",
    "line feed": "\n",
    "tab": "\t",
    "DEL": "\x7f",
    "C1 CSI": "\x9b",
    "soft hyphen": "\xad",
    "combining grapheme joiner": "\u034f",
    "Arabic letter mark": "\u061c",
    "Hangul filler": "\u3164",
    "Hangul choseong filler": "\u115f",
    "half-width Hangul filler": "\uffa0",
    "Mongolian vowel separator": "\u180e",
    "zero width space": "\u200b",
    "zero width joiner": "\u200d",
    "right-to-left override": "\u202e",
    "right-to-left isolate": "\u2067",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "word joiner": "\u2060",
    "Braille blank": "\u2800",
    "byte order mark": "\ufeff",
    "variation selector": "\ufe0f",
    "variation selector 17": "\U000e0100",
    "tag": "\U000e0041",
    "private use": "\ue000",
    "lone surrogate": "\udc80",
    "noncharacter": "\uffff",
}

SAFE = [
    "",
    "Alice",
    "O'Neill [@click=app.quit]",
    "Ελένη",
    "محمد",
    "אבי",
    "佐藤 花子",
    "नमस्ते",
    "e\u0301",
    "👍",
    "a\u00a0b",
    "\u3000",
]


@pytest.mark.parametrize("character", UNSAFE.values(), ids=UNSAFE.keys())
def test_an_unsafe_character_is_found_refused_and_spelled_out(character: str) -> None:
    whole = f"bob{character}x\x1b"
    assert text.first_unsafe(whole) == character
    with pytest.raises(UnsafeText) as refused:
        text.require_safe(whole)
    assert refused.value.character == character
    assert text.visible(whole) == f"bob<U+{ord(character):04X}>x<U+001B>"


@pytest.mark.parametrize("name", SAFE)
def test_names_in_any_language_pass_unchanged(name: str) -> None:
    text.require_safe(name)
    assert text.first_unsafe(name) is None
    assert text.visible(name) == name


def test_every_code_point_of_a_refused_category_is_unsafe() -> None:
    refused = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    points = (chr(point) for point in range(sys.maxunicode + 1))
    assert all(text.first_unsafe(char) == char for char in points if unicodedata.category(char) in refused)


def test_what_leaves_no_ink_is_unsafe_and_nothing_else_that_can_be_printed_is() -> None:
    points = (chr(point) for point in range(sys.maxunicode + 1))
    found = {ord(char) for char in points if char.isprintable() and text.first_unsafe(char)}
    assert found == {
        *(0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0),
        *(0x16FE4, 0x1D159, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
    }


def test_the_emoji_joiner_is_spelled_out() -> None:
    assert text.visible("👩\u200d💻") == "👩<U+200D>💻"


@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_is_safe_and_showing_it_twice_changes_nothing(anything: str) -> None:
    shown = text.visible(anything)
    assert text.first_unsafe(shown) is None
    assert text.visible(shown) == shown


def test_spacing_is_dropped_and_nothing_else() -> None:
    assert text.unspaced(" 12-3\u20134\u22125\u00a06\u30007\t.\n") == "1234567."


@pytest.mark.parametrize("sign", "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\t\r\0")
def test_what_some_spreadsheet_takes_for_a_formula_begins_like_one(sign: str) -> None:
    assert text.begins_formula(f"{sign}1")
    assert not text.begins_formula(f"1{sign}")
