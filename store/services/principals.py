"""Who calls a service (design section 1)."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Visitor:
    """Nobody yet: a console before log-in."""

    source: str
    """An address, a kiosk's name, or host and OS user. Never what a person can set."""
    kiosk: bool = False


@dataclass(frozen=True)
class SessionToken:
    """A session, proven by its token."""

    token: str = field(repr=False)


@dataclass(frozen=True)
class Shell:
    """Whoever can read the key file owns the store; only `tui/cli.py` makes one. Audited."""

    os_user: str
    host: str


Principal = Visitor | SessionToken | Shell
