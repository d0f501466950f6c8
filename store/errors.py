"""Typed errors. They carry data; the sentence a person reads is made in `tui/words.py`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path


class TwofoldError(Exception):
    """Base of every error that a service or a rule raises on purpose."""


# What a person typed


class UsernameFault(StrEnum):
    """Why a username is refused (design D1)."""

    EMPTY = "empty"
    TOO_LONG = "too long"
    FIRST = "first"
    CHARACTER = "character"
    TOO_MANY_SIGNS = "too many signs"


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


# Signing in


class SignInRefused(TwofoldError):
    """The one error for a wrong password, an unknown name and a disabled account (ASVS 6.3.8)."""


@dataclass(eq=False)
class Locked(TwofoldError):
    """Too many failures in a row: nothing was verified. `wait` is how long the lock still lasts."""

    wait: timedelta


@dataclass(eq=False)
class LockedByOperator(TwofoldError):
    """The password is right, but an operator locked the account; `wait` is how long the lock still lasts."""

    wait: timedelta


class ActivationExpired(TwofoldError):
    """The activation password is right, but its time ran out: an operator must make a new one."""


class WrongCode(TwofoldError):
    """The code is wrong; the attempt was counted."""


@dataclass(eq=False)
class WrongBackupCode(TwofoldError):
    """No unused backup code of the set matches; the attempt was counted."""


class SpentCode(TwofoldError):
    """The code, or a later one, was accepted before (RFC 6238 section 5.2); not counted (D4)."""


@dataclass(eq=False)
class UsedBackupCode(TwofoldError):
    """This backup code was used before, at `used_at`; not counted as a failure (D4)."""

    number: int
    used_at: datetime


class ClockWentBack(TwofoldError):
    """The last accepted step lies in the future: this machine's clock went back (D3)."""


@dataclass(eq=False)
class ClockOff(TwofoldError):
    """At enrollment only: the code is right for `seconds` ago (negative) or ahead (positive) (D2)."""

    seconds: int


class FactorDisabled(TwofoldError):
    """The authenticator or backup set met 100 failures in a row and is off until bound anew (D9)."""


class FactorSuspended(TwofoldError):
    """An operator suspended the second factor, since the phone may be in somebody's hands."""


class NoResetCode(TwofoldError):
    """2FA was reset and the reset code is spent or has expired: an operator must reset again (D18)."""


class WrongResetCode(TwofoldError):
    """The reset code is wrong; the attempt was counted."""


class TooLittleMemory(TwofoldError):
    """The machine has too little memory for a hash: nothing was compared, and nothing is counted."""


# Sessions and rights


class EndReason(StrEnum):
    """Why a session ended."""

    LOGGED_OUT = "logged out"
    IDLE = "idle"
    EXPIRED = "expired"
    CHANGED = "changed"
    DISABLED = "disabled"
    LOCKED = "locked by an operator"
    HANGUP = "hangup"
    ENDED_ELSEWHERE = "ended in another session"
    ENDED_BY_OPERATOR = "ended by an operator"
    ENABLED_2FA = "enabled 2FA"
    CRASHED = "crashed"
    RENEWED = "renewed"


@dataclass(eq=False)
class SessionEnded(TwofoldError):
    """The session is over; the screen goes back to Log in."""

    reason: EndReason


class NotAllowed(TwofoldError):
    """This principal may not do that."""


class EnrollmentNeeded(NotAllowed):
    """The policy demands 2FA of this account, and its time of grace is over: nothing else comes first."""


@dataclass(eq=False)
class StepUpNeeded(TwofoldError):
    """The second factor (or, without 2FA, the password) must be proven anew first."""

    with_code: bool


class PasswordChangeNeeded(TwofoldError):
    """The account's owner has to choose a new password before anything else."""


class WrongPassword(TwofoldError):
    """The current password, asked again inside a session, is wrong; the attempt was counted."""


# Two-factor authentication


class NoSuchSession(TwofoldError):
    """The session to end is none of this account's, unknown, or has ended already."""


class EnrollmentEnded(TwofoldError):
    """The pending enrollment is gone: its time ran out or too many wrong codes were typed (D5)."""


class ChangedElsewhere(TwofoldError):
    """2FA was changed in another session since this one began (D5)."""


class AlreadyOn(TwofoldError):
    """2FA is on already."""


class AlreadyOff(TwofoldError):
    """2FA is off already: there is nothing to turn off or to reset."""


class SecondFactorDemanded(TwofoldError):
    """The policy demands 2FA of this account: it can be replaced, and not turned off."""


# Accounts


@dataclass(eq=False)
class NoSuchAccount(TwofoldError):
    """An operator named an account that does not exist."""

    username: str


class AlreadyDisabled(TwofoldError):
    """The account is disabled already."""


class AlreadyEnabled(TwofoldError):
    """The account is enabled already."""


class AlreadyActivated(TwofoldError):
    """The account's owner has chosen a password: an activation password is no longer due."""


class SameRole(TwofoldError):
    """The account has this role already."""


class LockOutOfRange(TwofoldError):
    """An operator's lock lasts from a minute to 30 days."""


class LastOperator(TwofoldError):
    """The last operator who may log in cannot be taken away."""


class NoReason(TwofoldError):
    """Whoever takes something away from somebody says why; it stands in the audit log."""


class StoreNotFresh(TwofoldError):
    """The first operator exists already, so first run is over."""


# Recovery cases


class CaseState(StrEnum):
    """How a recovery case stands."""

    OPEN = "open"
    APPROVED = "approved"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class NoProof(TwofoldError):
    """A recovery case says how the person proved who they are."""


@dataclass(eq=False)
class NoSuchCase(TwofoldError):
    """There is no recovery case of this number."""

    number: int


@dataclass(eq=False)
class CaseOpenAlready(TwofoldError):
    """The account has a recovery case that is not closed yet; `number` is its number."""

    number: int


@dataclass(eq=False)
class NotInThatState(TwofoldError):
    """The recovery case stands otherwise than the step takes, perhaps since a moment ago."""

    state: CaseState


class ApprovalNeeded(TwofoldError):
    """Policy demands that a second operator approves the case before it is completed."""


class OwnApproval(TwofoldError):
    """Who opened a recovery case does not approve it."""


class OwnCase(TwofoldError):
    """Nobody recovers their own account as its operator."""


class CaseNeeded(TwofoldError):
    """Policy demands two operators for a reset, so that it takes a recovery case."""


# Rows of a file


class RowFault(StrEnum):
    """Why a line of a file that is imported is refused."""

    LINE_TOO_LONG = "line too long"
    NOT_UTF_8 = "not UTF-8"
    NUL = "NUL"
    QUOTES = "quotes"
    CELLS = "cells"
    NAME_TOO_LONG = "name too long"
    FORMULA = "formula"
    ROLE = "role"
    TWICE = "twice"
    OTHER_FACTS = "other facts"
    MOMENT = "moment"
    DIRECTION = "direction"
    SECONDS = "seconds"
    LENGTH = "length"


@dataclass(eq=False)
class BadRow(TwofoldError):
    """The line makes no account and no call; `earlier` is the line where the same name stands."""

    fault: RowFault
    earlier: int = 0


# Store, key and settings


@dataclass(eq=False)
class StoreUnusable(TwofoldError):
    """The store cannot be opened, read or written; `cause` is a short machine word for why."""

    cause: str
    path: Path | None = None


@dataclass(eq=False)
class KeyUnusable(TwofoldError):
    """The store's key file is missing, wrong or unsafe; `cause` says which."""

    cause: str
    path: Path


@dataclass(eq=False)
class InvalidSettings(TwofoldError):
    """The configuration file cannot be used; `detail` names the key and the fault."""

    detail: str
