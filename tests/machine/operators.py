"""What operators do to others, in sessions of their own and at the host's shell, in the store and in the model at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from store.errors import (
    ApprovalNeeded,
    CaseNeeded,
    LastOperator,
    OwnApproval,
    OwnCase,
    TwofoldError,
)
from store.rules.policy import PolicyChanges
from store.services.bundle import Services
from store.services.principals import Principal
from store.services.views import Activation
from tests.desk import SHELL
from tests.machine.model import Events
from tests.machine.people import Person, Refusal, Seat
from tests.machine.stage import Stage

T = TypeVar("T")
WHY = "asked for it"


class Operators(Stage):
    """A stage with operators on it. `by` is an operator's session, none for the host's shell."""

    def by(
        self,
        by: Seat | None,
        do: Callable[[Services, Principal], T],
        promised: Callable[[], Events],
        *unless: type[TwofoldError],
    ) -> T | None:
        """Do it as the operator; the store may refuse `unless`, for reasons that the model does not know.

        Whatever a session may do leaves an operator who can log in.
        """
        services = self.consoles[by.console if by is not None else 0]
        principal = by.token if by is not None else SHELL

        try:
            self.model.operate(by)
        except Refusal as refusal:
            refused = refusal

            def refuse() -> Events:
                raise refused

            return self.both(lambda: do(services, principal), refuse)
        answer = self.both(lambda: do(services, principal), promised, unless=unless)
        people = self.model.people.values()
        assert by is None or any(self.model.can_operate(person) for person in people)
        return answer

    def disable_account(self, by: Seat | None, name: str) -> None:
        self.by(
            by, lambda at, who: at.access.disable(who, name, WHY), lambda: self.model.bar(name), LastOperator
        )

    def enable_account(self, by: Seat | None, name: str) -> None:
        self.by(by, lambda at, who: at.access.enable(who, name), lambda: self.model.unbar(name))

    def lock(self, by: Seat | None, name: str, length: timedelta) -> None:
        self.by(
            by,
            lambda at, who: at.access.lock(who, name, length, WHY),
            lambda: self.model.lock(name, length),
            LastOperator,
        )

    def unlock(self, by: Seat | None, name: str) -> None:
        self.by(by, lambda at, who: at.accounts.unlock(who, name), lambda: self.model.unlock(name))

    def end_all(self, by: Seat | None, name: str) -> None:
        self.by(by, lambda at, who: at.access.end_sessions(who, name, WHY), lambda: self.model.end_all(name))

    def ask_new_password(self, by: Seat | None, name: str) -> None:
        self.by(
            by,
            lambda at, who: at.passwords.require_change(who, name, WHY),
            lambda: self.model.ask_new_password(name),
        )

    def set_role(self, by: Seat | None, name: str, role: str) -> None:
        self.by(
            by,
            lambda at, who: at.accounts.set_role(who, name, role, WHY),
            lambda: self.model.set_role(by, name, role),
            LastOperator,
        )

    def set_policy(self, by: Seat | None, changes: PolicyChanges) -> None:
        self.by(
            by,
            lambda at, who: at.policy.set(who, changes),
            lambda: self.model.set_policy(by, changes),
        )

    def activate(self, by: Seat | None, name: str) -> None:
        given = self.by(
            by, lambda at, who: at.accounts.activate(who, name), lambda: self.model.activate(by, name)
        )
        self._hand_over(name, given)

    def renew_activation(self, by: Seat | None, name: str) -> None:
        given = self.by(
            by,
            lambda at, who: at.accounts.renew_activation(who, name),
            lambda: self.model.renew_activation(by, name),
        )
        self._hand_over(name, given)

    def new_password(self, name: str) -> None:
        """A password that its owner forgot is the shell's."""
        given = self.by(
            None,
            lambda at, who: at.passwords.reset(who, name, WHY),
            lambda: self.model.new_password(name),
        )
        self._hand_over(name, given)

    def _hand_over(self, name: str, given: Activation | None) -> None:
        if given is not None:
            person = self.model.people[name]
            person.password = given.password
            person.given.append(given.password)

    def reset_two_factor(self, by: Seat | None, name: str) -> None:
        code = self.by(
            by,
            lambda at, who: at.reset.reset_two_factor(who, name, "lost phone and codes"),
            lambda: self.model.reset_two_factor(by, name),
            LastOperator,
            CaseNeeded,
        )
        if code is not None:
            self.model.people[name].reset_code = code

    def open_case(self, by: Seat | None, name: str, *, stolen: bool) -> None:
        case = self.by(
            by,
            lambda at, who: at.recovery.open(who, name, "showed a passport", stolen=stolen),
            lambda: self.model.open_case(by, name, stolen=stolen),
            OwnCase,
        )
        if case is not None:
            known = self.model.people[name].case
            assert known is not None
            assert case.stolen == known.stolen
            known.number = case.number

    def approve_case(self, by: Seat | None, person: Person) -> None:
        number = _number(person)
        self.by(
            by,
            lambda at, who: at.recovery.approve(who, number),
            lambda: self.model.approve_case(by, person),
            OwnCase,
            OwnApproval,
        )

    def complete_case(self, by: Seat | None, person: Person) -> None:
        number = _number(person)
        code = self.by(
            by,
            lambda at, who: at.recovery.complete(who, number),
            lambda: self.model.complete_case(by, person),
            OwnCase,
            ApprovalNeeded,
        )
        if code is not None:
            person.reset_code = code

    def cancel_case(self, by: Seat | None, person: Person) -> None:
        number = _number(person)
        self.by(
            by,
            lambda at, who: at.recovery.cancel(who, number, "found the phone"),
            lambda: self.model.cancel_case(by, person),
        )


def _number(person: Person) -> int:
    return person.case.number if person.case is not None else 0
