"""Who and what the model knows: people, their sessions, and what is pending."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.errors import Covered, EndReason, TwofoldError
from store.rules.policy import Whom
from store.services.principals import SessionToken, Visitor
from tests.machine.counters import Counter

NO_TOKEN = SessionToken("none yet")


class Refusal(Exception):
    """The model expects this error, saying this, and these audit events (none for what is no attempt)."""

    def __init__(self, error: type[TwofoldError], *events: str, **said: object) -> None:
        self.error = error
        self.events = events
        self.said = said


@dataclass
class Pending:
    """An unfinished change, in the memory of one console."""

    purpose: str
    epoch: int
    deadline: datetime
    secret: bytes = b""
    step: int = 0
    misses: int = 0
    last_code: int = 0
    set_number: int = 0
    codes: tuple[str, ...] = ()


@dataclass
class Case:
    """A recovery case that nobody has closed."""

    opened: datetime
    stolen: bool
    password: bool = False
    """What was lost is the password, not the second factor."""
    number: int = 0
    begun: int = 0
    parties: tuple[str, ...] = ()
    """Whose sessions brought it so far, the shell among them."""


@dataclass
class House:
    """What is in force for everybody."""

    demands: Whom = Whom.OPERATORS
    since: datetime | None = None
    grace: timedelta = timedelta()
    two: bool = False
    idle: timedelta = timedelta(minutes=15)
    kiosk_idle: timedelta = timedelta(seconds=105)
    absolute: timedelta = timedelta(hours=12)
    step_up: timedelta = timedelta(minutes=15)

    def covers(self, role: str) -> bool:
        return self.demands == Whom.EVERYBODY or (self.demands == Whom.OPERATORS and role == "operator")


@dataclass
class Person:
    """An account, and what its owner knows and has."""

    name: str
    password: str
    made: datetime
    role: str = "user"
    operator_since: int = 0
    hands: str = ""
    """The person who controls it: its own owner, or whoever made it and nobody else knows of."""
    chosen: bool = True
    """Whether its owner ever chose a password."""
    enabled: bool = True
    locked_until: datetime | None = None
    must_change: bool = False
    activation_ends: datetime | None = None
    spent: bool = False
    """The password that was handed over opened its one log-in."""
    factor: str = "off"
    epoch: int = 0
    secret: bytes = b""
    last_step: int = 0
    app: Counter | None = None
    app_off: bool = False
    set_number: int = 0
    codes: tuple[str, ...] = ()
    used: dict[int, datetime] = field(default_factory=dict)
    sheet: Counter | None = None
    sheet_off: bool = False
    reset_code: str = ""
    reset_until: datetime | None = None
    reset: Counter | None = None
    case: Case | None = None
    forwarding: str = ""
    old_passwords: list[str] = field(default_factory=list)
    old_secrets: list[bytes] = field(default_factory=list)
    old_codes: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    """The passwords that operators were shown for it."""

    def __post_init__(self) -> None:
        self.hands = self.hands or self.name

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now

    @property
    def suspended(self) -> bool:
        return self.case is not None and self.case.stolen

    def lose_factor(self) -> None:
        """What proved the second factor is dead, with the counts of its failures."""
        self.lose_app()
        self.lose_sheet()

    def lose_app(self) -> None:
        if self.secret:
            self.old_secrets.append(self.secret)
        self.secret, self.last_step, self.app, self.app_off = b"", 0, None, False

    def lose_sheet(self) -> None:
        self.old_codes += self.codes
        self.codes, self.used, self.set_number = (), {}, 0
        self.sheet, self.sheet_off = None, False

    def reset_in_force(self, now: datetime) -> bool:
        """Say whether the reset code may be used: for an hour, and not before it was made."""
        made = self.reset_until - timedelta(hours=1) if self.reset_until is not None else now
        return self.reset_until is not None and made - timedelta(minutes=1) <= now < self.reset_until

    @property
    def unused_numbers(self) -> list[int]:
        return [number for number in range(1, len(self.codes) + 1) if number not in self.used]

    @property
    def unused_codes(self) -> list[str]:
        return [self.codes[number - 1] for number in self.unused_numbers]

    @property
    def unused(self) -> int:
        return len(self.unused_numbers)


@dataclass(eq=False)
class Proposal:
    """What one operator proposes and another one decides; about the rule itself where it is about nobody."""

    act: Covered
    person: Person | None
    parties: tuple[str, ...]
    begun: int
    made: datetime
    number: int = 0


@dataclass
class Seat:
    """One session at one console."""

    person: Person
    house: House
    console: int
    visitor: Visitor
    kind: str
    created: datetime
    seen: datetime
    stepped_up: datetime | None
    token: SessionToken = NO_TOKEN
    held: datetime | None = None
    by_backup_code: bool = False
    proven: bool = False
    """The second factor was accepted in this very session."""
    spent_tries: int = 0
    ended: EndReason | None = None
    pending: Pending | None = None

    def end(self, now: datetime) -> datetime:
        """Return when it is over without further input (D11)."""
        return self._limit(now)[0]

    def over(self, now: datetime) -> EndReason | None:
        """Say why it is over: its time has come, or the clock went back behind it."""
        if now < max(self.created, self.seen) - timedelta(minutes=1):
            return EndReason.EXPIRED
        limit, reason = self._limit(now)
        return reason if now >= limit else None

    def _limit(self, now: datetime) -> tuple[datetime, EndReason]:
        absolute = self.created + self.house.absolute
        if self.held is not None and self.held > now:
            return min(self.held, absolute), EndReason.EXPIRED
        idle = self.seen + (self.house.kiosk_idle if self.visitor.kiosk else self.house.idle)
        if self.kind != "full":
            end = self.created + timedelta(minutes=5)
            return min(end, idle) if self.visitor.kiosk else end, EndReason.EXPIRED
        return (idle, EndReason.IDLE) if idle < absolute else (absolute, EndReason.EXPIRED)

    def fresh(self, now: datetime) -> bool:
        """Say whether it has stepped up."""
        return self.proven_within(self.house.absolute if self.by_backup_code else self.house.step_up, now)

    def proven_within(self, length: timedelta, now: datetime) -> bool:
        return self.stepped_up is not None and self.stepped_up <= now < self.stepped_up + length
