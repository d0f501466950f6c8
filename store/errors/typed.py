"""What a person typed, and why it is refused."""

from dataclasses import dataclass
from enum import StrEnum

from store.errors.base import TwofoldError


class UsernameFault(StrEnum):
    """Why a username is refused (design D1)."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    FIRST = "first"
    CHARACTER = "character"
    TOO_MANY_SIGNS = "too many signs"
    RESERVED = "reserved"


@dataclass(eq=False)
class InvalidUsername(TwofoldError):
    """The username does not follow D1."""

    fault: UsernameFault


@dataclass(eq=False)
class UsernameTaken(TwofoldError):
    """An account with this username exists, or once existed (D1: never reused)."""

    username: str


class PasswordFault(StrEnum):
    """Why a new password is refused (design D8)."""

    EMPTY = "empty"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    UNSAFE = "unsafe"
    GUESSABLE = "guessable"
    SAME = "same"
    MISMATCH = "mismatch"


@dataclass(eq=False)
class WeakPassword(TwofoldError):
    """The new password is refused; `warning` is zxcvbn's reason, when it gave one."""

    fault: PasswordFault
    warning: str = ""


class CodeFault(StrEnum):
    """Why a typed code is no attempt at all (design D4)."""

    EMPTY = "empty"
    NOT_SIX_DIGITS = "not six digits"
    LETTERS = "letters"
    SIX_DIGITS = "six digits"
    WRONG_LENGTH = "wrong length"
    CHARACTER = "character"


@dataclass(eq=False)
class NotACode(TwofoldError):
    """What was typed cannot be a code of the kind the field asks for; it costs no attempt."""

    fault: CodeFault


@dataclass(eq=False)
class UnsafeText(TwofoldError):
    """The text holds a control, bidi or invisible character; `character` is the first one."""

    character: str


class NumberFault(StrEnum):
    """Why a phone number is refused."""

    EMPTY = "empty"
    NO_COUNTRY = "no country"
    NOT_A_NUMBER = "not a number"
    INVALID = "invalid"
    PREMIUM = "premium"
    OWN = "own"


@dataclass(eq=False)
class InvalidNumber(TwofoldError):
    """The phone number cannot be used."""

    fault: NumberFault


class PolicyFault(StrEnum):
    """What of a policy is out of its bounds, by the name of its field."""

    GRACE = "grace"
    IDLE = "idle"
    KIOSK_IDLE = "kiosk_idle"
    ABSOLUTE = "absolute"
    STEP_UP = "step_up"
    NAME = "name"
    ISSUER = "issuer"


@dataclass(eq=False)
class InvalidPolicy(TwofoldError):
    """The policy cannot be set so."""

    fault: PolicyFault
