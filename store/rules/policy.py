"""What may be demanded of everybody, and within which bounds (design D1, D11; SP 800-63B-4 2.2.3)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from store.errors import InvalidPolicy, PolicyFault
from store.rules import text, usernames

MAX_NAME: Final = 30
"""Characters of the name at the top left; the user menu needs the rest of the row."""


class Whom(StrEnum):
    """Who must have 2FA."""

    NOBODY = "nobody"
    OPERATORS = "operators"
    EVERYBODY = "everybody"


BOUNDS: Final = {
    PolicyFault.GRACE: (timedelta(), timedelta(days=90)),
    PolicyFault.IDLE: (timedelta(minutes=1), timedelta(minutes=60)),
    PolicyFault.KIOSK_IDLE: (timedelta(seconds=30), timedelta(seconds=300)),
    PolicyFault.ABSOLUTE: (timedelta(hours=1), timedelta(hours=24)),
    PolicyFault.STEP_UP: (timedelta(minutes=1), timedelta(minutes=60)),
}
"""From and to: an hour without input and a day in all are the most that SP 800-63B-4 has at AAL2."""


@dataclass(frozen=True)
class PolicyChanges:
    """What is to be set; None leaves a thing as it is."""

    second_factor_for: Whom | None = None
    grace: timedelta | None = None
    second_approval: bool | None = None
    idle: timedelta | None = None
    kiosk_idle: timedelta | None = None
    absolute: timedelta | None = None
    step_up: timedelta | None = None
    name: str | None = None
    """What stands at the top left; empty for the issuer."""
    issuer: str | None = None
    """What authenticator apps call the account; empty for what the configuration says."""


def check(changes: PolicyChanges) -> PolicyChanges:
    """Return the changes with the names trimmed.

    Raises:
        InvalidPolicy: where a length of time or a name is out of its bounds.
        UnsafeText: where the name holds a character that cannot be shown.

    """
    for fault, (least, most) in BOUNDS.items():
        length: timedelta | None = getattr(changes, fault)
        if length is not None and not least <= length <= most:
            raise InvalidPolicy(fault)
    name = None if changes.name is None else " ".join(changes.name.split())
    if name:
        text.require_safe(name)
        if len(name) > MAX_NAME:
            raise InvalidPolicy(PolicyFault.NAME)
    issuer = None if changes.issuer is None else changes.issuer.strip()
    if issuer and not usernames.issuer_ok(issuer):
        raise InvalidPolicy(PolicyFault.ISSUER)
    return replace(changes, name=name, issuer=issuer)


def covers(whom: Whom, *, operator: bool) -> bool:
    """Tell whether 2FA is demanded of such an account."""
    return whom is Whom.EVERYBODY or (whom is Whom.OPERATORS and operator)


def grace_left(
    grace: timedelta, demanded_since: datetime | None, created_at: datetime, now: datetime
) -> timedelta:
    """Return how much of the time of grace an account still has; it begins with the later of the two.

    A clock set back gives no more than all of it.
    """
    begun = created_at if demanded_since is None else max(demanded_since, created_at)
    return min(max(begun + grace - now, timedelta()), grace)
