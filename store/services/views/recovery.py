"""What operators see of recovery cases."""

from dataclasses import dataclass
from datetime import datetime

from store.errors import CaseState


@dataclass(frozen=True)
class RecoveryCaseView:
    """A recovery case, as operators see it."""

    number: int
    username: str
    state: CaseState
    password: bool
    """The password was forgotten: it ends in one for a single log-in, and 2FA stays asked."""
    stolen: bool
    """The second factor is suspended until the case is closed."""
    proof: str
    """Who proved what."""
    opened_by: str
    opened_at: datetime
    expires_at: datetime
    approval_needed: bool
    """It waits for a second operator."""
    approved_by: str | None
    approved_at: datetime | None
    closed_by: str | None
    """Who completed or cancelled it: an operator, or the account itself by logging in."""
    closed_at: datetime | None
    closed_by_login: bool
    """The owner proved what was said to be lost, and that cancelled it."""

    @property
    def live(self) -> bool:
        """It can still be completed."""
        return self.state in {CaseState.OPEN, CaseState.APPROVED}
