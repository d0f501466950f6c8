"""A machine of its own for the rule of two operators: it is on, and everybody tries to get around it."""

import shutil
from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from store.rules.policy import PolicyChanges
from tests.machine.base import NAMES
from tests.machine.deciding import Deciding
from tests.machine.owner import let_in
from tests.machine.promises import Promises

ON = st.sampled_from([timedelta(minutes=1), timedelta(hours=1), timedelta(days=4)])
BACK = st.sampled_from([timedelta(minutes=5), timedelta(hours=2)])


class House(Deciding, Promises):
    """Olga, her second account bob, otto, and alice, whose second factor somebody would like to have."""

    names = ("alice", "bob", "otto")

    @initialize()
    def two_operators_are_asked_for(self) -> None:
        self.acts.set_policy(None, PolicyChanges(second_approval=True))

    @rule(name=NAMES, how=st.integers(0, 4))
    def the_shell_makes_operators_and_takes_them_away(self, name: str, how: int) -> None:
        acts = self.acts
        changes: tuple[Callable[[], None], ...] = (
            lambda: acts.set_role(None, name, "operator"),
            lambda: acts.set_role(None, name, "user"),
            lambda: acts.lock(None, name, timedelta(days=1)),
            lambda: acts.unlock(None, name),
            lambda: acts.disable_account(None, name),
        )
        changes[how]()

    @rule(name=NAMES)
    def the_owner_gets_in(self, name: str) -> None:
        """With 2FA turned on, too, where it is demanded."""
        let_in(self.acts, self.acts.model.people[name], "phone")

    @rule(length=ON)
    def time_passes(self, length: timedelta) -> None:
        self.acts.clock.move(length)

    @rule(length=BACK)
    def the_clock_is_set_back(self, length: timedelta) -> None:
        self.acts.clock.move(-length)

    def teardown(self) -> None:
        self.acts.close()
        shutil.rmtree(self.acts.folder)
