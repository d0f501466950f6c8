"""Time-based codes (RFC 6238 over RFC 4226; design D1 to D4) and the URI that hands over their secret."""

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote

import pyotp

from store.errors import CodeFault, NotACode
from store.rules import usernames
from store.rules.text import unspaced

STEP_SECONDS: Final = 30
"""Seconds in a time step (RFC 6238 section 5.2)."""

DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""Bytes in a secret: 160 bits as RFC 4226 section 4 recommends, and 32 base32 characters unpadded."""

DRIFT_STEPS: Final = 1
"""Steps accepted on either side (RFC 6238 section 5.2: one at most for network delay)."""

ENROLLMENT_HINT_STEPS: Final = 10
"""How far off, in steps, a phone's clock may be for enrollment to say so (design D2)."""

FUTURE_STEPS: Final = 2
"""A last accepted step further ahead than this means that the clock went back (design D3)."""

OLDER_STEPS: Final = 10
"""Steps back in which a code that has been overtaken counts as spent, not as wrong (design D4)."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STEP: Final = timedelta(seconds=STEP_SECONDS)


@dataclass(frozen=True)
class Accepted:
    """The code is right; `step` becomes the last accepted one."""

    step: int


@dataclass(frozen=True)
class Spent:
    """The code was right, but it or a later one has been accepted (RFC 6238 section 5.2)."""


@dataclass(frozen=True)
class Wrong:
    """The code is no right one."""


@dataclass(frozen=True)
class ClockWentBack:
    """The code is right, but the last accepted step lies in the future (design D3)."""


Outcome = Accepted | Spent | Wrong | ClockWentBack
"""What `match` says."""


def new_secret() -> bytes:
    """Return 20 random bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def setup_key(secret: bytes) -> str:
    """Return the secret as 32 base32 characters, unpadded: "=" is an invalid barcode to some apps."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def grouped(key: str) -> str:
    """Return the setup key in groups of four, as a person types it into a phone."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _since_epoch(now: datetime) -> timedelta:
    # Whoever leaves the zone out means local time or UTC, and a wrong guess gives wrong codes.
    if now.tzinfo is None:
        raise ValueError("a time without a zone")
    return now - _EPOCH


def step_at(now: datetime) -> int:
    """Return the number of the time step `now` lies in (RFC 6238 section 4.2: T, beyond 32 bits too).

    Raises:
        ValueError: for a time without a zone.

    """
    return _since_epoch(now) // _STEP


def seconds_left(now: datetime) -> int:
    """Return how many seconds, 1 to 30, the code of this moment still stands in the app.

    Raises:
        ValueError: for a time without a zone.

    """
    return STEP_SECONDS - (_since_epoch(now) % _STEP).seconds


def code_at(secret: bytes, step: int) -> str:
    """Return the six digits for a time step (RFC 4226 section 5.3).

    Raises:
        ValueError: for a step before 1970 or a secret under 112 bits (SP 800-63B-4 section 3.1.4.1).

    """
    return pyotp.HOTP(setup_key(secret), digits=DIGITS).at(step)


def normalise(typed: str) -> str:
    """Return the six digits that were typed, whatever white space and dashes stand between them.

    Digits of other scripts are refused: pyotp would fold some of them into ASCII and not others.

    Raises:
        NotACode: EMPTY, LETTERS (it may be a backup code) or NOT_SIX_DIGITS; no attempt (design D4).

    """
    code = unspaced(typed)
    if not code:
        raise NotACode(CodeFault.EMPTY)
    if any(char.isalpha() for char in code):
        raise NotACode(CodeFault.LETTERS)
    if not re.fullmatch(r"[0-9]{6}", code):
        raise NotACode(CodeFault.NOT_SIX_DIGITS)
    return code


def _matching(secret: bytes, code: str, steps: range) -> list[int]:
    """Return those of the steps whose code this is; takes as long whichever they are (ASVS 11.2.4)."""
    typed = code.encode()
    return [
        step for step in steps if step >= 0 and hmac.compare_digest(code_at(secret, step).encode(), typed)
    ]


def match(secret: bytes, code: str, now: datetime, last_step: int | None) -> Outcome:
    """Judge a code typed at log-in, at step-up or at enrollment.

    Args:
        secret: the authenticator's 20 bytes.
        code: what `normalise` returned.
        now: this moment, with its zone.
        last_step: the last accepted step of this secret, None when there is none yet.

    Raises:
        ValueError: for a time without a zone.

    """
    present = step_at(now)
    near = _matching(secret, code, range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1))
    older = _matching(secret, code, range(present - OLDER_STEPS, present - DRIFT_STEPS))
    # Two steps of the window share their digits once in a million. The later one is taken: with the
    # earlier, the very same digits would be accepted a second time (RFC 6238 section 5.2, ASVS 6.5.1).
    if last_step is not None and last_step > present + FUTURE_STEPS:
        # No code can be accepted now, a right one least of all: to call it wrong would send people hunting.
        return ClockWentBack()
    if near and (last_step is None or near[-1] > last_step):
        return Accepted(near[-1])
    if near or (last_step is not None and any(step <= last_step for step in older)):
        return Spent()
    return Wrong()


def seconds_off(secret: bytes, code: str, now: datetime) -> int | None:
    """Return by how many seconds the phone's clock is off, negative when it is behind.

    For enrollment only (design D2): at log-in it would tell a stranger that a code was once right.
    None when the code belongs to no step 2 to 10 away, or to one that `match` accepts.

    Raises:
        ValueError: for a time without a zone.

    """
    present = step_at(now)
    reach = range(present - ENROLLMENT_HINT_STEPS, present + ENROLLMENT_HINT_STEPS + 1)
    steps_off = min((step - present for step in _matching(secret, code, reach)), key=abs, default=0)
    return steps_off * STEP_SECONDS if abs(steps_off) > DRIFT_STEPS else None


def uri_parts(issuer: str, username: str, secret: bytes) -> tuple[str, str, str]:
    """Return the otpauth URI in three parts, the setup key in the middle (design D1).

    In parts, since the key alone is all upper case and digits, which a QR packs more tightly. The issuer
    stands in the label and as a parameter because apps read one or the other; algorithm, digits and
    period are left out because some apps misread even the default values.

    Raises:
        ValueError: when `issuer` does not satisfy `usernames.issuer_ok`.
        InvalidUsername: when `username` does not follow design D1; a second colon loses the label.

    """
    if not usernames.issuer_ok(issuer):
        raise ValueError("not an issuer")
    account = quote(usernames.enforce(username), safe="")
    return f"otpauth://totp/{issuer}:{account}?secret=", setup_key(secret), f"&issuer={issuer}"


def uri(issuer: str, username: str, secret: bytes) -> str:
    """Return the whole otpauth URI; raises as `uri_parts` does."""
    return "".join(uri_parts(issuer, username, secret))
