"""Rules: what people change once they are inside."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.desk import HERE
from tests.machine.base import MOSTLY, NAMES, OTHER_PASSWORD, PASSWORDS, TIMES, WHICH, Base
from tests.machine.counters import NOTHING
from tests.machine.owner import spend_all_but
from tests.machine.people import Seat
from tests.machine.ready import enable
from tests.services.tries import WRONG

SECOND = timedelta(seconds=1)
NUMBERS = st.sampled_from(["+30 697 123 4567", "+44 20 7946 0958"])


class Changing(Base):
    """Everything here takes a session; whether that may do it is for the store and the model to say."""

    def password_of(self, seat: Seat, which: int) -> str:
        """Return the password, mostly the right one."""
        return seat.person.password if which < MOSTLY else WRONG

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_begins_enrollment(self, which: int) -> None:
        self.acts.begin(self.seat(which, "full", "enrolling"))

    @precondition(Base.any_live)
    @rule(which=WHICH, steps=st.sampled_from([0, 1, -1, 2, -10, 11, None]))
    def somebody_types_the_new_apps_code(self, which: int, steps: int | None) -> None:
        self.acts.confirm(self.pending_seat(which, shown=False), steps)

    @precondition(Base.any_live)
    @rule(which=WHICH, times=st.sampled_from([1, 9, 10]))
    def somebody_guesses_the_new_apps_code(self, which: int, times: int) -> None:
        seat = self.pending_seat(which, shown=False)
        for _ in range(times):
            self.acts.confirm(seat, None)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_agrees(self, which: int) -> None:
        self.acts.agree(self.pending_seat(which, shown=True))

    @precondition(Base.any_live)
    @rule(which=WHICH, shown=st.booleans(), late=st.booleans())
    def somebody_busy_agrees_at_the_last_moment(self, which: int, *, shown: bool, late: bool) -> None:
        """What is pending ends at its own time, whatever the session does."""
        seat = self.pending_seat(which, shown=shown)
        if seat.pending is not None:
            self.acts.clock.move(seat.pending.deadline - self.acts.clock.now() - SECOND)
            self.acts.check(seat)
            self.acts.clock.move(SECOND if late else NOTHING)
            self.acts.confirm(seat, 0)
            self.acts.agree(seat)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_agrees_to_nothing(self, which: int) -> None:
        self.acts.agree(self.seat(which))

    @precondition(Base.any_live)
    @rule(which=WHICH, disables=st.booleans(), new=PASSWORDS)
    def what_is_pending_is_overtaken(self, which: int, new: str, *, disables: bool) -> None:
        seat = self.seat(which, "full")
        self.acts.begin(seat)
        self.acts.confirm(seat, 0)
        if disables:
            self.acts.disable(seat, seat.person.password)
        else:
            self.acts.change_password(seat, seat.person.password, new)
        self.acts.agree(seat)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_cancels(self, which: int) -> None:
        self.acts.cancel(self.pending_seat(which, shown=True))

    @rule(name=NAMES)
    def somebody_enables_2fa_from_log_in_to_agree(self, name: str) -> None:
        enable(self.acts, name)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_replaces_the_app(self, which: int) -> None:
        seat = self.seat(which, "full", "enrolling")
        self.acts.begin(seat)
        self.acts.confirm(seat, 0)
        self.acts.agree(seat)

    @precondition(Base.any_live)
    @rule(which=WHICH, agrees=st.booleans())
    def somebody_asks_for_new_codes(self, which: int, *, agrees: bool) -> None:
        seat = self.seat(which, "full")
        self.acts.new_set(seat)
        if agrees:
            self.acts.agree(seat)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_asks_for_the_set_after_the_last_code(self, which: int) -> None:
        held = [each for each in self.acts.model.seats if each.pending and each.pending.last_code]
        self.acts.set_after_last_code(held[which % len(held)] if held else self.seat(which, "half", "full"))

    @rule(name=NAMES, left=st.sampled_from([1, 2]), agrees=st.booleans())
    def the_sheet_is_all_but_used_up(self, name: str, left: int, *, agrees: bool) -> None:
        person = self.acts.model.people[name]
        spend_all_but(self.acts, person, left)
        seat = self.acts.log_in(0, HERE, name, person.password)
        if seat is None:
            return
        for code in person.unused_codes:
            self.acts.use_backup_code(seat, code)
        self.acts.set_after_last_code(seat)
        if agrees:
            self.acts.agree(seat)

    @precondition(Base.any_live)
    @rule(which=WHICH, right=WHICH)
    def somebody_disables_2fa(self, which: int, right: int) -> None:
        seat = self.seat(which, "full")
        self.acts.disable(seat, self.password_of(seat, right))

    @precondition(Base.any_live)
    @rule(which=WHICH, right=WHICH)
    def somebody_steps_up_by_password(self, which: int, right: int) -> None:
        seat = self.seat(which, "full")
        self.acts.step_up(seat, self.password_of(seat, right))

    @precondition(Base.any_live)
    @rule(which=WHICH, right=WHICH, new=PASSWORDS)
    def somebody_changes_the_password(self, which: int, right: int, new: str) -> None:
        seat = self.seat(which, "full")
        self.acts.change_password(seat, self.password_of(seat, right), new)

    @precondition(Base.any_live)
    @rule(which=WHICH, times=TIMES)
    def somebody_guesses_the_password_inside(self, which: int, times: int) -> None:
        seat = self.seat(which, "full")
        guess = self.acts.disable if seat.person.factor == "on" else self.acts.step_up
        for _ in range(times):
            guess(seat, WRONG)

    @precondition(Base.any_live)
    @rule(which=WHICH, minutes=st.sampled_from([10, 20]), act=WHICH)
    def somebody_stays_busy_and_then_changes_something(self, which: int, minutes: int, act: int) -> None:
        """Input keeps a session alive, and does not keep it stepped up."""
        seat = self.seat(which, "full")
        for _ in range(0, minutes, 10):
            self.acts.clock.move(timedelta(minutes=1 if seat.visitor.kiosk else 10))
            self.acts.check(seat)
        changes = (
            lambda: self.acts.begin(seat),
            lambda: self.acts.new_set(seat),
            lambda: self.acts.disable(seat, seat.person.password),
            lambda: self.acts.change_password(seat, seat.person.password, OTHER_PASSWORD),
            lambda: self.acts.end_others(seat),
        )
        changes[act % len(changes)]()

    @precondition(Base.any_live)
    @rule(which=WHICH, number=NUMBERS)
    def somebody_forwards_calls(self, which: int, number: str) -> None:
        self.acts.forward(self.seat(which, "full"), number)

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def a_console_asks_how_its_session_stands(self, which: int) -> None:
        self.acts.check(self.seat(which))

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_looks_at_home(self, which: int) -> None:
        self.acts.look(self.seat(which, "full"))

    @precondition(Base.any_live)
    @rule(which=WHICH, other=WHICH)
    def somebody_ends_another_session(self, which: int, other: int) -> None:
        self.acts.end_one(self.seat(which, "full"), self.acts.model.seats[other % len(self.acts.model.seats)])

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_ends_all_other_sessions(self, which: int) -> None:
        self.acts.end_others(self.seat(which, "full"))

    @precondition(Base.any_live)
    @rule(which=WHICH)
    def somebody_logs_out(self, which: int) -> None:
        self.acts.log_out(self.seat(which))
