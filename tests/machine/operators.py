"""What operators do to others, in sessions of their own and at the host's shell, in the store and in the model at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from store.errors import LastOperator, ShellsAct, TooFewOperators, TwofoldError, TwoNeeded
from store.services.bundle import Services
from store.services.principals import Principal
from tests.desk import SHELL
from tests.machine.model import Events
from tests.machine.people import Refusal, Seat
from tests.machine.stage import Stage

T = TypeVar("T")
WHY = "asked for it"
TOO_FEW = (LastOperator, TooFewOperators)


class OneOperator(Stage):
    """A stage with operators on it, and what takes one of them. `by` is an operator's session, none for the host's shell."""

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
            by,
            lambda at, who: at.access.disable(who, name, WHY),
            lambda: self.model.bar(name),
            *TOO_FEW,
        )

    def enable_account(self, by: Seat | None, name: str) -> None:
        self.by(by, lambda at, who: at.access.enable(who, name), lambda: self.model.unbar(name), TwoNeeded)

    def lock(self, by: Seat | None, name: str, length: timedelta) -> None:
        self.by(
            by,
            lambda at, who: at.access.lock(who, name, length, WHY),
            lambda: self.model.lock(name, length),
            *TOO_FEW,
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

    def activate(self, by: Seat | None, name: str, role: str) -> None:
        given = self.by(
            by,
            lambda at, who: at.accounts.activate(who, name, role=role),
            lambda: self.model.activate(by, name, role),
            TwoNeeded,
        )
        self.hand_over(name, given.password if given is not None else None)

    def renew_activation(self, by: Seat | None, name: str) -> None:
        given = self.by(
            by,
            lambda at, who: at.accounts.renew_activation(who, name),
            lambda: self.model.renew_activation(by, name),
            ShellsAct,
        )
        self.hand_over(name, given.password if given is not None else None)

    def new_password(self, name: str) -> None:
        """A password that its owner forgot is the shell's."""
        given = self.by(
            None,
            lambda at, who: at.passwords.reset(who, name, WHY),
            lambda: self.model.new_password(name),
        )
        self.hand_over(name, given.password if given is not None else None)

    def hand_over(self, name: str, password: str | None) -> None:
        if password is not None:
            person = self.model.people[name]
            person.password = password
            person.given.append(password)
