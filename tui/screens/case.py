"""One recovery case: what was proven, who did what, and what comes next."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.errors import CaseState
from store.rules.phone_numbers import display
from store.rules.text import visible
from tui.screens.case_acts import PhoneStolen
from tui.screens.case_steps import ROOM, steps_of
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import minute
from tui.widgets.account_facts import last_log_in
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.views import AccountView, RecoveryCaseView, TwoOperators
    from tui.screens.case_acts import CaseAct, ResetTwoFactor


class CaseScreen(Page["Go | CaseAct | ResetTwoFactor | None"]):
    """Hands back the step that was chosen; nothing where the person goes back."""

    HELP_TEXT = (
        "A recovery case is for somebody who lost phone and backup codes. It keeps who proved what, and ends "
        "in a reset code to hand over. Where policy demands two operators, one opens it and another approves "
        "it. It can be completed for 7 days."
    )
    KEYS = (KeyHint("Enter", "Choose", "open"), BACK, MENU, HELP)

    def __init__(
        self,
        case: "RecoveryCaseView",
        account: "AccountView",
        notice: str | None,
        username: str,
        *,
        two: "TwoOperators",
    ) -> None:
        """Show a case, and what was just done to it; `two` tells whether it takes another operator."""
        super().__init__(username=username)
        self._case = case
        self._account = account
        self._notice = notice
        self._steps = steps_of(case, account, username, two=two)
        self._next = what_next(case, username, two)

    def parts(self) -> ComposeResult:
        """Whose it is, what was proven, who did what, what comes next, the steps."""
        case, account = self._case, self._account
        yield Static(Content(f"Recovery case {case.number}: {visible(case.username)}"), id="headline")
        yield Static(Content(visible(account.display_name) or "No display name"), classes="quiet-prose")
        yield Static("", classes="gap")
        number = visible(display(account.own_number)) if account.own_number else "none"
        for label, value in (*facts_of(case), ("Number", number), ("Last log-in", last_log_in(account))):
            warns = label == "Phone" and case.stolen
            if label == "Proven" and len(value) > ROOM:
                value = f"{value[: ROOM - 3].rstrip()}..."  # noqa: PLW2901 - the rest is a step away
            with Horizontal(classes="case-row"):
                yield Static(Content(label), classes="fact-label")
                yield Static(Content(value), classes="fact-value warning" if warns else "fact-value")
        yield Static("", classes="gap")
        yield Static(Content(self._next), classes="prose", id="next")
        yield Static("", classes="gap")
        if self._steps:
            links = [
                Action(step.link, id=step.name, main=not number) for number, step in enumerate(self._steps)
            ]
            yield Actions(*links)
        yield Static(Content(self._notice or ""), classes="notice", id="notice")

    @on(Action.Chosen, ".actions Action")
    def _chosen(self, event: Action.Chosen) -> None:
        event.stop()
        [step] = [step for step in self._steps if step.name == event.action.id]
        self.finish(step)

    def action_back(self) -> None:
        """Go back to where the case was chosen."""
        self.finish(None)


def standing(case: "RecoveryCaseView") -> str:
    """Return how a case stands, in a few words."""
    if case.approval_needed:
        return "to be approved"
    if case.state is CaseState.EXPIRED:
        return "too old"
    return "to be completed" if case.live else case.state


def facts_of(case: "RecoveryCaseView") -> list[tuple[str, str]]:
    """Return what is known of a case, each with its label."""
    facts = [
        ("Phone", _phone(case)),
        ("Proven", visible(case.proof)),
        ("Opened", f"{minute(case.opened_at)} by {visible(case.opened_by)}"),
    ]
    for label, by, at in (
        ("Approved", case.approved_by, case.approved_at),
        ("Closed", case.closed_by, case.closed_at),
    ):
        if by is not None and at is not None:
            facts.append((label, f"{minute(at)} by {visible(by)}"))
    return facts


def _phone(case: "RecoveryCaseView") -> str:
    if case.password:
        return "there; the password is forgotten"
    if not case.stolen:
        return "lost"
    return "stolen" if case.closed_at is not None else "stolen: no code opens anything"


def what_next(case: "RecoveryCaseView", operator: str, two: "TwoOperators") -> str:
    """Return what comes next with a case, or how it ended."""
    who = visible(case.username)
    if case.state is CaseState.DONE and case.password:
        return f"A password for one log-in of {who} was made. Is it lost or too old? Open a new case."
    if case.state is CaseState.DONE:
        return f"2FA of {who} was reset. Is the reset code lost or too old? Open a new case."
    if case.state is CaseState.CANCELLED:
        if case.closed_by_login:
            return f"{who} proved after all what was said to be lost, which cancelled it. Nothing was reset."
        return "It was cancelled, and nothing was reset by it."
    if case.username == operator:
        return "It is about your own account, so another operator has to complete it."
    if case.state is CaseState.EXPIRED:
        return "It is older than 7 days: what was proven counts no more."
    if two.too_few:
        shell = f"twofold recovery complete {case.number}"
        return f"Too few operators have working 2FA. At the host's shell: {shell}"
    if case.password and not two.asked:
        return f"With one operator's rule it is the host's shell's: twofold recovery complete {case.number}"
    after_all = (
        ""
        if case.stolen or case.password
        else f"\nStolen after all? Cancel this, then choose {PhoneStolen.link}."
    )
    return f"{_step(case, operator)}, until {minute(case.expires_at)}.{after_all}"


def _step(case: "RecoveryCaseView", operator: str) -> str:
    if not case.approval_needed:
        code = "password for one log-in" if case.password else "reset code"
        return f"Next, an operator hands over a {code}"
    if case.opened_by == operator:
        return "You opened it, so another operator has to approve it"
    return "You can approve it as its second operator"
