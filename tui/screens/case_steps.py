"""Which steps a case takes now, and the case of a forgotten password."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tui.screens.acts import Asked, shells, too_few
from tui.screens.case_acts import (
    PROOF,
    ApproveCase,
    CancelCase,
    CaseAct,
    CaseOpened,
    CompleteCase,
    ReadProof,
    ResetTwoFactor,
)

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import AccountView, RecoveryCaseView, TwoOperators

ROOM: Final = 150
"""Characters of a proof that its page has room for at 80x24; the rest is a step away."""


class ForgottenPassword(ResetTwoFactor):
    """Put on record who proved what; it ends in a password for one log-in, and 2FA stays (design D20)."""

    name, link, button = "forgotten-password", "Forgotten password", "Open the case"
    headline = "The password is forgotten"

    def __init__(self, account: "AccountView", *, two: "TwoOperators") -> None:
        """Make the act; with one operator's rule, or too few, its page names the shell's command."""
        super().__init__(account, two=two)
        self._here = two.asked and not two.too_few
        if not self._here:
            self.button = ""

    @property
    def offered(self) -> bool:
        """Whether the owner ever chose a password, and no case that can still be completed is there."""
        case = self.account.case
        return self.account.password_chosen and (case is None or not (case.live or case.stolen))

    def before(self) -> str:
        """Return what will happen."""
        command = f"twofold account reset-password {self.who} --reason TEXT"
        if self.two.too_few:
            return too_few(command)
        if not self.two.asked:
            return shells("A forgotten password is reset at the host's shell, not here.", command)
        return (
            "This opens a recovery case that a second operator has to approve. It ends in a password for one "
            f"log-in to hand over. Nothing of {self.who}'s changes yet, and 2FA stays as it is."
        )

    def fields(self) -> tuple[Asked, ...]:
        """Return what was proven."""
        return (PROOF,) if self._here else ()

    def do(self, services: "Services", token: "SessionToken", typed: Mapping[str, str]) -> CaseOpened:
        """Open it."""
        case = services.recovery.open(token, self.account.username, typed["proof"], password=True)
        return CaseOpened(self.account.username, self.after(), number=case.number)


def steps_of(
    case: "RecoveryCaseView", account: "AccountView", operator: str, *, two: "TwoOperators"
) -> "list[CaseAct | ResetTwoFactor]":
    """Return the steps that this operator can take now, the one that leads on first."""
    if case.closed_at is not None:
        return [ReadProof(case, account)] if len(case.proof) > ROOM else []
    steps: list[CaseAct | ResetTwoFactor] = []
    if case.username != operator:
        if not case.live:
            again = ForgottenPassword if case.password else ResetTwoFactor
            steps.append(again(account, two=two))
        elif two.too_few or (case.password and not two.asked):
            pass  # What comes next is said to be the host's shell's.
        elif not case.approval_needed:
            steps.append(CompleteCase(case, account))
        elif case.opened_by != operator:
            steps.append(ApproveCase(case, account))
    steps.append(CancelCase(case, account, two=two))
    return [*steps, ReadProof(case, account)] if len(case.proof) > ROOM else steps
