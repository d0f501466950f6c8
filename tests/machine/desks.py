"""Who operates: somebody in a session of their own, or at the host's shell."""

from hypothesis import strategies as st

from tests.machine.base import Base
from tests.machine.owner import at_a_desk
from tests.machine.people import Seat

WHO = st.integers(0, 11)
"""Below SHELL the host's shell, below ANYBODY an operator, else whoever is logged in."""

SHELL, ANYBODY = 2, 11
ROLES = st.sampled_from(["operator", "user"])


class Desks(Base):
    """A machine with operators."""

    def operator(self, who: int) -> Seat | None:
        """Return the session in which somebody operates; none for the host's shell."""
        if who < SHELL:
            return None
        if who >= ANYBODY and self.any_live():
            return self.seat(who, "full")
        people = [each for each in self.acts.model.people.values() if self.acts.model.can_operate(each)]
        people = [each for each in people if each.factor == "on" and not each.app_off] or people
        return at_a_desk(self.acts, people[who % len(people)]) if people else None
