"""Argon2id for passwords and backup codes (RFC 9106; design D6 and D8; ASVS 11.4.2)."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, VerificationError
from argon2.low_level import ARGON2_VERSION, Type, error_to_str, hash_secret_raw

from store.rules import activation, passwords


@dataclass(frozen=True)
class Cost:
    """What one hash costs."""

    memory_kib: int
    """Memory in KiB."""

    passes: int
    """Passes over that memory."""

    lanes: int
    """Threads; one leaves the other processors to the screens."""

    def __str__(self) -> str:
        """Return the form in which the cost is stored beside what it made (ASVS 11.2.2)."""
        return f"m={self.memory_kib},t={self.passes},p={self.lanes}"

    @classmethod
    def parse(cls, text: str) -> "Cost":
        """Return the cost that was stored as this text.

        Raises:
            ValueError: for any other text.

        """
        match = re.fullmatch(r"m=(\d+),t=(\d+),p=(\d+)", text)
        if match is None:
            raise ValueError("not a cost")
        return cls(*map(int, match.groups()))


PASSWORD_COST: Final = Cost(memory_kib=65536, passes=3, lanes=1)
"""RFC 9106's second recommended option, but for the lanes."""

CODE_COST: Final = Cost(memory_kib=19456, passes=2, lanes=1)
"""OWASP's minimum; a code of 80 random bits needs no more."""

ARGON2_MEMORY_ALLOCATION_ERROR: Final = -22
"""The code of argon2.h for it."""

_ACTIVATION: Final = "$sha256$"
_SALT_BYTES: Final = 16
_DIGEST_BYTES: Final = 32


class Verdict(StrEnum):
    """What comparing a password with a stored hash says."""

    WRONG = "wrong"
    RIGHT = "right"
    RIGHT_BUT_WEAK = "right but weak"
    """Right, but hashed with other parameters than are wanted now: hash it again."""


def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_DIGEST_BYTES,
        salt_len=_SALT_BYTES,
    )


def hash_password(password: str, cost: Cost) -> str:
    """Return the encoded hash, `$argon2id$v=19$...`, of the password's NFC form with a new salt.

    Raises:
        UnicodeEncodeError: for a lone surrogate, which `passwords.check` refuses.
        MemoryError: where there is too little memory for the hash.

    """
    try:
        return _hasher(cost).hash(passwords.normalise(password))
    except HashingError as error:
        _require_memory(error)
        raise


def verify_password(encoded: str, password: str, cost: Cost) -> Verdict:
    """Compare a typed password with a stored hash.

    A damaged hash and a text that cannot be a password are WRONG (ASVS 11.2.5: fail closed).

    Raises:
        MemoryError: where there is too little memory for the hash, so that nothing was compared.

    """
    # Nothing this long was ever accepted, and NFC alone would take seconds for a megabyte of accents.
    if len(password) > passwords.MAX_TYPED_LENGTH:
        return Verdict.WRONG
    if encoded.startswith(_ACTIVATION):
        # The slow hash is made all the same, or the time would tell whose account waits to be activated.
        verify_password(dummy_hash(cost), password, cost)
        return Verdict.RIGHT if _is_activation_password(encoded, password) else Verdict.WRONG
    hasher = _hasher(cost)
    try:
        hasher.verify(encoded, passwords.normalise(password))
        weak = hasher.check_needs_rehash(encoded)
    # InvalidHashError (a damaged hash) and UnicodeEncodeError (a lone surrogate) are both ValueErrors.
    except (VerificationError, ValueError) as error:
        _require_memory(error)
        return Verdict.WRONG
    return Verdict.RIGHT_BUT_WEAK if weak else Verdict.RIGHT


def hash_activation_password(password: str) -> str:
    """Return the encoded hash, `$sha256$...`, of an activation password, and of nothing else.

    No salt: no two of them are the same, and 140 random bits stand in no table.

    Raises:
        ValueError: for what is none, such as a password that somebody chose.

    """
    code = activation.canonical(password)
    if code is None:
        raise ValueError("not an activation password")
    return _ACTIVATION + _base64(hashlib.sha256(code.encode()).digest())


def _is_activation_password(encoded: str, typed: str) -> bool:
    try:
        return hmac.compare_digest(encoded.encode(), hash_activation_password(typed).encode())
    except ValueError:
        return False


def dummy_hash(cost: Cost) -> str:
    """Return a hash nobody knows the password of, to verify against when a name is unknown (ASVS 6.3.8).

    Put together from random bytes: to hash something for it would cost the first unknown name double.
    """
    salt, digest = (_base64(secrets.token_bytes(length)) for length in (_SALT_BYTES, _DIGEST_BYTES))
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${digest}"


def _base64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")


def new_salt() -> bytes:
    """Return 16 random bytes, RFC 9106's recommended salt."""
    return secrets.token_bytes(_SALT_BYTES)


def digest_code(code: str, salt: bytes, cost: Cost) -> bytes:
    """Return the 32-byte Argon2id digest of a canonical backup or reset code (design D6 and D18).

    Raises:
        MemoryError: where there is too little memory for it.
        HashingError, OverflowError: for a cost or a salt that is none.

    """
    costs = cost.passes, cost.memory_kib, cost.lanes
    try:
        return hash_secret_raw(code.encode(), salt, *costs, _DIGEST_BYTES, Type.ID, ARGON2_VERSION)
    except HashingError as error:
        _require_memory(error)
        raise


def _require_memory(error: Exception) -> None:
    # The library tells it by its text alone.
    if str(error) == error_to_str(ARGON2_MEMORY_ALLOCATION_ERROR):
        raise MemoryError from error
