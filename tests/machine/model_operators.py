"""Twofold in plain Python, the third part: what operators do, in sessions and at the host's shell.

Who may do what is for the store to say: it may refuse more than the model knows. What an act leads to is said here, and what must
never be led to.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from store.errors import (
    AlreadyActivated,
    AlreadyDisabled,
    AlreadyEnabled,
    AlreadyOff,
    CaseOpenAlready,
    CaseState,
    EndReason,
    NoSuchAccount,
    NotAllowed,
    NotInThatState,
    SameRole,
    StepUpNeeded,
    UsernameTaken,
)
from store.rules.policy import PolicyChanges, Whom
from tests.machine.model import Events
from tests.machine.model_changes import Changes
from tests.machine.people import Case, Person, Refusal, Seat

SHELL = "the host's shell"
OPERATORS_STEP_UP = timedelta(minutes=5)
ACTIVATION = timedelta(hours=72)
WHOM = [*Whom]


class WholeModel(Changes):
    """Everything that can be done. `by` is the operator's session, none for the host's shell."""

    turn = 0
    """Counts what operators did: who was an operator before something began is told by it."""

    rule = False
    """Two operators: from when it was turned on until the shell or two persons turned it off, whatever the store says."""

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
        waits = person.activation_ends is not None or person.factor == "reset" or person.suspended
        barred = not person.enabled or person.locked(self.now)
        return person.role == "operator" and not waits and not barred

    def agreed(self, parties: Iterable[str], begun: int) -> bool:
        """Say whether more than one person brought something about, or the shell did, which may do so alone.

        Who was no operator before it began, or is none any more, does not count. An account that its own maker made an operator under the rule, with nobody
        else's consent, is in the maker's hands.
        """
        people = [self.people[name] for name in parties if name != SHELL]
        counted = [each for each in people if each.role == "operator" and (each.operator_since or 0) < begun]
        return SHELL in parties or len({each.hands for each in counted}) > 1

    def reach(self, by: Seat | None, person: Person, parties: Iterable[str], begun: int) -> None:
        """The promise of D20, at each place where a session gets at another account's second factor.

        That is: it is shown a reset code or a password for it, or lifts what suspended it.
        """
        if by is not None and self.rule and by.person.hands != person.hands:
            assert self.agreed(parties, begun), "one person alone reaches another account's second factor"

    def create(self, name: str, password: str, role: str = "user") -> Events:
        if name in self.people:
            raise Refusal(UsernameTaken)
        self.people[name] = Person(name, password, self.now, role, operator_since=self.turn)
        return ("account created",)

    def activate(self, by: Seat | None, name: str) -> Events:
        if name in self.people:
            raise Refusal(UsernameTaken)
        hands = by.person.hands if by is not None else name
        self.people[name] = Person(
            name,
            "to be told",
            self.now,
            hands=hands,
            chosen=False,
            must_change=True,
            activation_ends=self.now + ACTIVATION,
        )
        return ("account created",)

    def renew_activation(self, by: Seat | None, name: str) -> Events:
        person = self.known(name)
        if person.activation_ends is None:
            raise Refusal(AlreadyActivated)
        self._give_password(person)
        return ("activation renewed",)

    def new_password(self, name: str) -> Events:
        self._give_password(self.known(name))
        return ("password reset",)

    def _give_password(self, person: Person) -> None:
        person.old_passwords.append(person.password)
        person.password, person.must_change = "to be told", True
        person.activation_ends = self.now + ACTIVATION
        person.epoch += 1
        self.end_seats(person, EndReason.CHANGED)

    def bar(self, name: str) -> Events:
        person = self.known(name)
        if not person.enabled:
            raise Refusal(AlreadyDisabled)
        person.enabled = False
        self.end_seats(person, EndReason.DISABLED)
        return ("account disabled",)

    def unbar(self, name: str) -> Events:
        person = self.known(name)
        if person.enabled:
            raise Refusal(AlreadyEnabled)
        person.enabled = True
        return ("account enabled",)

    def lock(self, name: str, length: timedelta) -> Events:
        person = self.known(name)
        person.locked_until = self.now + length
        self.end_seats(person, EndReason.LOCKED)
        return ("account locked",)

    def unlock(self, name: str) -> Events:
        person = self.known(name)
        for key in [key for key in self.passwords if key[0] == name]:
            del self.passwords[key]
        person.app = person.sheet = person.reset = person.locked_until = None
        return ("account unlocked",)

    def ask_new_password(self, name: str) -> Events:
        person = self.known(name)
        person.must_change = True
        self.end_seats(person, EndReason.ENDED_BY_OPERATOR)
        return ("password change asked",)

    def end_all(self, name: str) -> Events:
        self.end_seats(self.known(name), EndReason.ENDED_BY_OPERATOR)
        return ("sessions ended",)

    def set_role(self, by: Seat | None, name: str, role: str) -> Events:
        person = self.known(name)
        if person.role == role:
            raise Refusal(SameRole)
        person.role, person.operator_since = role, self.turn
        if role == "operator":
            alone = by is not None and self.rule
            person.hands = by.person.hands if by is not None and alone else name
        return ("role changed",)

    def set_policy(self, by: Seat | None, changes: PolicyChanges) -> Events:
        house = self.house
        new = replace(house)
        for name in ("grace", "idle", "kiosk_idle", "absolute", "step_up"):
            setattr(
                new, name, value if (value := getattr(changes, name)) is not None else getattr(house, name)
            )
        new.demands = changes.second_factor_for or house.demands
        new.two = house.two if changes.second_approval is None else changes.second_approval
        if new == house:
            return ()
        if new.demands == Whom.NOBODY:
            new.since = None
        elif new.since is None or WHOM.index(new.demands) > WHOM.index(house.demands):
            new.since = self.now
        vars(house).update(vars(new))
        self._note_rule(by)
        return ("policy changed",)

    def _note_rule(self, by: Seat | None) -> None:
        if self.house.two and not self.rule:
            self.rule = True
            for person in self.people.values():
                # Who they are is for the house to know when it turns the rule on.
                person.hands = person.name if person.role == "operator" else person.hands
        elif not self.house.two and by is None:
            self.rule = False

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
        cancelled = ("recovery cancelled",) if person.case is not None else ()
        person.case = None
        return *cancelled, "2FA reset"

    def open_case(self, by: Seat | None, name: str, *, stolen: bool) -> Events:
        person = self.known(name)
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        old = person.case
        if old is not None and not old.expired(self.now):
            raise Refusal(CaseOpenAlready, number=old.number)
        suspended = person.suspended
        person.case = Case(self.now, stolen or suspended, begun=self.turn, parties=_names(by))
        events = ("recovery cancelled",) if old is not None else ()
        if not stolen or suspended:
            return *events, "recovery opened"
        self.end_seats(person, EndReason.ENDED_BY_OPERATOR)
        return *events, "recovery opened", "2FA suspended"

    def approve_case(self, by: Seat | None, person: Person) -> Events:
        case = self._case(person, "recovery approved")
        if case.approved:
            raise Refusal(NotInThatState, "recovery approved", state=CaseState.APPROVED)
        case.approved = True
        case.parties += _names(by)
        return ("recovery approved",)

    def _case(self, person: Person, event: str) -> Case:
        assert person.case is not None
        if person.case.expired(self.now):
            raise Refusal(NotInThatState, event, state=CaseState.EXPIRED)
        return person.case

    def complete_case(self, by: Seat | None, person: Person) -> Events:
        case = self._case(person, "recovery completed")
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        self.reach(by, person, case.parties + _names(by), case.begun)
        person.case = None
        return "recovery completed", *self._reset(person)

    def cancel_case(self, by: Seat | None, person: Person) -> Events:
        assert person.case is not None
        case, person.case = person.case, None
        if not case.stolen:
            return ("recovery cancelled",)
        self.reach(by, person, _names(by), self.turn)
        return "recovery cancelled", "2FA restored"

    def rotate_key(self) -> Events:
        self.keys += 1
        return "key rotation begun", "key rotated"


def _names(by: Seat | None) -> tuple[str, ...]:
    return (by.person.name if by is not None else SHELL,)
