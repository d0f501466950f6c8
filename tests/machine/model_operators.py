"""Twofold in plain Python, the fourth part: what one operator does to an account, and to the store."""

from datetime import timedelta

from store.errors import AlreadyActivated, AlreadyDisabled, EndReason, UsernameTaken
from tests.machine.model import Events
from tests.machine.model_rule import ACTIVATION, TwoOperators
from tests.machine.people import Person, Refusal, Seat


class WholeModel(TwoOperators):
    """Everything that can be done."""

    def create(self, name: str, password: str) -> Events:
        if name in self.people:
            raise Refusal(UsernameTaken)
        self.people[name] = Person(name, password, self.now)
        return ("account created",)

    def activate(self, by: Seat | None, name: str, role: str) -> Events:
        """Make an account with a password that whoever made it knows, and may keep."""
        if name in self.people:
            raise Refusal(UsernameTaken)
        known = by is not None and (self.rule or role == "user")
        self.people[name] = Person(
            name,
            "to be told",
            self.now,
            role,
            self.turn,
            by.person.hands if by is not None and known else name,
            chosen=False,
            must_change=True,
            activation_ends=self.now + ACTIVATION,
        )
        return ("account created",)

    def renew_activation(self, by: Seat | None, name: str) -> Events:
        """Make another password where its owner never chose one (D18); else only the shell does."""
        person = self.known(name)
        if person.activation_ends is None or (by is not None and person.chosen):
            raise Refusal(AlreadyActivated)
        self.give_password(person)
        return ("activation renewed",)

    def new_password(self, name: str) -> Events:
        person = self.known(name)
        self.give_password(person)
        return *self.close_case(person, "recovery cancelled", password=True), "password reset"

    def bar(self, name: str) -> Events:
        person = self.known(name)
        if not person.enabled:
            raise Refusal(AlreadyDisabled)
        person.enabled = False
        self.end_seats(person, EndReason.DISABLED)
        return ("account disabled",)

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

    def rotate_key(self) -> Events:
        self.keys += 1
        return "key rotation begun", "key rotated"
