"""The people of the demo, made by the same services that make anybody, and some months ago."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from store.clock import Clock
from store.services.bundle import Services, open_services
from store.services.hashing import Hashing
from store.services.principals import Shell, Visitor
from store.services.views import LoggedIn
from store.settings import Settings
from tui.demo.calls import history
from tui.demo.phone import Entry, read_entry

ACCOUNTS_MADE = timedelta(days=263)
ENROLLED = timedelta(days=98)
SOURCE = "demo"


@dataclass(frozen=True)
class Person:
    """One line of the sheet on the log-in screen; the passwords of a demo are no secret."""

    username: str
    password: str
    display_name: str
    number: str
    operator: bool = False
    enrolled: bool = False


ALICE = Person("alice", "violet kettle parade", "Alice Papadopoulou", "+302105550142")
BOB = Person("bob", "copper lantern orbit", "Bob Georgiou", "+302105550177", enrolled=True)
OLGA = Person("olga", "quiet marble harvest", "Olga Nikolaou", "+302105550100", operator=True, enrolled=True)
PEOPLE = (ALICE, BOB, OLGA)


class PastClock:
    """A clock that stands still in the past: the accounts are older than the demo."""

    def __init__(self, moment: datetime) -> None:
        """Stand at a moment."""
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment."""
        return self.moment

    def elapsed(self) -> timedelta:
        """Return nothing: no time goes by."""
        return timedelta()

    def sleep(self, seconds: float) -> None:
        """Wait for nothing: nobody is there."""


def seed(
    settings: Settings, shell: Shell, clock: Clock, stop: Event, hashing: Hashing | None = None
) -> tuple[Entry, ...]:
    """Fill a fresh store; return what the people who enrolled have in their authenticator app.

    Leaves off early where it is told to stop: whoever quits at once does not wait for it.
    """
    now = clock.now()
    past = PastClock(now - ACCOUNTS_MADE)
    services = open_services(settings, past, hashing)
    try:
        for person in _until(stop, PEOPLE):
            services.accounts.create(
                shell,
                person.username,
                person.password,
                operator=person.operator,
                display_name=person.display_name,
                number=person.number,
            )
        past.moment = now - ENROLLED
        enrolled = _until(stop, (person for person in PEOPLE if person.enrolled))
        entries = tuple(_enroll(services, person, past.moment) for person in enrolled)
        past.moment = now
        if not stop.is_set():
            services.call_history.record(shell, ALICE.username, history(now))
    finally:
        services.close()
    return entries


def _until(stop: Event, people: Iterable[Person]) -> Iterator[Person]:
    for person in people:
        if stop.is_set():
            return
        yield person


def _enroll(services: Services, person: Person, now: datetime) -> Entry:
    """Turn 2FA on as the person would. Nobody keeps the backup codes."""
    logged_in = services.sign_in.check_password(Visitor(SOURCE), person.username, person.password)
    assert isinstance(logged_in, LoggedIn)  # noqa: S101 - no second factor is on yet
    enrollment = services.enrollment.begin(logged_in.token)
    entry = read_entry("".join(enrollment.uri_parts))
    assert entry is not None  # noqa: S101 - every enrollment hands over an entry
    services.enrollment.confirm(logged_in.token, entry.code(now))
    services.backup_codes.agree(logged_in.token)
    return entry
