"""What is in force for everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.rules.policy import Whom, covers
from store.rules.sessions import Limits


@dataclass(frozen=True)
class PolicyView:
    """The policy in force."""

    second_factor_for: Whom
    grace: timedelta
    demanded_since: datetime | None
    """When the time of grace began, for accounts that were there by then."""
    second_approval: bool
    """Whether a recovery case takes a second operator."""
    limits: Limits
    name: str
    """What stands at the top left."""
    issuer: str
    """What authenticator apps call the accounts that enroll from now on."""
    renamed: bool
    """Whether the issuer is the policy's, and apps may know an older one."""

    def covers(self, *, operator: bool) -> bool:
        """Tell whether such an account must have 2FA."""
        return covers(self.second_factor_for, operator=operator)


@dataclass(frozen=True)
class Brand:
    """What the screens of every console need of the policy."""

    name: str
    issuer: str
    renamed: bool
    limits: Limits
