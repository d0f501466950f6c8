"""What a new password must be (design D8; NIST SP 800-63B-4 section 3.1.1.2; ASVS 6.2).

Length and guessability only: no composition rules, no expiry, no change to what was typed but NFC.
"""

import re
import unicodedata
from collections.abc import Sequence
from threading import Lock
from typing import Final

from store.errors import PasswordFault, WeakPassword

MIN_LENGTH: Final = 15
"""Code points: the least for a password that can be the only factor (SP 800-63B-4 section 3.1.1.2)."""

MAX_LENGTH: Final = 256
"""Code points: far beyond the 64 that ASVS 6.2.9 asks for."""

MAX_TYPED_LENGTH: Final = 4 * MAX_LENGTH
"""Code points before NFC. Four is the most that NFC ever makes one of, so nothing valid is longer."""

CONTEXT_WARNING: Final = "This is little more than the username or the name of this service."
"""The warning for a password made of context words, in the manner of zxcvbn's own."""

_MIN_GUESSES: Final = 10**8
_MEASURED: Final = 72  # zxcvbn takes time cubic in the length and refuses more
_MIN_OWN: Final = 8  # as many digits have 10**8 values, the same floor as above
_MIN_WORD: Final = 3  # shorter words occur in any password by chance

# To a guesser "Tw0f0ld" is "twofold"; applied to both sides, so it need not be exact.
_LOOK_ALIKES: Final = str.maketrans("01!l3457@$", "oiiieastas")

_SEPARATORS: Final = re.compile(r"[\s_.,-]+")

_ZXCVBN: Final = Lock()


def normalise(password: str) -> str:
    """Return the password as it is hashed and measured: NFC and nothing else (design D8)."""
    return unicodedata.normalize("NFC", password)


def check(password: str, *, context: Sequence[str]) -> None:
    """Refuse a new password that is too short, too long, unsafe or easily guessed.

    Args:
        password: as typed.
        context: the words an attacker tries first (ASVS 6.1.2): username, issuer and "Twofold".

    Raises:
        WeakPassword: with the first fault found; GUESSABLE carries the reason when there is one.

    """
    if not password:
        raise WeakPassword(PasswordFault.EMPTY)
    # Before NFC, which sorts combining marks in quadratic time: a megabyte must be refused at once.
    if len(password) > MAX_TYPED_LENGTH:
        raise WeakPassword(PasswordFault.TOO_LONG)
    password = normalise(password)
    if len(password) > MAX_LENGTH:
        raise WeakPassword(PasswordFault.TOO_LONG)
    # Nobody can type these on purpose at the next log-in, and a lone surrogate can't be hashed.
    if any(unicodedata.category(char) in {"Cc", "Cs"} for char in password):
        raise WeakPassword(PasswordFault.UNSAFE)
    if len(password) < MIN_LENGTH:
        raise WeakPassword(PasswordFault.TOO_SHORT)
    words = _words(context)
    if _is_derivative(password, words):
        raise WeakPassword(PasswordFault.GUESSABLE, CONTEXT_WARNING)
    # Two easy words with a space between count as hard to zxcvbn, and as one easy word without it.
    for form in (password, _SEPARATORS.sub("", password)):
        guesses, warning = _measure(form, words) if form else (_MIN_GUESSES, "")
        if guesses < _MIN_GUESSES:
            raise WeakPassword(PasswordFault.GUESSABLE, warning)


def _words(context: Sequence[str]) -> list[str]:
    """Return the context words, and the parts of those like alice.smith@example, longest first."""
    words = {part.casefold() for word in context for part in (word, *re.split(r"[\W_]+", word))}
    return sorted((word for word in words if len(word) >= _MIN_WORD), key=lambda word: (-len(word), word))


def _is_derivative(password: str, words: Sequence[str]) -> bool:
    """Say whether little but context words, signs and spaces is in the password (ASVS 6.2.11)."""
    if not words:
        return False
    plain = password.casefold().translate(_LOOK_ALIKES)
    pattern = "|".join(re.escape(word.translate(_LOOK_ALIKES)) for word in words)
    own, found = re.subn(pattern, "", plain)
    return found > 0 and len(re.sub(r"[\W_]+", "", own)) < _MIN_OWN


def _measure(password: str, words: Sequence[str]) -> tuple[int, str]:
    """Return how many guesses the password stands by zxcvbn's estimate, and its warning."""
    # Here, since its word lists take long to load and no screen before a new password needs them (D15).
    from zxcvbn import zxcvbn

    # It keeps the words of the latest call in a global table, so calls must not overlap.
    with _ZXCVBN:
        result = zxcvbn(password[:_MEASURED], user_inputs=list(words))
    return int(result["guesses"]), str(result["feedback"]["warning"])
