"""What operators see of what takes two of them."""

from dataclasses import dataclass
from datetime import datetime

from store.errors import ApprovalState, Covered


@dataclass(frozen=True)
class ApprovalView:
    """What one operator proposed, as operators see it."""

    number: int
    act: Covered
    username: str | None
    """Whose account it is about; none for the rule itself."""
    case_number: int | None
    """The case that would be lifted."""
    state: ApprovalState
    reason: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class TwoOperators:
    """Whether policy asks for two operators, and whether there are two."""

    asked: bool
    counting: int
    """Operators who can log in with a second factor that works."""

    @property
    def too_few(self) -> bool:
        """What takes two can only be done at the host's shell."""
        return self.asked and self.counting < 2
