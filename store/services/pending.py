"""What is shown but not yet agreed to. It lives only here, in this process's memory (design D5)."""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from store.rules import totp


class Purpose(StrEnum):
    """What Agree will make true."""

    ENABLE = "2FA enabled"
    REPLACE = "authenticator replaced"
    AFTER_RESET = "2FA enabled after a reset"
    NEW_CODES = "backup codes replaced"
    LAST_CODE = "last backup code used"


@dataclass
class PendingSet:
    """A backup set on the screen."""

    number: int
    codes: tuple[str, ...] = field(repr=False)
    salt: bytes = field(repr=False)
    cost: str
    made_at: datetime
    digests: list[bytes] | None = field(default=None, repr=False)


@dataclass
class Pending:
    """One session's unfinished change of its second factor."""

    purpose: Purpose
    epoch: int
    """The account's epoch when this began: Agree holds only while it is unchanged."""
    deadline: datetime
    secret: bytes = field(default=b"", repr=False)
    step: int | None = None
    """The time step of the enrollment code, spent with Agree (D3)."""
    misses: int = 0
    backup_set: PendingSet | None = None
    last_code: int | None = None
    """The number of the last backup code, spent with Agree (D7)."""

    @property
    def setup_key(self) -> str:
        """The secret as people type it."""
        return totp.setup_key(self.secret)


class PendingSecrets:
    """The pending changes of this process, by session."""

    def __init__(self) -> None:
        """Start with none."""
        self._lock = threading.Lock()
        self._by_session: dict[int, Pending] = {}

    def put(self, session_id: int, pending: Pending) -> None:
        """Keep what a session began; what it began before is forgotten."""
        with self._lock:
            self._by_session[session_id] = pending

    def get(self, session_id: int) -> Pending | None:
        """Return what the session began; every unit begins by forgetting what is over."""
        with self._lock:
            return self._by_session.get(session_id)

    def forget_expired(self, now: datetime) -> None:
        """Forget what ran out of time, of sessions too that ended otherwise than by Agree or Cancel."""
        with self._lock:
            for each in [each for each, old in self._by_session.items() if now >= old.deadline]:
                del self._by_session[each]

    def forget(self, session_id: int) -> bool:
        """Forget what the session began; tell whether there was anything."""
        with self._lock:
            return self._by_session.pop(session_id, None) is not None
