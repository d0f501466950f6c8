"""Which characters may come from, and go to, a terminal.

Foreign text reaches the terminal through `visible` and is refused at entry by `require_safe` (design
section 6, standards T1 and T2, CWE-150).
"""

import unicodedata
from typing import Final

from store.errors import UnsafeText

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
"""What a spreadsheet takes for the beginning of a formula (ASVS 1.2.10)."""

_MINUS: Final = "\u2212"

_INVISIBLE: Final = frozenset(
    chr(point)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers
        (0x17B4, 0x17B5),  # Khmer inherent vowels
        (0x180B, 0x180F),  # Mongolian variation selectors
        (0x2800, 0x2800),  # Braille pattern blank
        (0x3164, 0x3164),  # Hangul filler
        (0xFE00, 0xFE0F),  # variation selectors
        (0xFFA0, 0xFFA0),  # half-width Hangul filler
        (0x16FE4, 0x16FE4),  # Khitan filler
        (0x1D159, 0x1D159),  # musical null note head
        (0xE0100, 0xE01EF),  # variation selectors, supplement
    )
    for point in range(first, last + 1)
)
"""Letters, marks and symbols by category that leave no ink, so two names could look the same."""


def _is_unsafe(character: str) -> bool:
    # isprintable() is false for exactly the categories Cc, Cf, Cs, Co, Cn, Zl, Zp and, the one harmless
    # kind, spaces other than the ordinary one.
    if character.isprintable():
        return character in _INVISIBLE
    return unicodedata.category(character) != "Zs"


def first_unsafe(text: str) -> str | None:
    """Return the first control, bidi or invisible character of `text`, or None.

    A zero width joiner counts as well, even inside an emoji: terminals disagree on its width. Code points
    this Python's Unicode tables do not know yet are unsafe too, since nobody can say what they do.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return None
    return next(filter(_is_unsafe, text), None)


def require_safe(text: str) -> None:
    """Refuse text that must not be stored as a name, a note or a number.

    Raises:
        UnsafeText: with the first character that `first_unsafe` finds.

    """
    if (character := first_unsafe(text)) is not None:
        raise UnsafeText(character)


def begins_formula(text: str) -> bool:
    """Say whether a spreadsheet takes the text for a formula: full-width and small signs too, as some do."""
    first = text[:1]
    return first == _MINUS or unicodedata.normalize("NFKC", first).startswith(FORMULA)


def unspaced(text: str) -> str:
    """Return `text` without white space, dashes and minus signs of any kind, as codes are typed with."""
    return "".join(filter(lambda char: not is_spacing(char), text))


def is_spacing(character: str) -> bool:
    """Say whether the character only keeps groups of digits or letters apart."""
    return character.isspace() or character == _MINUS or unicodedata.category(character) == "Pd"


def visible(text: str) -> str:
    """Return `text` fit for the terminal: each unsafe character spelled out, such as `<U+202E>`.

    Safe text comes back as it is, so applying this twice does no harm.
    """
    if first_unsafe(text) is None:
        return text
    return "".join(f"<U+{ord(char):04X}>" if _is_unsafe(char) else char for char in text)
