"""What must be true after every act, read from the store past the services."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant

from store.columns import EPOCH, MICROSECOND
from store.rules.backup_codes import normalise
from store.rules.hashing import Cost, digest_code
from store.rules.sessions import token_digest
from store.services.audit import Link, head_mac, is_sound
from store.services.contexts import authenticator_context, backup_code_context
from tests.machine.acts import Acts
from tests.machine.counters import DAY, Counter
from tests.machine.people import Person
from tests.machine.stage import Row

LINK = "seq, at, event, outcome, actor, account_id, source, detail, key_id, prev, mac"
OF_ACCOUNT = """
    SELECT username, enabled, second_factor, epoch, last_step, a.disabled_at IS NOT NULL, s.number,
        s.disabled_at IS NOT NULL,
        (SELECT count(*) FROM backup_code WHERE set_id = s.id AND used_at IS NOT NULL)
    FROM account
    LEFT JOIN authenticator a ON a.account_id = account.id
    LEFT JOIN backup_set s ON s.account_id = account.id
"""
SECRETS = """
    SELECT second_factor, (SELECT count(*) FROM authenticator WHERE account_id = account.id),
        (SELECT count(*) FROM backup_code JOIN backup_set ON set_id = id WHERE account_id = account.id),
        (SELECT count(*) FROM reset_code WHERE account_id = account.id)
    FROM account
"""


PROMISES: list[Callable[["Promises"], None]] = []


def promise(method: Callable[["Promises"], None]) -> Callable[["Promises"], None]:
    PROMISES.append(method)
    return method


class Promises(RuleBasedStateMachine):
    """A machine that is watched."""

    acts: Acts
    seen: tuple[int, bytes, int]
    """The newest audit event that was looked at: its number, MAC and key."""

    @invariant()
    def every_promise_is_kept(self) -> None:
        """One invariant for Hypothesis, which names each of them after every step of a failed example."""
        for kept in PROMISES:
            kept(self)

    @promise
    def no_session_is_full_without_the_second_factor_while_it_is_on(self) -> None:
        full = self.acts.rows(
            "SELECT digest FROM session JOIN account ON account.id = account_id "
            "WHERE kind = 'full' AND ended_at IS NULL AND second_factor != 'off'"
        )
        proven = {token_digest(seat.token.token) for seat in self.acts.model.seats if seat.proven}
        assert {digest for (digest,) in full} <= proven

    @promise
    def an_ended_session_never_works_again(self) -> None:
        live = {token_digest(seat.token.token): seat.kind for seat in self.acts.model.seats if not seat.ended}
        stored: dict[bytes, str] = dict(
            self.acts.rows("SELECT digest, kind FROM session WHERE ended_at IS NULL")
        )
        assert not _differing(stored, live)

    @promise
    def a_suspended_factor_opens_nothing(self) -> None:
        opened = self.acts.rows(
            "SELECT s.kind FROM session s JOIN recovery_case c ON c.account_id = s.account_id "
            "WHERE s.kind != 'half' AND s.ended_at IS NULL AND stolen = 1 AND state IN ('open', 'approved')"
        )
        assert not opened

    @promise
    def no_secret_outlives_its_factor(self) -> None:
        for factor, secrets, codes, reset_codes in self.acts.rows(SECRETS):
            assert (secrets, codes) == ((1, 10) if factor == "on" else (0, 0))
            assert reset_codes == (factor == "reset")
        orphans = "SELECT 1 FROM backup_code WHERE set_id NOT IN (SELECT id FROM backup_set)"
        assert not self.acts.rows(orphans)

    @promise
    def an_account_changes_by_its_acts_alone(self) -> None:
        stored = {row[0]: row for row in self.acts.rows(OF_ACCOUNT)}
        modelled = {person.name: _as_stored(person) for person in self.acts.model.people.values()}
        assert not _differing(stored, modelled)

    @promise
    def nothing_pending_reaches_the_store(self) -> None:
        """What is in force is what its owner agreed to."""
        vault = self.acts.consoles[0].core.vault
        names: dict[int, str] = dict(self.acts.rows("SELECT id, username FROM account"))
        for owner, secret in self.acts.rows("SELECT account_id, secret FROM authenticator"):
            person = self.acts.model.people[names[owner]]
            assert vault.open(secret, authenticator_context(owner)) == person.secret
        for owner, number, salt, cost, digest in self.acts.rows(
            "SELECT account_id, s.number, salt, cost, digest FROM backup_set s JOIN backup_code c "
            "ON c.set_id = s.id WHERE c.number = 1"
        ):
            code = normalise(self.acts.model.people[names[owner]].codes[0])
            opened = vault.open(digest, backup_code_context(owner, number, 1))
            assert opened == digest_code(code, salt, Cost.parse(cost))

    @promise
    def the_last_backup_code_is_never_spent_alone(self) -> None:
        assert not self.acts.rows("SELECT set_id FROM backup_code GROUP BY set_id HAVING count(used_at) = 10")

    @promise
    def a_lock_ends(self) -> None:
        for length, today in self.acts.rows("SELECT lock_length, window_failures FROM throttle"):
            assert length * MICROSECOND <= (timedelta(hours=1) if today < 50 else DAY)

    @promise
    def counters_never_forget(self) -> None:
        """A failure is counted until a success of that factor, an operator or a new binding."""
        columns = "failures, lock_start, lock_length, window_start, window_failures"
        stored = self.acts.rows(
            f"SELECT factor, subject, source, {columns} FROM throttle "  # noqa: S608 - names from above
            "WHERE factor NOT IN ('source', 'store')"
        )
        counted = {place: _counted(counter) for place, counter in self._counters() if counter is not None}
        assert not _differing({row[:3]: row[3:] for row in stored}, counted)

    @promise
    def a_failed_log_in_is_counted_for_its_source_and_the_store(self) -> None:
        stored = self.acts.rows(
            "SELECT factor, source, window_start, window_failures FROM throttle "
            "WHERE factor IN ('source', 'store')"
        )
        windows = self.acts.model.wide
        counted = {place: (_number(windows[place].start), windows[place].count) for place in windows}
        assert not _differing({row[:2]: row[2:] for row in stored}, counted)

    @promise
    def the_audit_chain_is_whole(self) -> None:
        """Looks at each new link once; that old ones stay what they were is what `verify` is asked for."""
        vault = self.acts.consoles[-1].core.vault
        new = f"SELECT {LINK} FROM audit_event WHERE seq > ? ORDER BY seq"  # noqa: S608 - names from above
        for seq, *message, key_id, prev, mac in self.acts.rows(new, self.seen[0]):
            assert (seq, prev) == (self.seen[0] + 1, self.seen[1])
            assert is_sound(Link(seq, tuple(message), key_id, prev, mac), vault)
            assert key_id <= self.acts.model.keys
            self.seen = (seq, mac, key_id)
        assert self.acts.rows("SELECT seq, mac FROM audit_head") == [
            (self.seen[0], head_mac(vault, *self.seen))
        ]

    def _counters(self) -> Iterator[tuple[Row, Counter | None]]:
        """Return every counter that there is, by the place where the store keeps it."""
        digest = self.acts.consoles[0].core.name_digest
        for (name, source), counter in self.acts.model.passwords.items():
            yield ("password", digest(name), source), counter
        ids = {
            name: [str(row).encode() for row in rows]
            for name, *rows in self.acts.rows(
                "SELECT username, a.id, s.id, account.id FROM account "
                "LEFT JOIN authenticator a ON a.account_id = account.id "
                "LEFT JOIN backup_set s ON s.account_id = account.id"
            )
        }
        for person in self.acts.model.people.values():
            app, sheet, reset = ids[person.name]
            yield ("authenticator", app, ""), person.app
            yield ("backup code", sheet, ""), person.sheet
            yield ("reset code", reset, ""), person.reset


def _differing(stored: dict[Any, Any], modelled: dict[Any, Any]) -> dict[Any, tuple[Any, Any]]:
    """Return what store and model do not agree on: what the store says, then what the model says."""
    return {
        key: (stored.get(key), modelled.get(key))
        for key in stored.keys() | modelled.keys()
        if stored.get(key) != modelled.get(key)
    }


def _as_stored(person: Person) -> Row:
    on = person.factor == "on"
    return (
        person.name,
        int(person.enabled),
        person.factor,
        person.epoch,
        person.last_step if on else None,
        int(person.app_off),
        person.set_number if on else None,
        int(person.sheet_off),
        len(person.used),
    )


def _counted(counter: Counter) -> Row:
    length = counter.locked_for // MICROSECOND
    locked_at = _number(counter.locked_at) if counter.locked_at is not None else None
    return counter.failures, locked_at, length, _number(counter.day.start), counter.day.count


def _number(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
