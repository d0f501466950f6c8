"""What operators see of the audit log."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AuditEventView:
    """One event of the audit log."""

    seq: int
    at: datetime
    event: str
    outcome: str
    """done or refused."""
    actor: str
    username: str | None
    """Whose account it is about; none where that is none."""
    source: str
    detail: str
