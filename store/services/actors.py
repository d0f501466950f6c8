"""Who acts, once they are proven in a unit."""

from dataclasses import dataclass, field

from store.models import Account, LoginSession
from store.services.views import Uncovering

SHELL = "shell:"
"""What the name of an actor at the host's shell begins with."""
NOBODY, CONSOLE = "(nobody)", "(console)"
"""Who acts where no account does, in the audit log: no username can hold a bracket, a colon or a space."""


@dataclass(frozen=True)
class Who:
    """A principal that was proven in this unit."""

    account: Account = field(repr=False)
    session: LoginSession = field(repr=False)

    @property
    def account_id(self) -> int:
        """The key of the account."""
        assert self.account.id is not None  # noqa: S101 - it came out of the store
        return self.account.id

    @property
    def uncovering(self) -> Uncovering:
        """What uncovers a page of this session: what began it, unless that works but once."""
        if self.session.kind != "full" or self.session.by_backup_code:
            return Uncovering.NOTHING
        return Uncovering.CODE if self.account.second_factor == "on" else Uncovering.PASSWORD

    @property
    def session_id(self) -> int:
        """The key of the session."""
        assert self.session.id is not None  # noqa: S101 - it came out of the store
        return self.session.id


@dataclass(frozen=True)
class Actor:
    """Who does something to somebody else, as the audit log names them."""

    name: str
    source: str
    who: Who | None = None
    """The operator's session; none where it is the host's shell."""
