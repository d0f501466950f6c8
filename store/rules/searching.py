"""By which words an account is found, as somebody types: each by its beginning, from one letter on."""

import re
import unicodedata
from typing import Final

from store.rules.phone_numbers import national_digits
from store.rules.text import visible

MAX_TYPED: Final = 200
"""Characters of a search: more than any name has."""

MAX_WORDS: Final = 8
"""Words of a search: each is looked up."""

_PART: Final = re.compile(r"[^\s._+@,;:()/'\u2019\"-]+")
_NUMBER: Final = re.compile(r"[\d\s+()./-]*\d[\d\s()./-]*")
_DIGIT: Final = re.compile(r"\d")


def fold(text: str) -> str:
    """Return the form in which words are compared: letters without case, width or accents.

    Nobody in a hurry types the accents of a name, or knows whether it was written down with them.
    """
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFKC", "".join(filter(lambda char: not unicodedata.combining(char), plain)))


def words_of(username: str, display_name: str, number: str | None) -> set[str]:
    """Return by which words an account is found.

    A word stands from each of its parts on, so that `smith@example` finds `bob.smith@example`. The whole
    display name stands from each of its words on too: two words that many people have, one after the
    other, are found at once.
    """
    words = set(_from_each_part(username))
    names = [tails for token in fold(display_name).split() if (tails := _from_each_part(token))]
    for tails in names:
        words.update(tails)
    whole = [tails[0] for tails in names]
    words.update(" ".join(whole[at:] + whole[:at]) for at in range(len(whole)))
    if number:
        words |= {"".join(_DIGIT.findall(number)), national_digits(number)} - {""}
    return words


def typed_words(text: str) -> tuple[str, ...]:
    """Return the words of a search, all of which an account must have words that begin with.

    A phone number is one word, however it is spaced. What no name can hold finds nothing.
    """
    folded = fold(text[:MAX_TYPED])
    if _NUMBER.fullmatch(folded):
        return ("".join(_DIGIT.findall(folded)),)
    tails = (_from_each_part(visible(token)) for token in folded.split())
    return tuple(dict.fromkeys(each[0] for each in tails if each))[:MAX_WORDS]


def _from_each_part(token: str) -> list[str]:
    return [token[part.start() :] for part in _PART.finditer(token)]
