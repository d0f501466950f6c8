"""What every part of the machine stands on."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from tests.desk import PASSWORD
from tests.machine.people import Seat
from tests.machine.ready import OPERATORS, VISITORS, copy_of_ready

NAMES = st.runner().flatmap(lambda machine: st.sampled_from(machine.names))
"""Whoever has an account from the beginning; a machine may look at some of them more closely."""

ANY_NAME = st.sampled_from(["alice", "bob", "cleo", "dan", *OPERATORS, "erin", "nobody"])
OTHER_PASSWORD = "marble ladder comet soup"
PASSWORDS = st.sampled_from([PASSWORD, OTHER_PASSWORD, "copper window basil train"])
VISITOR = st.sampled_from(VISITORS)
WHICH = st.integers(0, 11)
"""Which of several, counted round."""

TIMES = st.sampled_from([1, 2, 6])
"""How often somebody guesses: the fifth failure locks, the sixth is told so."""

MOSTLY = 9
"""Below it, what is chosen fits; from it on, it is anything."""


class Base(RuleBasedStateMachine):
    """One store with people in it, for one example."""

    names: tuple[str, ...] = ("alice", "bob", "cleo", "dan", *OPERATORS)

    def __init__(self) -> None:
        super().__init__()
        self.acts = copy_of_ready()
        newest = "SELECT seq, mac, key_id FROM audit_event ORDER BY seq DESC LIMIT 1"
        [self.seen] = self.acts.rows(newest)

    def any_live(self) -> bool:
        return any(not seat.ended for seat in self.acts.model.seats)

    def pending_seat(self, which: int, *, shown: bool) -> Seat:
        """Return a session that began to change something, mostly one that shows its codes, or not yet.

        Where there is none, one begins.
        """
        pending = [seat for seat in self.acts.model.seats if seat.pending and not seat.ended]
        wanted = [seat for seat in pending if seat.pending and bool(seat.pending.codes) == shown]
        if not wanted and which < MOSTLY:
            seat = self.seat(which, "full", "enrolling")
            self.acts.begin(seat)
            if shown:
                self.acts.confirm(seat, 0)
            return seat
        pool = wanted if wanted and which < MOSTLY else pending
        return pool[which % len(pool)] if pool else self.seat(which)

    def seat(self, which: int, *kinds: str) -> Seat:
        """Return a session that nobody has ended, mostly a living one of these kinds."""
        live = [seat for seat in self.acts.model.seats if not seat.ended]
        now = self.acts.clock.now()
        wanted = [seat for seat in live if seat.kind in kinds and not seat.over(now)]
        pool = wanted if wanted and which < MOSTLY else live
        return pool[which % len(pool)]
