"""What makes an account and changes it: 2FA, the password, the role, its name and number."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from store.rules.phone_numbers import display
from store.rules.text import visible
from tui.screens.access_acts import Disable, Enable, EndSessions, LockOut, Unlock
from tui.screens.acts import (
    PROPOSE,
    PROPOSED,
    REASON,
    AccountAct,
    Act,
    Asked,
    Done,
    Once,
    sessions_end,
    too_few,
)
from tui.screens.case_acts import PhoneStolen, ResetTwoFactor
from tui.screens.case_steps import ForgottenPassword
from tui.units import about

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import AccountView, Activation, TwoOperators


class RenewActivation(AccountAct):
    """Make another first password for somebody who has lost it, or let its time pass."""

    name, link, button = "renew-activation", "Another first password", "Make it"
    headline = "The first password is lost or too old"

    @property
    def offered(self) -> bool:
        """Whether the owner never chose one, and is no operator: else it is the host's shell's."""
        if self.account.role == "operator":
            return False
        return self.account.activation_ends is not None and not self.account.password_chosen

    def before(self) -> str:
        """Return what will happen."""
        return f"You get one more to hand over to {self.who}. The one before works no more."

    def fields(self) -> tuple[Asked, ...]:
        """Nothing is taken away."""
        return ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:  # noqa: ARG002
        """Make it."""
        return _first_password(services.accounts.renew_activation(token, self.account.username))


class RequireChange(AccountAct):
    """Have somebody choose another password."""

    name, link, button = "require-change", "Ask for a new password", "Ask for it"
    headline = "Another password at the next log-in"

    @property
    def offered(self) -> bool:
        """Whether it is not asked for already."""
        return not self.account.must_change_password

    def before(self) -> str:
        """Return what will happen."""
        return (
            f"At the next log-in {self.who} has to choose another password before anything else"
            f"{sessions_end(self.account)}. That log-in takes the password of now: it helps nobody who has "
            "forgotten it."
        )

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Ask for it."""
        services.passwords.require_change(token, self.account.username, typed["reason"])
        return self.done(f"Done: {self.who} has to choose another password.")


class ChangeRole(AccountAct):
    """Make a user an operator, or an operator a user."""

    name, link = "change-role", "Change role"
    headline = "What somebody may do"

    def __init__(self, account: "AccountView", *, two: "TwoOperators") -> None:
        """Offer the other role."""
        super().__init__(account)
        self._role = "user" if account.role == "operator" else "operator"
        self._two = two
        self.button = "Propose it" if two.asked else f"Make {_one(self._role)}"
        if two.too_few:
            self.button = ""

    def before(self) -> str:
        """Return what will happen."""
        if self._two.too_few:
            return too_few(f"twofold account role {self.who} {self._role} --reason TEXT")
        return f"{self._effect()} {PROPOSE}" if self._two.asked else self._effect()

    def _effect(self) -> str:
        if self._role == "user":
            return f"{self.who} sees nobody else's account any more, from the next key on. All else stays."
        return (
            f"{self.who} can look after everybody's account, as you can. Without 2FA that begins only when "
            "it is set up."
        )

    def fields(self) -> tuple[Asked, ...]:
        """Return why, where something is taken away or proposed."""
        if self._two.asked:
            return () if self._two.too_few else (REASON,)
        return (REASON,) if self._role == "user" else ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Change it."""
        if self._two.asked:
            services.approvals.propose_role(token, self.account.username, self._role, typed["reason"])
            return self.done(PROPOSED)
        services.accounts.set_role(token, self.account.username, self._role, typed.get("reason", ""))
        return self.done(f"Done: {self.who} is {_one(self._role)} now.")


class Edit(AccountAct):
    """Change what an account is called, and its number."""

    name, link, button = "edit", "Edit", "Save"
    headline = "Display name and number"

    def before(self) -> str:
        """Return what will happen."""
        return f"What others see of {self.who}. The username stays for ever. An empty number takes it away."

    def fields(self) -> tuple[Asked, ...]:
        """Return the two, as they are now."""
        account = self.account
        return (
            Asked("display-name", "Display name", 80, account.display_name),
            Asked("number", "Number", 40, _number(account)),
        )

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Save them; what was left alone goes back as it is stored."""
        account, name, number = self.account, typed["display-name"], typed["number"]
        services.accounts.edit(
            token,
            account.username,
            display_name=name if name == account.display_name else name.strip(),
            number=account.own_number if number == _number(account) else number.strip() or None,
        )
        return self.done("Done: saved.")


class CreateAccount(Act):
    """Make an account whose owner chooses the password."""

    headline, button = "A new account", "Create it"

    def before(self) -> str:
        """Return what will happen."""
        return (
            "You get a password to hand over, for one log-in at which another is chosen. "
            "The account is a user's; its page can make it an operator's."
        )

    def fields(self) -> tuple[Asked, ...]:
        """Return who it is for."""
        return (
            Asked("new-username", "Username", 256),
            Asked("display-name", "Display name (may be empty)", 80),
            Asked("number", "Number (may be empty)", 40),
        )

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Make it."""
        made = services.accounts.activate(
            token,
            typed["new-username"],
            display_name=typed["display-name"].strip(),
            number=typed["number"].strip() or None,
        )
        return _first_password(made)


def _first_password(made: "Activation") -> Done:
    who = visible(made.username)
    once = Once(
        "The first password",
        made.password,
        f"Hand it over to {who} and nobody else. It works for {about(made.valid_for)}, for one log-in, at "
        "which another password is chosen.",
    )
    return Done(made.username, f"Done: {who} can log in with what you handed over.", once)


def acts_on(account: "AccountView", *, two: "TwoOperators") -> list[AccountAct]:
    """Return the acts that make sense now, the likeliest first; `two` tells what takes two operators."""
    kinds: tuple[Callable[[AccountView], AccountAct], ...] = (
        Unlock,
        LockOut,
        partial(Enable, two=two),
        Disable,
        EndSessions,
        partial(ResetTwoFactor, two=two),
        partial(PhoneStolen, two=two),
        RenewActivation,
        partial(ForgottenPassword, two=two),
        RequireChange,
        partial(ChangeRole, two=two),
        Edit,
    )
    return [act for act in (kind(account) for kind in kinds) if act.offered]


def _number(account: "AccountView") -> str:
    return display(account.own_number) if account.own_number else ""


def _one(role: str) -> str:
    return "an operator" if role == "operator" else "a user"
