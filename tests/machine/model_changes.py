"""Twofold in plain Python, the second part: what one may change once inside."""

from datetime import timedelta

from store.errors import (
    AlreadyOff,
    ChangedElsewhere,
    ClockOff,
    EndReason,
    EnrollmentEnded,
    EnrollmentNeeded,
    NoResetCode,
    NoSuchSession,
    PasswordChangeNeeded,
    PasswordFault,
    SecondFactorDemanded,
    StepUpNeeded,
    WeakPassword,
    WrongCode,
    WrongPassword,
)
from tests.machine.model import BY_LOG_IN, Events, Model, step_at
from tests.machine.people import Pending, Refusal, Seat

ANY_DEMAND = (PasswordChangeNeeded, EnrollmentNeeded)
ANY = ("half", "enrolling", "full")
PURPOSES = {"off": "2FA enabled", "on": "authenticator replaced", "reset": "2FA enabled after a reset"}


class Changes(Model):
    """What people do with sessions of their own."""

    def begin(self, seat: Seat) -> Events:
        self.prove(seat, "full", "enrolling", before=(EnrollmentNeeded,))
        person = seat.person
        if seat.kind == "full":
            self.prove(seat, "full", step_up=True, before=(EnrollmentNeeded,))
        elif not person.reset_code:
            raise Refusal(NoResetCode)
        deadline = self.now + timedelta(minutes=10)
        self.put(seat, Pending(PURPOSES[person.factor], person.epoch, deadline, secret=b"to be told"))
        return ("enrollment begun",)

    def confirm(self, seat: Seat, step: int) -> Events:
        """Type the new secret's code for a time step; 0 for a wrong one."""
        self.prove(seat, "full", "enrolling", before=(EnrollmentNeeded,))
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
        self.prove(seat, *ANY, before=(EnrollmentNeeded,))
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
        self.prove(seat, *ANY, before=(EnrollmentNeeded,))
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
            return pending.purpose, *self.close_case(person, BY_LOG_IN, password=False)
        seat.by_backup_code = True
        return pending.purpose, *self.begin_full(seat)

    def ask_password(self, seat: Seat, password: str) -> Events:
        """A password asked for inside a session counts as one at log-in does."""
        self.prove(seat, "full", before=ANY_DEMAND)
        event = "password asked again"
        counter = self.password_counter(seat.person.name, seat.visitor.source)
        self.reserve(counter, event)
        if password != seat.person.password:
            raise Refusal(WrongPassword, event)
        self.password_was_right(seat.person.name, seat.visitor.source)
        return self.close_case(seat.person, BY_LOG_IN, password=True)

    def disable(self, seat: Seat, password: str) -> Events:
        self.prove(seat, "full", step_up=True)
        if seat.person.factor != "on":
            raise Refusal(AlreadyOff)
        if self.house.covers(seat.person.role):
            raise Refusal(SecondFactorDemanded, "2FA disabled")
        closed = self.ask_password(seat, password)
        seat.person.lose_factor()
        seat.person.factor = "off"
        self._changed(seat)
        seat.stepped_up = self.now
        return *closed, "2FA disabled"

    def _changed(self, seat: Seat) -> None:
        seat.person.epoch += 1
        self.end_seats(seat.person, EndReason.CHANGED, but=seat)
        self.renew(seat)

    def step_up(self, seat: Seat, password: str) -> Events:
        closed = self.ask_password(seat, password)
        if seat.person.factor != "off":
            raise Refusal(StepUpNeeded, "step-up asked", with_code=True)
        self.renew(seat)
        seat.stepped_up = self.now
        return *closed, "stepped up"

    def change_password(self, seat: Seat, current: str, new: str) -> Events:
        asks = seat.person.factor == "on" and seat.kind == "full"
        self.prove(seat, "full", step_up=asks, before=ANY_DEMAND)
        if new == current:
            raise Refusal(WeakPassword, fault=PasswordFault.SAME)
        closed = self.ask_password(seat, current)
        seat.person.old_passwords.append(current)
        seat.person.password = new
        seat.person.chosen = True
        seat.person.must_change, seat.person.activation_ends, seat.person.spent = False, None, False
        self._changed(seat)
        return *closed, "password changed"

    def forward(self, seat: Seat, number: str) -> Events:
        self.prove(seat, "full", step_up=True)
        seat.person.forwarding = number
        return ("call forwarding set",)

    def look(self, seat: Seat) -> Events:
        self.prove(seat, "full")
        return ()

    def check(self, seat: Seat) -> Events:
        self.prove(seat, *ANY, before=ANY_DEMAND)
        idle = self.house.kiosk_idle if seat.visitor.kiosk else self.house.idle
        if self.now - seat.seen >= min(timedelta(seconds=30), idle / 3):
            seat.seen = self.now
        return ()

    def log_out(self, seat: Seat) -> Events:
        self.prove(seat, *ANY, before=ANY_DEMAND)
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
