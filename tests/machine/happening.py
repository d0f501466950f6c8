"""Rules: the host's shell, time and mishaps."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from store.errors import EndReason
from tests.desk import HERE, SHELL
from tests.machine.base import NAMES, WHICH, Base
from tests.machine.model import step_at
from tests.machine.owner import let_in
from tests.machine.ready import create
from tests.services.tries import WRONG

ON = st.sampled_from([1, 30, 31, 60, 104, 240, 301, 600, 901, 3600, 43_200, 90_000, 8_000_000])
BACK = st.sampled_from([1, 29, 59, 61, 600, 3600, 100_000])


class Happening(Base):
    @rule(seconds=ON)
    def time_passes(self, seconds: int) -> None:
        self.acts.clock.move(timedelta(seconds=seconds))

    @rule(seconds=BACK)
    def the_clock_is_set_back(self, seconds: int) -> None:
        self.acts.clock.move(-timedelta(seconds=seconds))

    @rule(name=NAMES, seconds=BACK)
    def the_clock_is_set_back_behind_a_lock(self, name: str, seconds: int) -> None:
        for _ in range(5):
            self.acts.log_in(0, HERE, name, WRONG)
        self.acts.clock.move(-timedelta(seconds=seconds))
        let_in(self.acts, self.acts.model.people[name], "sheet")

    @rule(which=WHICH)
    def a_console_is_killed(self, which: int) -> None:
        self.acts.kill(which % len(self.acts.consoles))

    @rule(name=NAMES, seconds=BACK)
    def the_clock_is_set_back_behind_a_code(self, name: str, seconds: int) -> None:
        person = self.acts.model.people[name]
        for by in (0, seconds):
            self.acts.clock.move(-timedelta(seconds=by))
            seat = self.acts.log_in(0, HERE, name, person.password)
            if seat is not None:
                self.acts.verify(seat, person.secret, step_at(self.acts.clock.now()))

    @precondition(Base.any_live)
    @rule(which=WHICH, shown=st.booleans())
    def a_console_is_killed_before_agree(self, which: int, *, shown: bool) -> None:
        seat = self.pending_seat(which, shown=shown)
        self.acts.kill(seat.console)
        self.acts.agree(seat)

    @precondition(lambda self: len(self.acts.consoles) < 2)
    @rule()
    def another_console_starts(self) -> None:
        self.acts.open_console()

    @rule(name=st.sampled_from(["erin", "alice"]))
    def the_shell_makes_an_account(self, name: str) -> None:
        create(self.acts, name)

    @rule(which=WHICH)
    def the_shell_changes_the_stores_key(self, which: int) -> None:
        self.acts.rotate_key(which % len(self.acts.consoles))

    @rule(which=WHICH)
    def the_shell_checks_the_store(self, which: int) -> None:
        services = self.acts.consoles[which % len(self.acts.consoles)]
        assert all(each.sound for each in services.store_check.check(SHELL))

    @precondition(lambda self: self.acts.dead_tokens)
    @rule(which=WHICH, token=WHICH, act=WHICH)
    def an_old_token_is_tried(self, which: int, token: int, act: int) -> None:
        dead = self.acts.dead_tokens
        console = which % len(self.acts.consoles)
        self.acts.try_dead_token(dead[token % len(dead)], EndReason.RENEWED, console, act)

    @precondition(lambda self: any(seat.ended for seat in self.acts.model.seats))
    @rule(which=WHICH, act=WHICH)
    def an_ended_session_is_tried(self, which: int, act: int) -> None:
        ended = [(seat, seat.ended) for seat in self.acts.model.seats if seat.ended]
        seat, why = ended[which % len(ended)]
        self.acts.try_dead_token(seat.token, why, seat.console, act)
