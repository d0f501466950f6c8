"""Rules: log-in and the second factor, by owners and by strangers."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.services.principals import Visitor
from tests.desk import HERE
from tests.machine.base import ANY_NAME, MOSTLY, NAMES, PASSWORDS, TIMES, VISITOR, WHICH, Base
from tests.machine.model import step_at
from tests.machine.owner import lapse, lapse_wide, let_in
from tests.services.tries import NO_CODE, WRONG

STEPS = st.sampled_from([0, 0, 0, 1, -1, 2, -2, -9, 11])
AGAIN = st.sampled_from([1, 1, 1, 11])
"""The eleventh spent code of a session counts as a failure."""

HOUR = timedelta(hours=1)


class GettingIn(Base):
    @rule(which=WHICH, visitor=VISITOR, name=NAMES, password=PASSWORDS)
    def somebody_logs_in(self, which: int, visitor: Visitor, name: str, password: str) -> None:
        right = self.acts.model.people[name].password
        console = which % len(self.acts.consoles)
        self.acts.log_in(console, visitor, name, right if which < MOSTLY else password)

    @rule(visitor=VISITOR, name=ANY_NAME, times=TIMES)
    def somebody_guesses_passwords(self, visitor: Visitor, name: str, times: int) -> None:
        for _ in range(times):
            self.acts.log_in(0, visitor, name, WRONG)

    @precondition(Base.any_live)
    @rule(which=WHICH, steps=STEPS)
    def a_code_is_read_from_the_phone(self, which: int, steps: int) -> None:
        seat = self.seat(which, "half", "full")
        self.acts.verify(seat, seat.person.secret, step_at(self.acts.clock.now()) + steps)

    @precondition(Base.any_live)
    @rule(which=WHICH, times=AGAIN)
    def somebody_types_a_code_again(self, which: int, times: int) -> None:
        seat = self.seat(which, "half", "full")
        step = step_at(self.acts.clock.now())
        for _ in range(1 + times):
            self.acts.verify(seat, seat.person.secret, step)

    @precondition(Base.any_live)
    @rule(which=WHICH, times=TIMES)
    def somebody_guesses_codes(self, which: int, times: int) -> None:
        seat = self.seat(which, "half", "full")
        for _ in range(times):
            self.acts.verify(seat, b"", 0)

    @precondition(Base.any_live)
    @rule(which=WHICH, old=WHICH)
    def the_old_app_is_tried(self, which: int, old: int) -> None:
        seat = self.seat(which, "half", "full")
        if secrets := seat.person.old_secrets:
            self.acts.verify(seat, secrets[old % len(secrets)], step_at(self.acts.clock.now()))

    @precondition(Base.any_live)
    @rule(which=WHICH, number=WHICH)
    def a_code_is_read_from_the_sheet(self, which: int, number: int) -> None:
        seat = self.seat(which, "half", "full")
        if codes := seat.person.codes:
            pool = seat.person.unused_codes if number < MOSTLY else codes
            self.acts.use_backup_code(seat, pool[number % len(pool)])

    @precondition(Base.any_live)
    @rule(which=WHICH, number=WHICH, times=AGAIN)
    def a_code_of_the_sheet_is_typed_again(self, which: int, number: int, times: int) -> None:
        seat = self.seat(which, "half", "full")
        used = sorted(seat.person.used)
        for _ in range(times if used else 0):
            self.acts.use_backup_code(seat, seat.person.codes[used[number % len(used)] - 1])

    @precondition(Base.any_live)
    @rule(which=WHICH, old=WHICH)
    def the_old_sheet_is_tried(self, which: int, old: int) -> None:
        seat = self.seat(which, "half", "full")
        if codes := seat.person.old_codes:
            self.acts.use_backup_code(seat, codes[old % len(codes)])

    @precondition(Base.any_live)
    @rule(which=WHICH, times=TIMES)
    def somebody_guesses_backup_codes(self, which: int, times: int) -> None:
        seat = self.seat(which, "half", "full")
        for _ in range(times):
            self.acts.use_backup_code(seat, NO_CODE)

    @precondition(Base.any_live)
    @rule(which=WHICH, right=st.booleans(), times=TIMES)
    def a_reset_code_is_typed(self, which: int, times: int, *, right: bool) -> None:
        seat = self.seat(which, "half")
        if right and seat.person.reset_code:
            self.acts.use_reset_code(seat, seat.person.reset_code)
        elif not right:
            for _ in range(times):
                self.acts.use_reset_code(seat, NO_CODE)

    @rule(name=NAMES, late=st.booleans())
    def a_reset_code_is_typed_as_its_hour_ends(self, name: str, *, late: bool) -> None:
        person, clock = self.acts.model.people[name], self.acts.clock
        if person.factor == "on":
            self.acts.reset_two_factor(None, name)
        if person.reset_until is not None:
            clock.move(person.reset_until - clock.now() - timedelta(seconds=0 if late else 1))
            seat = self.acts.log_in(0, HERE, name, person.password)
            if seat is not None:
                self.acts.use_reset_code(seat, person.reset_code)

    @rule(name=NAMES, to_go=st.sampled_from([1, 2]))
    def somebody_guessed_passwords_all_day(self, name: str, to_go: int) -> None:
        """The fiftieth failure of a day locks for what is left of it."""
        lapse(self.acts, self.acts.model.people[name], "password", 3, 50 - to_go)
        for _ in range(to_go + 1):
            self.acts.log_in(0, HERE, name, WRONG)

    @rule(name=NAMES, factor=st.sampled_from(["authenticator", "backup code"]))
    def somebody_guessed_for_weeks(self, name: str, factor: str) -> None:
        """The hundredth failure in a row switches a factor off, however long one waits after it."""
        person = self.acts.model.people[name]
        lapse(self.acts, person, factor, 99, 3)
        for _ in range(2):
            self.acts.clock.move(HOUR)
            seat = self.acts.log_in(0, HERE, name, person.password)
            if seat is not None and factor == "authenticator":
                self.acts.verify(seat, b"", 0)
            elif seat is not None:
                self.acts.use_backup_code(seat, NO_CODE)

    @rule(name=NAMES, failures=st.sampled_from([99, 100]))
    def somebody_guessed_a_reset_code(self, name: str, failures: int) -> None:
        person = self.acts.model.people[name]
        lapse(self.acts, person, "reset code", failures, 3)
        seat = self.acts.log_in(0, HERE, name, person.password)
        if seat is not None:
            self.acts.use_reset_code(seat, NO_CODE)

    @rule(
        visitor=VISITOR,
        name=ANY_NAME,
        factor=st.sampled_from(["source", "store"]),
        right=st.booleans(),
        short=st.integers(0, 1),
    )
    def a_log_in_follows_many_failures_elsewhere(
        self, visitor: Visitor, name: str, factor: str, short: int, *, right: bool
    ) -> None:
        """It waits, unless others log in there and these failed elsewhere; it is never refused for it."""
        person = self.acts.model.people.get(name)
        lapse_wide(self.acts, visitor, factor, short)
        self.acts.log_in(0, visitor, name, person.password if person is not None and right else WRONG)

    @rule(name=NAMES, by=st.sampled_from(["phone", "sheet"]))
    def the_owner_gets_in(self, name: str, by: str) -> None:
        """At all times, with the password and the phone, the sheet or the reset code."""
        let_in(self.acts, self.acts.model.people[name], by)
