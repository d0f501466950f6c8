"""Letting people in and keeping them out: locks, disabled accounts, sessions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from tui.screens.acts import PROPOSE, PROPOSED, REASON, AccountAct, Asked, Done, sessions_end, too_few
from tui.units import counted, duration
from tui.widgets.account_facts import is_locked

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import AccountView, TwoOperators


class Unlock(AccountAct):
    """Lift every lock."""

    name, link, button = "unlock", "Unlock", "Unlock"
    headline = "Let somebody in again"

    @property
    def offered(self) -> bool:
        """Whether there is a lock."""
        return is_locked(self.account)

    def before(self) -> str:
        """Return what will happen."""
        return (
            f"{self.who} can log in again at once, and wrong tries are counted from nought. "
            "The password and 2FA stay as they are."
        )

    def fields(self) -> tuple[Asked, ...]:
        """Nothing is taken away."""
        return ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:  # noqa: ARG002
        """Lift it."""
        services.accounts.unlock(token, self.account.username)
        return self.done("Done: every lock is lifted.")


class LockOut(AccountAct):
    """Keep somebody out until a time is over."""

    name, link, button = "lock", "Lock for a while", "Lock"
    headline = "Keep somebody out for a while"

    @property
    def offered(self) -> bool:
        """Whether it would keep anybody out."""
        return self.account.enabled and not is_locked(self.account)

    def before(self) -> str:
        """Return what will happen."""
        return (
            f"{self.who} can't log in until the time is over{sessions_end(self.account)}. Any operator can "
            "end it before."
        )

    def fields(self) -> tuple[Asked, ...]:
        """Return how long, and why."""
        return Asked("hours", "Hours", 4, "24"), REASON

    def fault(self, typed: Mapping[str, str]) -> tuple[str, str] | None:
        """Only whole hours are a time."""
        hours = typed["hours"].strip()
        return None if hours.isdecimal() and int(hours) else ("hours", "Type a number of hours, as 24.")

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Lock it."""
        length = timedelta(hours=int(typed["hours"]))
        services.access.lock(token, self.account.username, length, typed["reason"])
        return self.done(f"Done: {self.who} can't log in for {duration(length)}.")


class Disable(AccountAct):
    """Take an account out of service."""

    name, link, button = "disable", "Disable", "Disable"
    headline = "Take an account out of service"

    @property
    def offered(self) -> bool:
        """Whether it is in service."""
        return self.account.enabled

    def before(self) -> str:
        """Return what will happen."""
        return (
            f"{self.who} can't log in any more{sessions_end(self.account)}. Nothing is deleted: an operator "
            "can bring the account back."
        )

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Take it out."""
        services.access.disable(token, self.account.username, typed["reason"])
        return self.done("Done: nobody can log in to this account.")


class Enable(AccountAct):
    """Bring an account back."""

    name, link, button = "enable", "Enable", "Enable"
    headline = "Bring an account back"

    def __init__(self, account: "AccountView", *, two: "TwoOperators") -> None:
        """Make the act; an operator's account may take two operators."""
        super().__init__(account)
        self._proposes = two.asked and account.role == "operator"
        self._too_few = self._proposes and two.too_few
        if self._proposes:
            self.button = "" if self._too_few else "Propose it"

    @property
    def offered(self) -> bool:
        """Whether it is out of service."""
        return not self.account.enabled

    def before(self) -> str:
        """Return what will happen."""
        if self._too_few:
            return too_few(f"twofold account enable {self.who}")
        before = f"{self.who} can log in again, with the password and the 2FA of before."
        return f"{before} {PROPOSE}" if self._proposes else before

    def fields(self) -> tuple[Asked, ...]:
        """Nothing is taken away; a proposal says why."""
        return (REASON,) if self._proposes and not self._too_few else ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Bring it back."""
        if self._proposes:
            services.approvals.propose_enable(token, self.account.username, typed["reason"])
            return self.done(PROPOSED)
        services.access.enable(token, self.account.username)
        return self.done(f"Done: {self.who} can log in again.")


class EndSessions(AccountAct):
    """Log somebody out everywhere."""

    name, link, button = "end-sessions", "End sessions", "End sessions"
    headline = "Log somebody out everywhere"

    @property
    def offered(self) -> bool:
        """Whether there is any."""
        return self.account.open_sessions > 0

    def before(self) -> str:
        """Return what will happen."""
        number = counted(self.account.open_sessions, "place")
        return f"{self.who} is logged out at once, in {number}. A new log-in works as before."

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """End them."""
        services.access.end_sessions(token, self.account.username, typed["reason"])
        return self.done(f"Done: {self.who} is logged out everywhere.")
