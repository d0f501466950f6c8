"""Rules: what may take two operators, tried by one, by two, and at the host's shell."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.errors import Covered
from store.rules.policy import PolicyChanges
from tests.desk import HERE
from tests.machine.base import ANY_NAME, NAMES
from tests.machine.desks import ROLES, WHO, Desks
from tests.machine.people import Person


@dataclass(frozen=True)
class How:
    """What a recovery case is about, and what becomes of it."""

    stolen: bool
    password: bool
    approved: bool
    tried: bool
    ends: str


HOW = st.builds(
    How,
    *(st.sampled_from([False, True]) for _ in range(3)),
    st.sampled_from([False, False, True]),
    st.sampled_from(["not yet", "completed", "completed", "cancelled"]),
)


class Deciding(Desks):
    """Everything here is asked by an operator, too."""

    @rule(who=WHO, name=NAMES, role=ROLES)
    def an_operator_changes_a_role(self, who: int, name: str, role: str) -> None:
        self.acts.set_role(self.operator(who), name, role)

    @rule(who=WHO, two=st.booleans())
    def an_operator_turns_the_rule_of_two_on_or_off(self, who: int, *, two: bool) -> None:
        self.acts.set_policy(self.operator(who), PolicyChanges(second_approval=two))

    @rule(who=WHO, name=NAMES, act=st.sampled_from(Covered))
    def an_operator_proposes_something(self, who: int, name: str, act: Covered) -> None:
        self.acts.propose(self.operator(who), act, self.acts.model.people[name])

    @precondition(lambda self: self.acts.model.proposals)
    @rule(who=WHO, which=WHO, declines=st.sampled_from([False, False, True]))
    def an_operator_decides_on_a_proposal(self, who: int, which: int, *, declines: bool) -> None:
        seat, proposals = self.operator(who), self.acts.model.proposals
        decide = self.acts.decline if declines else self.acts.approve
        decide(seat, proposals[which % len(proposals)])

    @rule(who=WHO, name=ANY_NAME)
    def an_operator_resets_2fa(self, who: int, name: str) -> None:
        self.acts.reset_two_factor(self.operator(who), name)

    @rule(who=WHO, name=NAMES, stolen=st.booleans(), password=st.booleans())
    def an_operator_opens_a_recovery_case(self, who: int, name: str, *, stolen: bool, password: bool) -> None:
        self.acts.open_case(self.operator(who), name, stolen=stolen, password=password)

    @rule(who=WHO, other=WHO, name=NAMES, how=HOW)
    def a_recovery_case_runs(self, who: int, other: int, name: str, how: How) -> None:
        """Whoever has the phone may try it before the operators are done."""
        person = self.acts.model.people[name]
        opens, approves = self.operator(who), self.operator(other)
        if person.case is None:
            self.acts.open_case(opens, name, stolen=how.stolen, password=how.password)
        if how.approved and person.case is not None:
            self.acts.approve_case(approves, person)
        if how.tried:
            self._try_what_was_lost(person)
        seat = self.operator(who)
        if person.case is not None and how.ends == "completed":
            self.acts.complete_case(seat, person)
        elif person.case is not None and how.ends == "cancelled":
            self.acts.cancel_case(seat, person)

    @precondition(lambda self: self.with_a_case())
    @rule(who=WHO, which=WHO, completes=st.sampled_from([True, True, False]))
    def an_operator_closes_a_recovery_case(self, who: int, which: int, *, completes: bool) -> None:
        seat = self.operator(who)
        if people := self.with_a_case():
            close = self.acts.complete_case if completes else self.acts.cancel_case
            close(seat, people[which % len(people)])

    def with_a_case(self) -> list[Person]:
        return [each for each in self.acts.model.people.values() if each.case is not None]

    def _try_what_was_lost(self, person: Person) -> None:
        seat = self.acts.log_in(0, HERE, person.name, person.password)
        if seat is not None and person.factor == "reset":
            self.acts.use_reset_code(seat, person.reset_code)
        elif seat is not None:
            if person.suspended:
                self.acts.use_backup_code(seat, person.unused_codes[0])
            self.acts.verify(seat, person.secret, self.acts.next_code(person))
