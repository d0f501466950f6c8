"""What people and their consoles do, each act in the store and in the model at once."""

import base64
from datetime import timedelta

from store.errors import EndReason, SessionEnded, TooFewOperators
from store.rules import totp
from store.rules.sessions import token_digest
from store.services.bundle import Services
from store.services.principals import SessionToken, Visitor
from store.services.views import BackupCodesShown, CodeNeeded, LastBackupCode, LoggedIn, ResetCodeNeeded
from tests.desk import SHELL
from tests.machine.model import step_at
from tests.machine.outcomes import came_to
from tests.machine.people import Person, Seat
from tests.machine.phone import nobodys_code, shun_chance
from tests.machine.two_operators import Operators
from tests.services.tries import NO_CODE

KINDS = {LoggedIn: "full", CodeNeeded: "half", ResetCodeNeeded: "half"}


class Acts(Operators):
    """A stage with people on it."""

    def at(self, seat: Seat) -> Services:
        return self.consoles[seat.console]

    def log_in(self, console: int, visitor: Visitor, name: str, password: str) -> Seat | None:
        delay = self.model.delay(visitor.source)
        before, slept = len(self.model.seats), self.clock.slept
        answer = self.both(
            lambda: self.consoles[console].sign_in.check_password(visitor, name, password),
            lambda: self.model.log_in(console, visitor, name, password),
        )
        if delay and self.clock.slept > slept:
            came_to("a log-in made to wait")
        self._look_for_old_seats()
        if answer is None:
            assert self.clock.slept - slept in {0, delay.total_seconds()}
            return None
        [seat] = self.model.seats[before:]
        assert self.clock.slept - slept == delay.total_seconds()
        assert KINDS[type(answer)] == seat.kind
        assert isinstance(answer, ResetCodeNeeded) == (seat.person.factor == "reset")
        if isinstance(answer, LoggedIn):
            person = seat.person
            assert answer.must_change_password == person.must_change
            assert answer.by_activation == (person.activation_ends is not None)
            assert answer.must_enroll == self.model.must_enroll(person)
        seat.token = answer.token
        return seat

    def _look_for_old_seats(self) -> None:
        """A log-in takes out some sessions that ended 90 days ago: nothing is known of them any more."""
        lately = self.clock.now() - timedelta(days=80)
        old = [
            seat for seat in self.model.seats if seat.seen < lately and seat.ended is not EndReason.RENEWED
        ]
        kept = {digest for (digest,) in self.rows("SELECT digest FROM session")} if old else set()
        for seat in old:
            if token_digest(seat.token.token) not in kept:
                seat.ended, seat.pending = EndReason.RENEWED, None

    def verify(self, seat: Seat, secret: bytes, step: int) -> LoggedIn | None:
        own, now = seat.person.secret, self.clock.now()
        code = totp.code_at(secret, step) if secret else nobodys_code(own, now)
        shun_chance(own, code, {step} if secret == own else set(), now)
        answer = self.both(
            lambda: self.at(seat).second_factor.verify(seat.token, code),
            lambda: self.model.verify(seat, secret, step),
        )
        if answer is not None:
            self._accept(secret.hex(), step)
            self._renew(seat, answer.token)
        return answer

    def use_backup_code(self, seat: Seat, code: str) -> LoggedIn | LastBackupCode | None:
        person = seat.person
        answer = self.both(
            lambda: self.at(seat).second_factor.use_backup_code(seat.token, code),
            lambda: self.model.use_backup_code(seat, code),
        )
        if isinstance(answer, LoggedIn):
            self._accept(code, "alone")
            assert answer.set_number == person.set_number
            assert answer.codes_left == person.unused
            assert answer.backup_code_used == person.codes.index(code) + 1
            self._renew(seat, answer.token)
        return answer

    def use_reset_code(self, seat: Seat, code: str) -> None:
        answer = self.both(
            lambda: self.at(seat).reset.use_code(seat.token, code),
            lambda: self.model.use_reset_code(seat, code),
        )
        self._renew(seat, answer)

    def begin(self, seat: Seat) -> None:
        answer = self.both(
            lambda: self.at(seat).enrollment.begin(seat.token),
            lambda: self.model.begin(seat),
            keeps=True,
        )
        if answer is not None:
            assert seat.pending is not None
            seat.pending.secret = base64.b32decode(answer.setup_key)
            assert answer.replacing == (seat.person.factor == "on")

    def confirm(self, seat: Seat, steps: int | None) -> None:
        """Type the code of the app that was just set up, so many steps off; none: a wrong one."""
        secret, now = seat.pending.secret if seat.pending is not None else b"", self.clock.now()
        step = 0 if steps is None else step_at(now) + steps
        code = totp.code_at(secret, step) if secret and step else nobodys_code(secret, now)
        shun_chance(secret, code, {step}, now)
        answer = self.both(
            lambda: self.at(seat).enrollment.confirm(seat.token, code),
            lambda: self.model.confirm(seat, step if secret else 0),
            keeps=True,
        )
        self._show(seat, answer)

    def new_set(self, seat: Seat) -> None:
        answer = self.both(
            lambda: self.at(seat).backup_codes.new_set(seat.token),
            lambda: self.model.new_set(seat),
            keeps=True,
        )
        self._show(seat, answer)

    def set_after_last_code(self, seat: Seat) -> None:
        answer = self.both(
            lambda: self.at(seat).backup_codes.set_after_last_code(seat.token),
            lambda: self.model.set_after_last_code(seat),
            keeps=True,
        )
        self._show(seat, answer)

    def _show(self, seat: Seat, answer: BackupCodesShown | None) -> None:
        if answer is not None:
            assert seat.pending is not None
            assert answer.set_number != seat.person.set_number
            assert answer.two_factor_on == (seat.person.factor == "on")
            seat.pending.codes, seat.pending.set_number = answer.codes, answer.set_number

    def agree(self, seat: Seat) -> None:
        pending, codes, secret = seat.pending, seat.person.codes, seat.person.secret
        answer = self.both(
            lambda: self.at(seat).backup_codes.agree(seat.token), lambda: self.model.agree(seat)
        )
        if answer is not None:
            self._renew(seat, answer)
        if pending is not None and seat.person.codes != codes:
            if pending.last_code:
                self._accept(codes[pending.last_code - 1], "alone")
            if seat.person.secret != secret:
                self._accept(seat.person.secret.hex(), pending.step)
            assert (seat.ended is not None) == (answer is None)

    def cancel(self, seat: Seat) -> None:
        self.both(
            lambda: self.at(seat).enrollment.cancel(seat.token), lambda: self.model.cancel(seat), keeps=True
        )

    def disable(self, seat: Seat, password: str) -> None:
        answer = self.both(
            lambda: self.at(seat).two_factor.disable(seat.token, password),
            lambda: self.model.disable(seat, password),
            unless=(TooFewOperators,),
        )
        self._renew(seat, answer)

    def step_up(self, seat: Seat, password: str) -> None:
        """Prove the password, which is no step-up where 2FA is on.

        Not where it closes a case and is refused all the same: an act has one outcome here.
        """
        case = seat.person.case
        if case is not None and case.password and seat.person.factor != "off":
            return
        answer = self.both(
            lambda: self.at(seat).passwords.step_up(seat.token, password),
            lambda: self.model.step_up(seat, password),
        )
        self._renew(seat, answer)

    def change_password(self, seat: Seat, current: str, new: str) -> None:
        answer = self.both(
            lambda: self.at(seat).passwords.change(seat.token, current, new),
            lambda: self.model.change_password(seat, current, new),
        )
        self._renew(seat, answer)

    def forward(self, seat: Seat, number: str) -> None:
        self.both(
            lambda: self.at(seat).call_forwarding.forward(seat.token, number),
            lambda: self.model.forward(seat, number),
        )

    def log_out(self, seat: Seat) -> None:
        self.both(
            lambda: self.at(seat).sessions.end(seat.token), lambda: self.model.log_out(seat), keeps=True
        )

    def end_one(self, seat: Seat, other: Seat) -> None:
        [(session_id,)] = self.rows(
            "SELECT id FROM session WHERE digest = ?", token_digest(other.token.token)
        )
        self.both(
            lambda: self.at(seat).sessions.end_one(seat.token, session_id),
            lambda: self.model.end_one(seat, other),
            keeps=True,
        )

    def end_others(self, seat: Seat) -> None:
        self.both(
            lambda: self.at(seat).sessions.end_others(seat.token),
            lambda: self.model.end_others(seat),
            keeps=True,
        )

    def check(self, seat: Seat) -> None:
        state = self.both(
            lambda: self.at(seat).sessions.check(seat.token, active=True),
            lambda: self.model.check(seat),
            keeps=True,
        )
        if state is not None:
            assert state.time_left == seat.end(self.clock.now()) - self.clock.now()
            assert state.stepped_up == seat.fresh(self.clock.now())

    def look(self, seat: Seat) -> None:
        """Home shows what is true; nothing but a full session reaches it."""
        home = self.both(
            lambda: self.at(seat).home.look(seat.token), lambda: self.model.look(seat), keeps=True
        )
        person = seat.person
        if home is not None:
            assert (home.username, home.two_factor_on) == (person.name, person.factor == "on")
            assert home.codes_left == (person.unused or None)
            assert home.set_number == (person.set_number or None)
            assert (home.forwarding_to or "") == person.forwarding
            now = self.clock.now()
            live = [
                each
                for each in self.model.seats
                if each.person is person and each.kind == "full" and not (each.ended or each.over(now))
            ]
            assert home.open_sessions == len(live)

    def rotate_key(self, console: int) -> None:
        rotation = self.both(lambda: self.consoles[console].keys.rotate(SHELL), self.model.rotate_key)
        assert rotation is not None
        assert rotation.key_id == self.model.keys

    def try_dead_token(self, token: SessionToken, why: EndReason, console: int, act: int) -> None:
        """Whatever is asked with a token that died is refused, and nothing but why it died is said."""
        services = self.consoles[console]
        calls = (
            lambda: services.sessions.check(token, active=True),
            lambda: services.home.look(token),
            lambda: services.enrollment.begin(token),
            lambda: services.backup_codes.agree(token),
            lambda: services.second_factor.use_backup_code(token, NO_CODE),
            lambda: services.sessions.end(token),
        )
        try:
            calls[act % len(calls)]()
        except SessionEnded as error:
            assert error.reason == why
            came_to(f"a dead token tried: {why}")
            return
        raise AssertionError("an ended session worked")

    def next_code(self, person: Person) -> int:
        """Wait for a code that was not accepted yet, and return its time step."""
        while (step := step_at(self.clock.now())) <= person.last_step:
            self.clock.move(timedelta(seconds=30) * max(1, person.last_step - step))
        return step

    def _accept(self, code: str, place: object) -> None:
        assert (code, place) not in self.accepted, "a code is accepted once"
        self.accepted.add((code, place))

    def _renew(self, seat: Seat, token: SessionToken | None) -> None:
        if token is not None:
            assert token.token != seat.token.token
            self.dead_tokens.append(seat.token)
            seat.token = token
