"""How long a session lasts and what stands for it (design D11; ASVS 7.2 and 7.3)."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from store.errors import EndReason

IDLE: Final = timedelta(minutes=15)
"""Without input, for a full session."""

KIOSK_IDLE: Final = timedelta(seconds=105)
"""Without input in a kiosk, where the next person stands behind this one."""

KIOSK_COVER: Final = timedelta(seconds=90)
"""Without input a kiosk covers a page that shows secrets, which outlives the idle limit."""

CODES_IN_SIGHT: Final = timedelta(seconds=60)
"""But never backup codes sooner than this: somebody may be writing them down."""

KIOSK_WARNING: Final = timedelta(seconds=15)
"""Warned this long before the kiosk limit, and before a page is covered."""

ABSOLUTE: Final = timedelta(hours=12)
"""However busy: within a working day (SP 800-63B-4 section 2.2.3 allows 24 hours)."""

HALF: Final = timedelta(minutes=5)
"""From the password to the second factor."""

ENROLLMENT: Final = timedelta(minutes=10)
"""From the QR to the right code, instead of the idle limit (design D5)."""

CODES: Final = timedelta(minutes=15)
"""From the backup codes' appearance to Agree: time to write ten of them down (design D5)."""

WARNING: Final = timedelta(seconds=30)
"""Warned this long before any other limit."""

STEP_UP: Final = timedelta(minutes=15)
"""How long a proven second factor serves for acts on one's own account."""

OPERATOR_STEP_UP: Final = timedelta(minutes=5)
"""How long it serves for an operator's acts on others."""

SEEN_EVERY: Final = timedelta(seconds=30)
"""How often at most input is written to the store."""

KEPT: Final = timedelta(days=90)
"""How long the row of a session is kept after its end; the log keeps what happened."""

RESET_CODE: Final = timedelta(hours=1)
"""How long a reset code may be used (design D18)."""

RECOVERY_CASE: Final = timedelta(days=7)
"""How long a recovery case may be left open: what was proven is of that week."""

PROPOSAL: Final = timedelta(days=7)
"""How long another operator may decide on what one proposed (design D20)."""


@dataclass(frozen=True)
class Limits:
    """What the policy may set; as designed where it does not."""

    idle: timedelta = IDLE
    kiosk_idle: timedelta = KIOSK_IDLE
    absolute: timedelta = ABSOLUTE
    step_up: timedelta = STEP_UP

    @property
    def kiosk_cover(self) -> timedelta:
        """Without input for so long, a kiosk covers a page that shows secrets: as it warns, or before."""
        return min(KIOSK_COVER, self.kiosk_idle - KIOSK_WARNING)

    def seen_every(self, *, kiosk: bool) -> timedelta:
        """Return how often at most input is written: more often than the session would end without it."""
        return min(SEEN_EVERY, (self.kiosk_idle if kiosk else self.idle) / 3)


AS_DESIGNED: Final = Limits()

_TOKEN_BYTES: Final = 32
_CLOCK_SLACK: Final = timedelta(minutes=1)  # time services step back by seconds in the ordinary course


def new_token() -> str:
    """Return 256 random bits in URL-safe base64 (ASVS 7.2.3 asks for 128)."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> bytes:
    """Return the SHA-256 under which the store knows a token: enough for 256 random bits (ASVS 11.4)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def fault(
    *,
    kind_half: bool,
    kiosk: bool,
    created_at: datetime,
    last_seen_at: datetime,
    held_until: datetime | None,
    now: datetime,
    limits: Limits = AS_DESIGNED,
) -> EndReason | None:
    """Return why a session is over at `now`, or None while it lives. A limit is over when it is reached.

    Args:
        kind_half: only the password is proven.
        kiosk: the kiosk's idle limit applies.
        created_at: when the session began.
        last_seen_at: when it last had input.
        held_until: until when enrollment, codes or a reset run on a time of their own instead of the idle
            and the half limit, None when nothing does. It never extends the absolute limit.
        now: this moment.
        limits: how long sessions last.

    """
    # A clock set back would lengthen every limit, so it ends the session instead.
    if now < max(created_at, last_seen_at) - _CLOCK_SLACK:
        return EndReason.EXPIRED
    end, reason = _end(
        kind_half=kind_half,
        kiosk=kiosk,
        created_at=created_at,
        last_seen_at=last_seen_at,
        held_until=held_until,
        now=now,
        limits=limits,
    )
    return reason if now >= end else None


def time_left(
    *,
    kind_half: bool,
    kiosk: bool,
    created_at: datetime,
    last_seen_at: datetime,
    held_until: datetime | None,
    now: datetime,
    limits: Limits = AS_DESIGNED,
) -> timedelta:
    """Return how much longer a session lives without input; the arguments are those of `fault`."""
    end, _ = _end(
        kind_half=kind_half,
        kiosk=kiosk,
        created_at=created_at,
        last_seen_at=last_seen_at,
        held_until=held_until,
        now=now,
        limits=limits,
    )
    return max(end - now, timedelta(0))


def longest(
    *, kind_half: bool, created_at: datetime, held_until: datetime | None, now: datetime, limits: Limits
) -> timedelta:
    """Return how much longer a session lives however busy it is; the arguments are those of `fault`."""
    end = created_at + limits.absolute
    if kind_half:
        held = held_until is not None and held_until > now
        end = min(end, held_until if held and held_until is not None else created_at + HALF)
    return max(end - now, timedelta(0))


def _end(
    *,
    kind_half: bool,
    kiosk: bool,
    created_at: datetime,
    last_seen_at: datetime,
    held_until: datetime | None,
    now: datetime,
    limits: Limits,
) -> tuple[datetime, EndReason]:
    idle = limits.kiosk_idle if kiosk else limits.idle
    if held_until is not None and held_until > now:
        end, reason = held_until, EndReason.EXPIRED
    elif kind_half:
        # In a kiosk the next person stands behind somebody who went away half-way, too.
        end = min(created_at + HALF, last_seen_at + idle) if kiosk else created_at + HALF
        reason = EndReason.EXPIRED
    else:
        end, reason = last_seen_at + idle, EndReason.IDLE
    absolute = created_at + limits.absolute
    return (absolute, EndReason.EXPIRED) if absolute <= end else (end, reason)
