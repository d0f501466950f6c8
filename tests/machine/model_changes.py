"""Twofold in plain Python, the second half: what one may change once inside, and what operators do."""

from datetime import timedelta

from store.errors import (
    AlreadyOff,
    CaseOpenAlready,
    CaseState,
    ChangedElsewhere,
    ClockOff,
    EndReason,
    EnrollmentEnded,
    NoResetCode,
    NoSuchAccount,
    NoSuchSession,
    NotInThatState,
    PasswordFault,
    StepUpNeeded,
    UsernameTaken,
    WeakPassword,
    WrongCode,
    WrongPassword,
)
from tests.machine.model import Events, Model, step_at
from tests.machine.people import Case, Pending, Person, Refusal, Seat

ANY = ("half", "enrolling", "full")
PURPOSES = {"off": "2FA enabled", "on": "authenticator replaced", "reset": "2FA enabled after a reset"}


class WholeModel(Model):
    """Everything that can be done."""

    def begin(self, seat: Seat) -> Events:
        self.prove(seat, "full", "enrolling")
        person = seat.person
        if seat.kind == "full":
            self.prove(seat, "full", step_up=True)
        elif not person.reset_code:
            raise Refusal(NoResetCode)
        deadline = self.now + timedelta(minutes=10)
        self.put(seat, Pending(PURPOSES[person.factor], person.epoch, deadline, secret=b"to be told"))
        return ("enrollment begun",)

    def confirm(self, seat: Seat, step: int) -> Events:
        """Type the new secret's code for a time step; 0 for a wrong one."""
        self.prove(seat, "full", "enrolling")
        pending = self.pending_of(seat)
        if pending is None or not pending.secret or pending.codes:
            raise Refusal(EnrollmentEnded)
        off = step - step_at(self.now)
        if abs(off) > 1:
            pending.misses += 1
            if pending.misses >= 10:
                seat.pending = None
                self.renew(seat)
                raise Refusal(EnrollmentEnded, "enrollment code checked")
            if abs(off) > 10:
                raise Refusal(WrongCode, "enrollment code checked")
            raise Refusal(ClockOff, "enrollment code checked", seconds=30 * off)
        pending.step = step
        self._show(seat, pending)
        return ("enrollment code checked",)

    def _show(self, seat: Seat, pending: Pending) -> None:
        pending.deadline = self.now + timedelta(minutes=15)
        pending.codes = ("to be told",)
        self.put(seat, pending)

    def cancel(self, seat: Seat) -> Events:
        self.prove(seat, *ANY)
        self.renew(seat)
        left, seat.pending = self.pending_of(seat), None
        return ("change of second factor left",) if left else ()

    def new_set(self, seat: Seat) -> Events:
        self.prove(seat, "full", step_up=True)
        if seat.person.factor != "on":
            raise Refusal(AlreadyOff)
        self._show(seat, Pending("backup codes replaced", seat.person.epoch, self.now))
        return ("backup codes shown",)

    def set_after_last_code(self, seat: Seat) -> Events:
        self.prove(seat, "half", "full")
        pending = self.pending_of(seat)
        if pending is None or not pending.last_code:
            raise Refusal(EnrollmentEnded)
        self._show(seat, pending)
        return ("backup codes shown",)

    def agree(self, seat: Seat) -> Events:
        self.prove(seat, *ANY)
        person, pending = seat.person, self.pending_of(seat)
        if pending is None or not pending.codes:
            raise Refusal(EnrollmentEnded)
        seat.pending = None
        if pending.epoch != person.epoch:
            raise Refusal(ChangedElsewhere, pending.purpose)
        if pending.secret:
            person.lose_app()
            person.secret, person.last_step = pending.secret, pending.step
        person.lose_sheet()
        person.codes, person.set_number = pending.codes, pending.set_number
        enabled, person.factor = person.factor != "on", "on"
        person.epoch += 1
        if enabled:
            person.reset_code, person.reset_until = "", None
            self.end_seats(person, EndReason.ENABLED_2FA)
            return (pending.purpose,)
        self.end_seats(person, EndReason.CHANGED, but=seat)
        self.renew(seat)
        if not pending.last_code:
            return (pending.purpose,)
        seat.stepped_up, seat.proven = self.now, True
        if seat.kind != "half":
            return (pending.purpose,)
        seat.by_backup_code = True
        return pending.purpose, *self.begin_full(seat)

    def end_seats(self, person: Person, reason: EndReason, but: Seat | None = None) -> None:
        for seat in self.seats:
            if seat.person is person and seat is not but:
                seat.ended = seat.ended or reason

    def ask_password(self, seat: Seat, password: str) -> None:
        """A password asked for inside a session counts as one at log-in does."""
        self.prove(seat, "full")
        event = "password asked again"
        counter = self.password_counter(seat.person.name, seat.visitor.source)
        self.reserve(counter, event)
        if password != seat.person.password:
            raise Refusal(WrongPassword, event)
        self.password_was_right(seat.person.name, seat.visitor.source)

    def disable(self, seat: Seat, password: str) -> Events:
        self.prove(seat, "full", step_up=True)
        if seat.person.factor != "on":
            raise Refusal(AlreadyOff)
        self.ask_password(seat, password)
        seat.person.lose_factor()
        seat.person.factor = "off"
        self._changed(seat)
        seat.stepped_up = self.now
        return ("2FA disabled",)

    def _changed(self, seat: Seat) -> None:
        seat.person.epoch += 1
        self.end_seats(seat.person, EndReason.CHANGED, but=seat)
        self.renew(seat)

    def step_up(self, seat: Seat, password: str) -> Events:
        self.ask_password(seat, password)
        if seat.person.factor != "off":
            raise Refusal(StepUpNeeded, "step-up asked", with_code=True)
        self.renew(seat)
        seat.stepped_up = self.now
        return ("stepped up",)

    def change_password(self, seat: Seat, current: str, new: str) -> Events:
        self.prove(seat, "full", step_up=seat.person.factor == "on" and seat.kind == "full")
        if new == current:
            raise Refusal(WeakPassword, fault=PasswordFault.SAME)
        self.ask_password(seat, current)
        seat.person.old_passwords.append(current)
        seat.person.password = new
        self._changed(seat)
        return ("password changed",)

    def forward(self, seat: Seat, number: str) -> Events:
        self.prove(seat, "full", step_up=True)
        seat.person.forwarding = number
        return ("call forwarding set",)

    def look(self, seat: Seat) -> Events:
        self.prove(seat, "full")
        return ()

    def check(self, seat: Seat) -> Events:
        self.prove(seat, *ANY)
        if self.now - seat.seen >= timedelta(seconds=30):
            seat.seen = self.now
        return ()

    def log_out(self, seat: Seat) -> Events:
        self.prove(seat, *ANY)
        seat.ended, seat.pending = EndReason.LOGGED_OUT, None
        return ("session ended",)

    def end_one(self, seat: Seat, other: Seat) -> Events:
        self.prove(seat, "full", step_up=True)
        if other.person is not seat.person or other.ended:
            raise Refusal(NoSuchSession, "session ended")
        other.ended = EndReason.ENDED_ELSEWHERE
        return ("session ended",)

    def end_others(self, seat: Seat) -> Events:
        self.prove(seat, "full", step_up=True)
        self.end_seats(seat.person, EndReason.ENDED_ELSEWHERE, but=seat)
        return ("session ended",)

    def forget_memory(self, console: int) -> None:
        """A console was killed: what was pending there is gone, the sessions are not."""
        for seat in self.seats:
            if seat.console == console:
                seat.pending = None

    def create(self, name: str, password: str) -> Events:
        if name in self.people:
            raise Refusal(UsernameTaken)
        self.people[name] = Person(name, password)
        return ("account created",)

    def reset_two_factor(self, name: str) -> Events:
        person = self.people.get(name)
        if person is None:
            raise Refusal(NoSuchAccount)
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        person.lose_factor()
        person.factor = "reset"
        person.epoch += 1
        person.reset_code, person.reset_until = "to be told", self.now + timedelta(hours=1)
        person.reset = None
        self.end_seats(person, EndReason.CHANGED)
        cancelled = ("recovery cancelled",) if person.case is not None else ()
        person.case = None
        return *cancelled, "2FA reset"

    def open_case(self, name: str, *, stolen: bool) -> Events:
        person = self.people.get(name)
        if person is None:
            raise Refusal(NoSuchAccount)
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        old = person.case
        if old is not None and not old.expired(self.now):
            raise Refusal(CaseOpenAlready, number=old.number)
        suspended = person.suspended
        person.case = Case(self.now, stolen or suspended)
        events = ("recovery cancelled",) if old is not None else ()
        if not stolen or suspended:
            return *events, "recovery opened"
        self.end_seats(person, EndReason.ENDED_BY_OPERATOR)
        return *events, "recovery opened", "2FA suspended"

    def complete_case(self, person: Person) -> Events:
        assert person.case is not None
        if person.case.expired(self.now):
            raise Refusal(NotInThatState, "recovery completed", state=CaseState.EXPIRED)
        if person.factor == "off":
            raise Refusal(AlreadyOff)
        person.case = None
        return "recovery completed", *self.reset_two_factor(person.name)

    def cancel_case(self, person: Person) -> Events:
        assert person.case is not None
        case, person.case = person.case, None
        return ("recovery cancelled", "2FA restored") if case.stolen else ("recovery cancelled",)

    def unlock(self, name: str) -> Events:
        person = self.people.get(name)
        if person is None:
            raise Refusal(NoSuchAccount)
        for key in [key for key in self.passwords if key[0] == name]:
            del self.passwords[key]
        person.app = person.sheet = person.reset = None
        return ("account unlocked",)

    def rotate_key(self) -> Events:
        self.keys += 1
        return "key rotation begun", "key rotated"
