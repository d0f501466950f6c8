"""Twofold in plain Python, the third part: operators, and what takes two of them.

Who may do what is for the store to say: it may refuse more than the model knows. What an act leads to is said
here, and what none may ever lead to.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from store.errors import (
    AlreadyEnabled,
    AlreadyOff,
    Covered,
    EndReason,
    NoSuchAccount,
    NotAllowed,
    SameRole,
    StepUpNeeded,
)
from store.rules.policy import PolicyChanges, Whom
from tests.machine.model import Events
from tests.machine.model_changes import Changes
from tests.machine.people import Case, Person, Proposal, Refusal, Seat

SHELL = "the host's shell"
OPERATORS_STEP_UP = timedelta(minutes=5)
PROPOSAL = timedelta(days=7)
ACTIVATION = timedelta(hours=72)
WHOM = [*Whom]
ONE_IS_ENOUGH = PolicyChanges(second_approval=False)
ALONE = "one person alone reaches another account's second factor"


class TwoOperators(Changes):
    """What operators do, where the rule asks for two. `by` is an operator's session, none for the shell."""

    turn = 0
    """Counts what operators did: it tells who was an operator before something began, whatever the clock."""

    rule = False
    """Whether two are asked for: until the shell or two persons say otherwise, whatever the store says."""

    def operate(self, by: Seat | None) -> None:
        """Every act of an operator begins with this."""
        self.turn += 1
        if by is None:
            return
        self.prove(by, "full")
        if by.person.role != "operator" or by.person.factor != "on":
            raise Refusal(NotAllowed, "access refused")
        if not by.proven_within(min(OPERATORS_STEP_UP, self.house.step_up), self.now):
            raise Refusal(StepUpNeeded, "step-up asked", with_code=True)

    def known(self, name: str) -> Person:
        if name not in self.people:
            raise Refusal(NoSuchAccount)
        return self.people[name]

    def can_operate(self, person: Person) -> bool:
        off = person.factor == "reset" or (person.app_off and person.sheet_off)
        waits = person.activation_ends is not None or person.suspended
        return person.role == "operator" and person.enabled and not (off or waits or person.locked(self.now))

    def agreed(self, parties: Iterable[str], begun: int) -> bool:
        """Say whether more than one person brought something about, or the shell, which may do so alone.

        Who was no operator before it began, or cannot operate any more, does not count. An account that one
        person alone made an operator's under the rule is in that person's hands.
        """
        people = [self.people[name] for name in parties if name != SHELL]
        counted = [each for each in people if self.can_operate(each) and each.operator_since < begun]
        return SHELL in parties or len({each.hands for each in counted}) > 1

    def reach(self, by: Seat | None, person: Person, parties: Iterable[str], begun: int) -> None:
        """D20's promise, at every place where a session gets at another account's second factor.

        It is shown a reset code or a password for an account that is in another person's hands, or lifts what
        suspended it.
        """
        if by is not None and self.rule and by.person.hands != person.hands:
            assert self.agreed(parties, begun), ALONE

    def set_role(
        self, by: Seat | None, name: str, role: str, parties: tuple[str, ...] = (), begun: int = 0
    ) -> Events:
        person = self.known(name)
        if person.role == role:
            raise Refusal(SameRole)
        person.role, person.operator_since = role, self.turn
        if role == "operator":
            alone = self.rule and not self.agreed(parties or _names(by), begun or self.turn)
            person.hands = by.person.hands if by is not None and alone else name
        return ("role changed",)

    def unbar(self, name: str) -> Events:
        person = self.known(name)
        if person.enabled:
            raise Refusal(AlreadyEnabled)
        person.enabled = True
        return ("account enabled",)

    def set_policy(
        self, by: Seat | None, changes: PolicyChanges, parties: tuple[str, ...] = (), begun: int = 0
    ) -> Events:
        house = self.house
        new = replace(house)
        for name in ("grace", "idle", "kiosk_idle", "absolute", "step_up"):
            asked = getattr(changes, name)
            setattr(new, name, getattr(house, name) if asked is None else asked)
        new.demands = changes.second_factor_for or house.demands
        new.two = house.two if changes.second_approval is None else changes.second_approval
        if new == house:
            return ()
        if new.demands == Whom.NOBODY:
            new.since = None
        elif new.since is None or WHOM.index(new.demands) > WHOM.index(house.demands):
            new.since = self.now
        vars(house).update(vars(new))
        if house.two and not self.rule:
            self._turn_rule_on()
        elif not house.two and self.agreed(parties or _names(by), begun or self.turn):
            self.rule = False
        return ("policy changed",)

    def _turn_rule_on(self) -> None:
        """Who its operators are is for the house to know when it turns the rule on."""
        self.rule = True
        for person in self.people.values():
            person.hands = person.name if person.role == "operator" else person.hands

    def propose(self, by: Seat | None, act: Covered, person: Person | None) -> Events:
        """Where the same is proposed already, by somebody who does not count any more, that one gives way."""
        since = self.now - PROPOSAL
        there = [each for each in self.proposals if each.act == act and each.person is person]
        there = [each for each in there if each.made > since][:1]
        self.proposals = [each for each in self.proposals if each not in there]
        self.proposals.append(Proposal(act, person, _names(by), self.turn, self.now))
        return *("approval declined" for _ in there), "approval proposed"

    def approve(self, by: Seat | None, proposal: Proposal) -> Events:
        parties, person = proposal.parties + _names(by), proposal.person
        self.proposals.remove(proposal)
        if person is None:
            events = self.set_policy(by, ONE_IS_ENOUGH, parties, proposal.begun)
        elif proposal.act == Covered.ENABLE:
            events = self.unbar(person.name)
        elif proposal.act == Covered.LIFT:
            events = self.cancel_case(by, person, parties, proposal.begun)
        else:
            role = "operator" if proposal.act == Covered.MAKE_OPERATOR else "user"
            events = self.set_role(by, person.name, role, parties, proposal.begun)
        return *events, "approval given"

    def decline(self, proposal: Proposal) -> Events:
        self.proposals.remove(proposal)
        return ("approval declined",)

    def reset_two_factor(self, by: Seat | None, name: str) -> Events:
        person = self.known(name)
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        self.reach(by, person, _names(by), self.turn)
        return self._reset(person)

    def _reset(self, person: Person) -> Events:
        person.lose_factor()
        person.factor = "reset"
        person.epoch += 1
        person.reset_code, person.reset_until = "to be told", self.now + timedelta(hours=1)
        person.reset = None
        self.end_seats(person, EndReason.CHANGED)
        return *self.close_case(person, "recovery cancelled", password=False), "2FA reset"

    def open_case(self, by: Seat | None, name: str, *, stolen: bool, password: bool = False) -> Events:
        person = self.known(name)
        if person.factor == "off" and not password:
            raise Refusal(AlreadyOff)
        old, suspended = person.case, person.suspended
        stolen = stolen and not password
        person.case = Case(self.now, stolen or suspended, password, begun=self.turn, parties=_names(by))
        events = ("recovery cancelled",) if old is not None else ()
        if not stolen or suspended:
            return *events, "recovery opened"
        self.end_seats(person, EndReason.ENDED_BY_OPERATOR)
        return *events, "recovery opened", "2FA suspended"

    def approve_case(self, by: Seat | None, person: Person) -> Events:
        assert person.case is not None
        person.case.parties += _names(by)
        return ("recovery approved",)

    def complete_case(self, by: Seat | None, person: Person) -> Events:
        assert person.case is not None
        case = person.case
        if person.factor == "off" and not case.password:
            raise Refusal(AlreadyOff)
        self.reach(by, person, case.parties + _names(by), case.begun)
        person.case = None
        if case.password:
            self.give_password(person)
            return "recovery completed", "password reset"
        return "recovery completed", *self._reset(person)

    def cancel_case(
        self, by: Seat | None, person: Person, parties: tuple[str, ...] = (), begun: int = 0
    ) -> Events:
        assert person.case is not None
        case, person.case = person.case, None
        if not case.stolen:
            return ("recovery cancelled",)
        self.reach(by, person, parties or _names(by), begun or self.turn)
        return "recovery cancelled", "2FA restored"

    def give_password(self, person: Person) -> None:
        """Have it wait for a log-in with a password that somebody was shown."""
        person.old_passwords.append(person.password)
        person.password, person.must_change, person.spent = "to be told", True, False
        person.activation_ends = self.now + ACTIVATION
        person.epoch += 1
        self.end_seats(person, EndReason.CHANGED)


def _names(by: Seat | None) -> tuple[str, ...]:
    return (by.person.name if by is not None else SHELL,)
