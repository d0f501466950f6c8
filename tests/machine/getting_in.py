"""Rules: log-in and the second factor, by owners and by strangers."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.services.principals import Visitor
from tests.machine.base import ANY_NAME, MOSTLY, NAMES, PASSWORDS, VISITOR, WHICH, Base
from tests.machine.model import step_at
from tests.machine.owner import lapse, let_in
from tests.services.tries import NO_CODE, WRONG

TIMES = st.sampled_from([1, 2, 5])
STEPS = st.sampled_from([0, 0, 0, 1, -1, 2, -2, -9, 11])
GUESSED = st.sampled_from(["password", "authenticator", "backup code", "reset code"])


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
    @rule(which=WHICH)
    def a_code_is_typed_twice(self, which: int) -> None:
        seat = self.seat(which, "half", "full")
        step = step_at(self.acts.clock.now())
        for _ in range(2):
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
            unused = [code for at, code in enumerate(codes, 1) if at not in seat.person.used]
            pool = unused if number < MOSTLY else codes
            self.acts.use_backup_code(seat, pool[number % len(pool)])

    @precondition(Base.any_live)
    @rule(which=WHICH, number=WHICH)
    def a_code_of_the_sheet_is_typed_again(self, which: int, number: int) -> None:
        seat = self.seat(which, "half", "full")
        used = sorted(seat.person.used)
        if used:
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
    def a_reset_code_is_typed(self, which: int, right: bool, times: int) -> None:  # noqa: FBT001
        seat = self.seat(which, "half")
        if right and seat.person.reset_code:
            self.acts.use_reset_code(seat, seat.person.reset_code)
        elif not right:
            for _ in range(times):
                self.acts.use_reset_code(seat, NO_CODE)

    @rule(name=NAMES, factor=GUESSED, to_go=st.sampled_from([1, 2]))
    def somebody_guessed_for_weeks(self, name: str, factor: str, to_go: int) -> None:
        """The hundredth failure in a row, and the fiftieth of a day, are near."""
        failures, today = (3, 50 - to_go) if factor == "password" else (100 - to_go, 3)
        lapse(self.acts, self.acts.model.people[name], factor, failures, today)

    @rule(name=NAMES, by=st.sampled_from(["phone", "sheet"]))
    def the_owner_gets_in(self, name: str, by: str) -> None:
        """At all times, with the password and the phone, the sheet or the reset code."""
        person = self.acts.model.people[name]
        if person.enabled:
            let_in(self.acts, person, by)
