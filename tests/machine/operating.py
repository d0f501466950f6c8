"""Rules: operators, each in a session of their own or at the host's shell, and what they do to others."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from store.rules.policy import PolicyChanges, Whom
from tests.machine.base import ANY_NAME, NAMES
from tests.machine.desks import ROLES, WHO, Desks

LENGTHS = st.sampled_from([timedelta(minutes=1), timedelta(hours=1), timedelta(days=30)])
NEW_NAMES = st.sampled_from(["erin", "fred"])
DEMANDS = st.sampled_from(
    [
        PolicyChanges(second_factor_for=whom, grace=grace)
        for whom in Whom
        for grace in (None, timedelta(days=1))
    ]
)
LIMITS = st.sampled_from(
    [
        PolicyChanges(idle=timedelta(minutes=1), kiosk_idle=timedelta(seconds=30)),
        PolicyChanges(idle=timedelta(minutes=60), absolute=timedelta(hours=1)),
        PolicyChanges(step_up=timedelta(minutes=1)),
        PolicyChanges(step_up=timedelta(minutes=60), absolute=timedelta(hours=24), grace=timedelta()),
    ]
)


class Operating(Desks):
    """Everything here is asked by an operator; whether that one may do it is for the store to say."""

    @rule(who=WHO, name=NAMES, again=st.booleans())
    def an_operator_disables_or_enables_an_account(self, who: int, name: str, *, again: bool) -> None:
        if self.acts.model.people[name].enabled == again:
            self.acts.disable_account(self.operator(who), name)
        else:
            self.acts.enable_account(self.operator(who), name)

    @rule(who=WHO, name=NAMES, length=LENGTHS)
    def an_operator_locks_an_account(self, who: int, name: str, length: timedelta) -> None:
        self.acts.lock(self.operator(who), name, length)

    @rule(who=WHO, name=ANY_NAME)
    def an_operator_lifts_the_locks(self, who: int, name: str) -> None:
        self.acts.unlock(self.operator(who), name)

    @rule(who=WHO, name=NAMES, all_over=st.booleans())
    def an_operator_ends_sessions(self, who: int, name: str, *, all_over: bool) -> None:
        """Perhaps they have to choose a new password, too."""
        act = self.acts.end_all if all_over else self.acts.ask_new_password
        act(self.operator(who), name)

    @rule(who=WHO, changes=DEMANDS | LIMITS)
    def an_operator_changes_the_policy(self, who: int, changes: PolicyChanges) -> None:
        self.acts.set_policy(self.operator(who), changes)

    @rule(who=WHO, name=NEW_NAMES, role=ROLES, renews=st.booleans())
    def an_operator_makes_an_account_to_be_activated(
        self, who: int, name: str, role: str, *, renews: bool
    ) -> None:
        if name not in self.acts.model.people:
            self.acts.activate(self.operator(who), name, role)
        if renews:
            self.acts.renew_activation(self.operator(who), name)

    @rule(who=WHO, name=NAMES, renews=st.booleans())
    def a_forgotten_password_is_replaced(self, who: int, name: str, *, renews: bool) -> None:
        """At the host's shell; what an operator does in a session before it is used is another matter."""
        self.acts.new_password(name)
        if renews:
            self.acts.renew_activation(self.operator(who), name)
