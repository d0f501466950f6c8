"""What an operator does for somebody who lost phone and codes: open a case, approve, complete, cancel it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from store.rules.activation import VALID_FOR
from store.rules.text import visible
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
    whose,
)
from tui.units import about

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import AccountView, RecoveryCaseView, TwoOperators

PROOF = Asked("proof", "Who proved what, for the case and the audit log", 300)


@dataclass(frozen=True)
class CaseOpened(Done):
    """A case was opened; its page is the next one."""

    number: int = 0


class ResetTwoFactor(AccountAct):
    """Put on record who proved what; the reset itself is the case's last step (design D18)."""

    name, link, button = "reset-2fa", "Reset 2FA", "Open the case"
    headline = "Phone and backup codes are lost"
    stolen: ClassVar[bool] = False

    def __init__(self, account: "AccountView", *, two: "TwoOperators") -> None:
        """Make the act for this account; `two` tells whether the case takes another operator."""
        super().__init__(account)
        self.two = two

    @property
    def offered(self) -> bool:
        """Whether there is a second factor to lose, and no case that can still be completed."""
        case = self.account.case
        return self.account.second_factor != "off" and (case is None or not case.live)

    def before(self) -> str:
        """Return what will happen."""
        case = self.account.case
        now = (
            "The second factor stays suspended."
            if case is not None and case.stolen
            else f"Nothing of {self.who}'s changes yet; a log-in with both factors ends the case. Is the "
            f"phone in somebody else's hands? Then go back and choose {PhoneStolen.link}."
        )
        return f"This opens a recovery case. {self.then()} {now}"

    def then(self) -> str:
        """Return how the case goes on."""
        if self.two.too_few:
            return "With fewer than two operators left, only the host's shell can complete it."
        if self.two.asked:
            return "A second operator has to approve it; then it gives a reset code to hand over."
        return "Its next page gives a reset code to hand over."

    def fields(self) -> tuple[Asked, ...]:
        """Return what was proven."""
        return (PROOF,)

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> CaseOpened:
        """Open it."""
        case = services.recovery.open(token, self.account.username, typed["proof"], stolen=self.stolen)
        return CaseOpened(self.account.username, self.after(), number=case.number)

    def after(self) -> str:
        """Return what is said after."""
        return "Done: the case is open."


class PhoneStolen(ResetTwoFactor):
    """The same, and the second factor opens nothing from then on."""

    name, link = "phone-stolen", "Phone stolen"
    headline = "The phone is in somebody else's hands"
    button = "Suspend 2FA"
    stolen = True

    @property
    def offered(self) -> bool:
        """Whether there is anything to suspend."""
        case = self.account.case
        return super().offered and (case is None or not case.stolen)

    def before(self) -> str:
        """Return what will happen."""
        return (
            f"At once no code and no backup code of {self.who} opens anything"
            f"{sessions_end(self.account)}. This opens a recovery case, and no log-in ends it. {self.then()}"
        )

    def after(self) -> str:
        """Return what is said after."""
        return f"Done: no code of {self.who} opens anything, and every session has ended."


class CaseAct(Act):
    """A step of one case, as it stood a moment ago."""

    name: ClassVar[str]
    link: ClassVar[str]

    def __init__(self, case: "RecoveryCaseView", account: "AccountView") -> None:
        """Make the step for this case of this account."""
        self.case = case
        self.account = account
        self.who = visible(case.username)

    def about(self) -> str:
        """Return whose case it is."""
        return whose(self.account)


class ApproveCase(CaseAct):
    """Be the second operator."""

    name, link, button = "approve", "Approve this case", "Approve"
    headline = "The second operator of a case"

    def before(self) -> str:
        """Return what will happen."""
        return (
            "After this any operator can complete the case with a reset code. Do it only if you too are sure "
            f"who {self.who} is.\n\n{visible(self.case.opened_by)} has on record:\n{visible(self.case.proof)}"
        )

    def fields(self) -> tuple[Asked, ...]:
        """Nothing is taken away."""
        return ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:  # noqa: ARG002
        """Approve it."""
        services.recovery.approve(token, self.case.number)
        return Done(self.case.username, "Done: the case has its second operator.")


class CompleteCase(CaseAct):
    """End it in the reset code (design D18)."""

    name, link, button = "complete", "Make the reset code", "Reset 2FA"
    headline = "The end of a case"

    def __init__(self, case: "RecoveryCaseView", account: "AccountView") -> None:
        """Make the step; a forgotten password ends in another code."""
        super().__init__(case, account)
        if case.password:
            self.link, self.button = "Make the password", "Make it"  # type: ignore[misc]

    def before(self) -> str:
        """Return what will happen."""
        if self.case.password:
            return (
                f"The password of {self.who} works no more{sessions_end(self.account)}. You get one to hand "
                "over, for one log-in at which another is chosen. 2FA stays, and is asked for as ever."
            )
        return (
            f"The authenticator app and every backup code of {self.who} stop working at once"
            f"{sessions_end(self.account)}. You get a code to hand over: for one hour it leads, together "
            f"with the password, to setting up the app anew. Do it while {self.who} can take it down."
        )

    def fields(self) -> tuple[Asked, ...]:
        """What was proven stands in the case."""
        return ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:  # noqa: ARG002
        """Make the code."""
        code = services.recovery.complete(token, self.case.number)
        if self.case.password:
            once = Once(
                "The password for one log-in",
                code,
                f"Hand it over to {self.who} and nobody else. It opens one log-in within {about(VALID_FOR)}, "
                "at which another is chosen.",
            )
            return Done(self.case.username, "Done: the forgotten password is dead. 2FA stays.", once)
        once = Once(
            "The reset code",
            code,
            f"Hand it over to {self.who} and nobody else. At the next log-in it is asked for after the "
            "password, and leads to setting up the app anew. It works for one hour.",
        )
        return Done(self.case.username, "Done: the old app and the old backup codes are dead.", once)


class CancelCase(CaseAct):
    """Close it with nothing reset."""

    name, link, button = "cancel-case", "Cancel the case", "Cancel the case"
    leave = "Keep it open"
    headline = "No reset after all"

    def __init__(self, case: "RecoveryCaseView", account: "AccountView", *, two: "TwoOperators") -> None:
        """Make the step; to lift what it suspends may take two operators."""
        super().__init__(case, account)
        self._proposes = two.asked and case.stolen
        self._too_few = self._proposes and two.too_few
        if self._proposes:
            self.button = "" if self._too_few else "Propose it"

    def before(self) -> str:
        """Return what will happen."""
        if self._too_few:
            return too_few(f"twofold recovery cancel {self.case.number} --reason TEXT")
        return f"{self._effect()} {PROPOSE}" if self._proposes else self._effect()

    def _effect(self) -> str:
        if self.case.password:
            return f"No password is made: the one of {self.who} stays as it is."
        if self.case.stolen:
            return f"The app and the backup codes of {self.who} work again at once, as they did before."
        return f"Nothing is reset: the app and the backup codes of {self.who} stay as they are."

    def fields(self) -> tuple[Asked, ...]:
        """Return why."""
        return () if self._too_few else (REASON,)

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> Done:
        """Cancel it."""
        if self._proposes:
            services.approvals.propose_lift(token, self.case.number, typed["reason"])
            return Done(self.case.username, PROPOSED)
        services.recovery.cancel(token, self.case.number, typed["reason"])
        again = f" The app and the codes of {self.who} work again." if self.case.stolen else ""
        return Done(self.case.username, f"Done: the case is cancelled.{again}")


class ReadProof(CaseAct):
    """Read what was proven, where the page has room for its beginning only."""

    name, link, button = "proof", "Read all of the proof", ""
    headline = "What was proven"

    def before(self) -> str:
        """Return all of it."""
        return f"{visible(self.case.opened_by)} has on record:\n\n{visible(self.case.proof)}"

    def fields(self) -> tuple[Asked, ...]:
        """Nothing is done."""
        return ()
