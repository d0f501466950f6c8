"""What an owner can always do, and what takes longer than an example lasts."""

from datetime import datetime, timedelta

from store.columns import EPOCH, MICROSECOND
from store.services.principals import Visitor
from store.services.views import LastBackupCode
from tests.bound import spend
from tests.desk import HERE
from tests.machine.acts import Acts
from tests.machine.counters import Counter, Window
from tests.machine.model import WIDE, WIDE_CAPS, step_at
from tests.machine.people import Person, Seat

CHOSEN = "orchard velvet drum pilot"
LET_IN = "the owner gets in once the lock is over"
FRESH = timedelta(minutes=4)
"""For so long after the proof nobody at a desk is asked for another."""

TWICE = range(2)
"""Where the clock went back behind a lock, it begins again with the first try, which says for how long."""

OF_FACTOR = {
    "authenticator": ("app", "SELECT a.id FROM authenticator a JOIN account ON account.id = account_id"),
    "backup code": ("sheet", "SELECT s.id FROM backup_set s JOIN account ON account.id = account_id"),
    "reset code": ("reset", "SELECT account_id FROM reset_code JOIN account ON account.id = account_id"),
}
"""Where the model counts its failures, and which row the store counts them for."""


def let_in(acts: Acts, person: Person, by: str) -> None:
    """Have the owner get in, by the phone or by the sheet, once the locks are over.

    Where the account is barred, the factor is suspended, or a password or code that was handed over is too old, the host's shell helps first; so it does where both factors are off.
    """
    if person.suspended:
        acts.cancel_case(None, person)
    if person.factor == "on" and person.app_off and person.sheet_off:
        acts.reset_two_factor(None, person.name)
    if person.factor == "off":
        seat = _with_password(acts, person)
    elif person.factor == "reset":
        seat = _with_reset_code(acts, person)
    elif (by == "phone" and not person.app_off) or person.sheet_off:
        seat = _with_phone(acts, person)
    else:
        seat = _with_sheet(acts, person)
    assert seat.kind == "full"
    if person.must_change:
        acts.change_password(seat, person.password, CHOSEN)
    if acts.model.must_enroll(person):
        acts.begin(seat)
        acts.confirm(seat, 0)
        acts.agree(seat)
        seat = _with_phone(acts, person)
    acts.look(seat)
    assert not seat.ended


def at_a_desk(acts: Acts, person: Person) -> Seat | None:
    """Return a session in which they just proved their second factor; where there is none, one begins."""
    now = acts.clock.now()
    for seat in reversed(acts.model.seats):
        lives = seat.kind == "full" and not (seat.ended or seat.over(now))
        if seat.person is person and lives and seat.proven_within(FRESH, now):
            return seat
    begun = acts.log_in(0, HERE, person.name, person.password)
    if begun is not None and person.secret:
        acts.verify(begun, person.secret, acts.next_code(person))
    return begun


def _with_password(acts: Acts, person: Person) -> Seat:
    for _ in TWICE:
        _unbar(acts, person)
        seat = acts.log_in(0, HERE, person.name, person.password)
        if seat is not None:
            return seat
        _wait(acts, acts.model.passwords[person.name, HERE.source])
    raise AssertionError(LET_IN)


def _unbar(acts: Acts, person: Person) -> None:
    """Have the host's shell undo what keeps even the right password from opening anything."""
    now = acts.clock.now()
    if not person.enabled:
        acts.enable_account(None, person.name)
    if person.locked(now):
        acts.unlock(None, person.name)
    if person.spent or (person.activation_ends is not None and now >= person.activation_ends):
        acts.new_password(person.name)


def _with_phone(acts: Acts, person: Person) -> Seat:
    for _ in TWICE:
        _wait(acts, acts.model.passwords.get((person.name, HERE.source)))
        _wait(acts, person.app)
        acts.next_code(person)
        seat = _with_password(acts, person)
        if acts.verify(seat, person.secret, step_at(acts.clock.now())) is not None:
            return seat
    raise AssertionError(LET_IN)


def _with_sheet(acts: Acts, person: Person) -> Seat:
    for _ in TWICE:
        _wait(acts, person.sheet)
        seat = _with_password(acts, person)
        answer = acts.use_backup_code(seat, person.unused_codes[0])
        if isinstance(answer, LastBackupCode):
            acts.set_after_last_code(seat)
            acts.agree(seat)
        if answer is not None:
            return seat
    raise AssertionError(LET_IN)


def _with_reset_code(acts: Acts, person: Person) -> Seat:
    for _ in TWICE:
        _wait(acts, acts.model.passwords.get((person.name, HERE.source)))
        _wait(acts, person.reset)
        failed = person.reset is not None and person.reset.failures >= 100
        if failed or not person.reset_in_force(acts.clock.now()):
            acts.reset_two_factor(None, person.name)
        seat = _with_password(acts, person)
        acts.use_reset_code(seat, person.reset_code)
        if seat.kind == "enrolling":
            acts.begin(seat)
            acts.confirm(seat, 0)
            acts.agree(seat)
            return _with_phone(acts, person)
    raise AssertionError(LET_IN)


def _wait(acts: Acts, counter: Counter | None) -> None:
    if counter is not None:
        acts.clock.move(counter.wait(acts.clock.now()))


def lapse(acts: Acts, person: Person, factor: str, failures: int, today: int) -> None:
    """Skip what nobody has the time for: have so many failures of a factor lie behind, its lock just over."""
    now = acts.clock.now()
    counter = Counter(now, a_day=factor == "password")
    counter.failures, counter.day.count = failures, today
    source = ""
    if factor == "password":
        source = HERE.source
        acts.model.passwords[person.name, source] = counter
        subject = acts.consoles[0].core.name_digest(person.name)
    else:
        attribute, row = OF_FACTOR[factor]
        found = acts.rows(f"{row} WHERE username = ?", person.name)
        if not found:
            return
        setattr(person, attribute, counter)
        subject = str(found[0][0]).encode()
    _put_row(acts, factor, subject, source, now, failures=failures, today=today)


def lapse_wide(acts: Acts, visitor: Visitor, factor: str, short: int) -> None:
    """Have the failures lie behind after which this source, or every one, has to wait, or one short of them."""
    now = acts.clock.now()
    source = visitor.source if factor == "source" else ""
    failures = WIDE_CAPS[factor] - short
    acts.model.wide[factor, source] = Window(WIDE, now, failures)
    acts.model.turns.pop(source, None)
    _put_row(acts, factor, b"", source, now, failures=0, today=failures)


def _put_row(
    acts: Acts, factor: str, subject: bytes, source: str, now: datetime, *, failures: int, today: int
) -> None:
    acts.rows(
        "INSERT OR REPLACE INTO throttle (factor, subject, source, failures, lock_length, refusal_recorded, window_start, "
        "window_failures) VALUES (?, ?, ?, ?, 0, 0, ?, ?)",
        factor,
        subject,
        source,
        failures,
        (now - EPOCH) // MICROSECOND,
        today,
    )


def spend_all_but(acts: Acts, person: Person, left: int) -> None:
    """Skip the log-ins that leave only the last codes of a sheet."""
    for number in person.unused_numbers[:-left]:
        person.used[number] = EPOCH
        spend(acts.consoles[0], [number], person.name)
