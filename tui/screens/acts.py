"""What an act of an operator is: the words before, the words after, and the call between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from store.rules.phone_numbers import display
from store.rules.text import visible
from tui.units import counted

PROPOSED = "Proposed: another operator can approve it, under Recovery cases, Approvals."
PROPOSE = "Policy asks for two operators: this proposes it, and another one has 7 days to approve it."

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import AccountView


@dataclass(frozen=True)
class Once:
    """What is shown once, to be handed over."""

    headline: str
    secret: str = field(repr=False)
    what_for: str


@dataclass(frozen=True)
class Done:
    """What came of an act."""

    username: str
    notice: str
    once: Once | None = None


@dataclass(frozen=True)
class Asked:
    """One field of an act's page."""

    name: str
    label: str
    longest: int
    value: str = ""


REASON = Asked("reason", "Reason, for the audit log", 200)


class Act:
    """One thing to do. Its page shows the words and calls `do` with what was typed."""

    headline: str
    button: str
    """What does it; empty where it can't be done here, and the page says what to do instead."""
    leave: ClassVar[str] = "Cancel"
    """What leaves it undone."""

    def about(self) -> str:
        """Return whose account it is, where it is about one: by more than the username."""
        return ""

    def before(self) -> str:
        """Return what will happen."""
        raise NotImplementedError

    def fields(self) -> tuple[Asked, ...]:
        """Return what has to be typed: where something is taken away, why."""
        return (REASON,)

    def fault(self, typed: Mapping[str, str]) -> tuple[str, str] | None:  # noqa: ARG002 - for those who check
        """Return the name of a field that holds nonsense, and what to say there."""
        return None

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Do it and return what is said after. Raises what the service raises."""
        raise NotImplementedError


class AccountAct(Act):
    """An act on one account, as it stood a moment ago."""

    name: ClassVar[str]
    link: ClassVar[str]

    def __init__(self, account: "AccountView") -> None:
        """Make the act for this account."""
        self.account = account
        self.who = visible(account.username)

    def about(self) -> str:
        """Return whose account it is."""
        return whose(self.account)

    @property
    def offered(self) -> bool:
        """Whether the act makes sense now."""
        return True

    def done(self, notice: str, once: Once | None = None) -> Done:
        """Return what came of it."""
        return Done(self.account.username, notice, once)


def shells(what: str, command: str) -> str:
    """Return what is said where only the host's shell can do something."""
    return f"{what} At the host's shell, as one line:\n\n{command}"


def too_few(command: str) -> str:
    """Return what is said where policy asks for two operators and there are fewer."""
    return shells("Policy asks for two operators, and fewer than two have working 2FA.", command)


def whose(account: "AccountView") -> str:
    """Return the username, the display name and the number: several people may have the same name."""
    number = display(account.own_number) if account.own_number else "no number"
    name = account.display_name or "no display name"
    return visible(f"{account.username}: {name}, {number}")


def sessions_end(account: "AccountView") -> str:
    """Return what happens to the sessions that are open, as the end of a sentence."""
    if not account.open_sessions:
        return ""
    return f", and {counted(account.open_sessions, 'open session ends', 'open sessions end')} at once"
