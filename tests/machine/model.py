"""Twofold in plain Python: what each act must lead to. The first half: getting in.

A method does in the model what the act does in the store, and returns the audit events that this leaves; or
it raises the Refusal that the store must answer with.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from store.errors import (
    ActivationExpired,
    ActivationSpent,
    AlreadyOff,
    ClockWentBack,
    EndReason,
    EnrollmentNeeded,
    FactorDisabled,
    FactorSuspended,
    Locked,
    LockedByOperator,
    NoResetCode,
    NotAllowed,
    PasswordChangeNeeded,
    SessionEnded,
    SignInRefused,
    SpentCode,
    StepUpNeeded,
    TooBusy,
    TwofoldError,
    UsedBackupCode,
    WrongBackupCode,
    WrongCode,
    WrongResetCode,
)
from store.services.principals import Visitor
from tests.clocks import FakeClock
from tests.machine.counters import NOTHING, Counter, Window
from tests.machine.people import House, Pending, Person, Proposal, Refusal, Seat

Events = tuple[str, ...]

BY_LOG_IN = "recovery cancelled by a log-in"
WIDE = timedelta(minutes=10)
WIDE_CAPS = {"source": 50, "store": 500}
DELAY, MOST_WAITING = timedelta(seconds=2), 8


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // 30


class Model:
    """Everybody, and every session that ever was."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.house = House()
        self.people: dict[str, Person] = {}
        self.seats: list[Seat] = []
        self.proposals: list[Proposal] = []
        self.passwords: dict[tuple[str, str], Counter] = {}
        self.wide: dict[tuple[str, str], Window] = {}
        self.turns: dict[str, datetime] = {}
        """When the last log-in that waited at a source had its turn."""
        self.keys = 1

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def prove(
        self, seat: Seat, *kinds: str, step_up: bool = False, before: tuple[type[TwofoldError], ...] = ()
    ) -> None:
        """Every act of a session begins with this; it may come `before` what is demanded of the account."""
        if seat.ended:
            raise Refusal(SessionEnded, reason=seat.ended)
        seat.ended = self._why_over(seat)
        if seat.ended:
            raise Refusal(SessionEnded, "session ended", reason=seat.ended)
        if seat.kind not in kinds:
            raise Refusal(NotAllowed, "access refused")
        if seat.kind == "full":
            self._meet_demands(seat.person, before)
        if step_up and not seat.fresh(self.now):
            raise Refusal(StepUpNeeded, "step-up asked", with_code=seat.person.factor == "on")

    def _why_over(self, seat: Seat) -> EndReason | None:
        if not seat.person.enabled:
            return EndReason.DISABLED
        return EndReason.LOCKED if seat.person.locked(self.now) else seat.over(self.now)

    def _meet_demands(self, person: Person, before: tuple[type[TwofoldError], ...]) -> None:
        if person.must_change and PasswordChangeNeeded not in before:
            raise Refusal(PasswordChangeNeeded, "access refused")
        if self.must_enroll(person) and EnrollmentNeeded not in before:
            raise Refusal(EnrollmentNeeded, "access refused")

    def must_enroll(self, person: Person) -> bool:
        """Say whether 2FA is demanded of the account, which has none, and its time of grace is over."""
        house = self.house
        if person.factor != "off" or not house.covers(person.role):
            return False
        begun = person.made if house.since is None else max(house.since, person.made)
        return not house.grace or begun + house.grace <= self.now

    def reserve(self, counter: Counter, event: str) -> None:
        if (wait := counter.attempt(self.now)) > NOTHING:
            events = () if counter.told else (event,)
            counter.told = True
            raise Refusal(Locked, *events, wait=wait)

    def password_counter(self, name: str, source: str) -> Counter:
        return self.passwords.setdefault((name, source), Counter(self.now, a_day=True))

    def password_was_right(self, name: str, source: str) -> None:
        """A right password leaves its counter as it was; where nothing was counted there is none."""
        self.passwords[name, source].undo()
        if not self.passwords[name, source].failures:
            del self.passwords[name, source]

    def pending_of(self, seat: Seat) -> Pending | None:
        if seat.pending is not None and self.now >= seat.pending.deadline:
            seat.pending = None
        return seat.pending

    def put(self, seat: Seat, pending: Pending) -> None:
        """Keep what a session began; it runs on a time of its own from now on."""
        for each in self.seats:
            if each.console == seat.console:
                self.pending_of(each)
        seat.pending, seat.held = pending, pending.deadline

    def renew(self, seat: Seat) -> None:
        seat.held, seat.seen = None, self.now

    def delay(self, source: str) -> timedelta:
        """Return how long a log-in has to wait for its turn, after what went wrong here or elsewhere."""
        if not any(self._counts(factor, source) >= cap for factor, cap in WIDE_CAPS.items()):
            return NOTHING
        last = self.turns.get(source, self.now)
        return (last if self.now <= last <= self.now + MOST_WAITING * DELAY else self.now) + DELAY - self.now

    def _counts(self, factor: str, source: str) -> int:
        """What failed lately; a look begins no window."""
        window = self.wide.get((factor, source if factor == "source" else ""))
        return window.count if window is not None and self.now - window.start < WIDE else 0

    def _wide(self, factor: str, source: str, later: timedelta = NOTHING) -> Window:
        now = self.now + later
        window = self.wide.setdefault((factor, source if factor == "source" else ""), Window(WIDE, now))
        window.turn(now)
        return window

    def log_in(self, console: int, visitor: Visitor, name: str, password: str) -> Events:
        counter = self.password_counter(name, visitor.source)
        self.reserve(counter, "password checked")
        delay = self.delay(visitor.source)
        if delay > MOST_WAITING * DELAY:
            self.password_was_right(name, visitor.source)
            window = self._wide("source", visitor.source)
            events = () if window.told else ("password checked",)
            window.told = True
            raise Refusal(TooBusy, *events)
        if delay:
            self.turns[visitor.source] = self.now + delay
            self._wide("source", visitor.source)
        person = self.people.get(name)
        now = self.now + delay
        if person is None or not person.enabled or person.password != password:
            for factor in WIDE_CAPS:
                self._wide(factor, visitor.source, delay).count += 1
            raise Refusal(SignInRefused, "password checked")
        self.password_was_right(name, visitor.source)
        if person.locked_until is not None and person.locked(now):
            raise Refusal(LockedByOperator, "password checked", wait=person.locked_until - now)
        if person.spent:
            raise Refusal(ActivationSpent, "password checked")
        if person.activation_ends is not None and now >= person.activation_ends:
            raise Refusal(ActivationExpired, "password checked")
        off = person.factor == "off"
        if off:
            self._spend_activation(person)
        kind, fresh = ("full", now) if off else ("half", None)
        self.seats.append(Seat(person, self.house, console, visitor, kind, now, now, fresh))
        if not off:
            return ("password checked",)
        return "password checked", *self.close_case(person, BY_LOG_IN, password=True), "logged in"

    def _spend_activation(self, person: Person, by: Seat | None = None) -> None:
        if person.activation_ends is not None:
            person.spent = True
            self.end_seats(person, EndReason.CHANGED, but=by)

    def end_seats(self, person: Person, reason: EndReason, but: Seat | None = None) -> None:
        for seat in self.seats:
            if seat.person is person and seat is not but:
                seat.ended = seat.ended or reason

    def close_case(self, person: Person, event: str, *, password: bool) -> Events:
        """Close the case of what was proven or reset: the password or the second factor, if there is one."""
        if person.case is None or person.case.password != password:
            return ()
        person.case = None
        return (event,)

    def verify(self, seat: Seat, secret: bytes, step: int) -> Events:
        """Type the code of a secret for a time step; no secret: six digits that are nobody's."""
        self.prove(seat, "half", "full", before=(PasswordChangeNeeded,))
        person, present = seat.person, step_at(self.now)
        if not person.secret:
            raise Refusal(AlreadyOff)
        if person.suspended:
            raise Refusal(FactorSuspended, "code checked")
        if person.app_off:
            raise Refusal(FactorDisabled, "code checked")
        person.app = counter = person.app or Counter(self.now)
        self.reserve(counter, "code checked")
        if person.last_step > present + 2:
            self._not_counted(seat, counter, Refusal(ClockWentBack, "code checked"))
        right = secret == person.secret
        if right and abs(step - present) <= 1 and step > person.last_step:
            person.last_step = step
            counter.succeed()
            return self._proven(seat)
        if right and present - 10 <= step <= present + 1 and step <= person.last_step:
            self._not_counted(seat, counter, Refusal(SpentCode, "code checked"))
        person.app_off = counter.failures >= 100
        raise Refusal(WrongCode, "code checked")

    def use_backup_code(self, seat: Seat, code: str) -> Events:
        self.prove(seat, "half", "full", before=(PasswordChangeNeeded,))
        person, event = seat.person, "backup code checked"
        if not person.codes:
            raise Refusal(AlreadyOff)
        if person.suspended:
            raise Refusal(FactorSuspended, event)
        if person.sheet_off:
            raise Refusal(FactorDisabled, event)
        person.sheet = counter = person.sheet or Counter(self.now)
        self.reserve(counter, event)
        if code not in person.codes:
            person.sheet_off = counter.failures >= 100
            raise Refusal(WrongBackupCode, event)
        number = person.codes.index(code) + 1
        if number in person.used:
            used = Refusal(UsedBackupCode, event, number=number, used_at=person.used[number])
            self._not_counted(seat, counter, used)
        counter.succeed()
        if person.unused == 1:
            deadline = self.now + timedelta(minutes=15)
            self.put(seat, Pending("last backup code used", person.epoch, deadline, last_code=number))
            return (event,)
        person.used[number] = self.now
        seat.by_backup_code = seat.by_backup_code or seat.kind == "half"
        return self._proven(seat)

    def use_reset_code(self, seat: Seat, code: str) -> Events:
        self.prove(seat, "half")
        person, event = seat.person, "reset code checked"
        if person.suspended:
            raise Refusal(FactorSuspended, event)
        if person.factor != "reset" or not person.reset_in_force(self.now):
            raise Refusal(NoResetCode, event)
        person.reset = counter = person.reset or Counter(self.now)
        self.reserve(counter, event)
        if counter.failures > 100:
            raise Refusal(FactorDisabled, event)
        if code != person.reset_code:
            raise Refusal(WrongResetCode, event)
        counter.succeed()
        self.renew(seat)
        seat.kind, seat.held = "enrolling", self.now + timedelta(minutes=10)
        return (event,)

    def _not_counted(self, seat: Seat, counter: Counter, refusal: Refusal) -> NoReturn:
        """A spent code is no failure, ten times in a session."""
        seat.spent_tries += 1
        if seat.spent_tries <= 10:
            counter.give_back()
        raise refusal

    def _proven(self, seat: Seat) -> Events:
        self.renew(seat)
        seat.stepped_up, seat.proven = self.now, True
        if seat.kind == "half":
            return self.begin_full(seat)
        return "stepped up", *self.close_case(seat.person, BY_LOG_IN, password=False)

    def begin_full(self, seat: Seat) -> Events:
        person = seat.person
        seat.kind, seat.created = "full", self.now
        self._spend_activation(person, seat)
        cancelled = (BY_LOG_IN,) if person.case is not None else ()
        person.case = None
        return *cancelled, "logged in"
