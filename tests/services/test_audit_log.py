"""Whatever is done to the log without the key is found, and named by its place (D12, ASVS 16.4.2)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import NotAllowed, SignInRefused
from store.services.audit import Link, head_mac
from store.services.audit_verify import MOST_COMPARED, Damage, Finding, verify
from store.vault import Vault
from tests.desk import HERE, SHELL, Desk
from tests.services.tries import wrong_passwords
from tests.tables import one, rows, store_path

COLUMNS = (
    "seq",
    "at",
    "event",
    "outcome",
    "actor",
    "account_id",
    "source",
    "detail",
    "key_id",
    "prev",
    "mac",
)
EVENTS = 16


class Log:
    """A log of sixteen events under two keys, as it was written; each test gets it whole."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.desk.create("alice")
        self.desk.enable("alice")
        self.desk.services.keys.rotate(SHELL)
        while one(self.desk, "SELECT count(*) FROM audit_event") < EVENTS:
            wrong_passwords(self.desk, 1)
            self.desk.clock.move(minutes=20)
        self.events = rows(self.desk, "SELECT * FROM audit_event ORDER BY seq")
        self.head = rows(self.desk, "SELECT * FROM audit_head")
        self.connection = sqlite3.connect(store_path(self.desk), isolation_level=None)
        self.connection.execute("PRAGMA ignore_check_constraints=ON")

    def do(self, sql: str, *values: object) -> None:
        self.connection.execute(sql, values)

    def restore(self) -> None:
        for table, kept in (("audit_event", self.events), ("audit_head", self.head)):
            self.do(f"DELETE FROM {table}")  # noqa: S608
            marks = ", ".join("?" * len(kept[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", kept)  # noqa: S608

    def findings(self) -> list[tuple[Damage, int, int]]:
        with self.desk.services.core.database.read() as session:
            found = verify(session, self.desk.services.core.vault).findings
        return [(each.damage, each.first, each.last) for each in found]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    log = Log(tmp_path_factory.mktemp("log"))
    with closing(log.connection):
        yield log
    log.desk.services.close()


@pytest.fixture
def log(written: Log) -> Log:
    written.restore()
    return written


def test_a_log_is_whole_under_several_keys(log: Log) -> None:
    assert log.findings() == []
    assert {row[8] for row in log.events} == {1, 2}
    verified = log.desk.services.audit_log.verify(SHELL)
    assert (verified.events, verified.head_seq, len(bytes.fromhex(verified.head_mac))) == (EVENTS, EVENTS, 32)


CUT, GONE, CHANGED, SWAPPED, HEAD = Damage.CUT, Damage.MISSING, Damage.CHANGED, Damage.SWAPPED, Damage.HEAD
DELETE = "DELETE FROM audit_event WHERE seq "
NAMED = [
    (DELETE + "= 1", [(GONE, 1, 1)]),
    (DELETE + "= 7", [(GONE, 7, 7)]),
    (DELETE + "IN (4, 5, 6)", [(GONE, 4, 6)]),
    (DELETE + "IN (1, 2, 9)", [(GONE, 1, 2), (GONE, 9, 9)]),
    (DELETE + "= 16", [(CUT, 16, 16)]),
    (DELETE + "> 12", [(CUT, 13, 16)]),
    (DELETE + "> 0", [(CUT, 1, 16)]),
    ("UPDATE audit_event SET key_id = 3 - key_id WHERE seq = 5", [(CHANGED, 5, 5)]),
    ("UPDATE audit_event SET key_id = 77 WHERE seq = 5", [(CHANGED, 5, 5)]),
    ("UPDATE audit_event SET actor = 'x' WHERE seq IN (1, 5, 6, 7)", [(CHANGED, 1, 1), (CHANGED, 5, 7)]),
    ("UPDATE audit_event SET mac = zeroblob(32) WHERE seq = 5", [(CHANGED, 5, 5)]),
    ("UPDATE audit_event SET at = 9223372036854775807 WHERE seq = 5", [(CHANGED, 5, 5)]),
    ("UPDATE audit_event SET at = -9223372036854775808 WHERE seq = 5", [(CHANGED, 5, 5)]),
    ("UPDATE audit_event SET seq = 20 WHERE seq = 16", [(GONE, 16, 19), (HEAD, 16, 20), (CHANGED, 20, 20)]),
    ("UPDATE audit_head SET seq = 12", [(HEAD, 12, 16)]),
    ("UPDATE audit_head SET seq = 20", [(CUT, 17, 20)]),
    ("UPDATE audit_head SET mac = zeroblob(32)", [(HEAD, 16, 16)]),
    ("DELETE FROM audit_head", [(HEAD, 0, 16)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "named"), NAMED, ids=lambda each: each if isinstance(each, str) else "")
def test_what_was_done_is_named(log: Log, sql: str, named: list[tuple[Damage, int, int]]) -> None:
    log.do(sql)
    assert sorted(log.findings()) == sorted(named)


def swap(log: Log, here: int, there: int) -> None:
    for old, new in ((here, -1), (there, here), (-1, there)):
        log.do("UPDATE audit_event SET seq = ? WHERE seq = ?", new, old)


@pytest.mark.parametrize("pair", [(1, 2), (4, 5), (2, 14), (15, 16)])
def test_two_events_that_changed_places_are_named(log: Log, pair: tuple[int, int]) -> None:
    swap(log, *pair)
    found = log.findings()
    assert (SWAPPED, *pair) in found
    assert {damage for damage, *_ in found} <= {SWAPPED, HEAD}


@pytest.mark.parametrize("newest", [0, 1, 9, 15])
def test_a_cut_that_takes_the_head_along_is_seen_and_not_written_over(log: Log, newest: int) -> None:
    """Each older event tells its own MAC: whoever has no key still cannot make the head that fits it."""
    mac = bytes(32) if newest == 0 else log.events[newest - 1][10]
    for head in (mac, log.head[0][2], log.events[newest][9]):
        log.restore()
        log.do(DELETE + "> ?", newest)
        log.do("UPDATE audit_head SET seq = ?, mac = ?", newest, head)
        assert log.findings() == [(HEAD, newest, newest)]
        wrong_passwords(log.desk, 1)
        log.desk.clock.move(hours=1)
        assert (CHANGED, newest + 1, newest + 1) in log.findings()


def test_an_event_put_in_is_named(log: Log) -> None:
    [newest] = [row for row in log.events if row[0] == EVENTS]
    for prev in (newest[10], newest[9], b""):
        log.restore()
        log.do(f"INSERT INTO audit_event VALUES ({', '.join('?' * 11)})", 17, *newest[1:9], prev, newest[10])  # noqa: S608
        assert (CHANGED, 17, 17) in log.findings()
        log.do("UPDATE audit_head SET seq = 17")
        assert (CHANGED, 17, 17) in log.findings()


def test_where_everything_was_changed_it_is_told_in_one_and_soon(log: Log) -> None:
    log.do("UPDATE audit_event SET source = 'x'")
    assert log.findings() == [(CHANGED, 1, 16)]
    assert MOST_COMPARED <= 1000


def test_only_the_shell_may_verify(log: Log) -> None:
    with pytest.raises(NotAllowed):
        log.desk.services.audit_log.verify(HERE)
    assert Finding(CUT, 1, 1) == Finding(CUT, 1, 1)


# Whatever is done to one row

INTEGERS = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("seq", "at", "key_id"), INTEGERS | st.integers(-1, 20)),
    **dict.fromkeys(("event", "actor", "source", "detail"), TEXT),
    "outcome": st.sampled_from(["done", "refused", "", "x"]),
    "account_id": st.none() | INTEGERS | st.integers(0, 3),
    **dict.fromkeys(("prev", "mac"), st.binary(max_size=40) | st.binary(min_size=32, max_size=32)),
}  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seq=st.integers(1, EVENTS), data=st.data())
def test_no_change_of_one_row_goes_unseen(written: Log, seq: int, data: st.DataObject) -> None:
    written.restore()
    column = data.draw(st.sampled_from(COLUMNS))
    value = data.draw(VALUES[column])
    before = rows(written.desk, "SELECT * FROM audit_event ORDER BY seq")
    with suppress(sqlite3.IntegrityError):
        written.do(f"UPDATE audit_event SET {column} = ? WHERE seq = ?", value, seq)  # noqa: S608
    found = written.findings()
    if rows(written.desk, "SELECT * FROM audit_event ORDER BY seq") == before:
        assert found == []
    else:
        assert any(first <= seq <= last for damage, first, last in found), found


def forge(log: Log, vault: Vault, seq: int) -> None:
    """Write the event anew, and the head that fits it, with the keys of a vault."""
    newest = next(row for row in log.events if row[0] == seq)
    prev = log.events[seq - 2][10]
    at, event, outcome, actor, account_id, source, detail = newest[1:8]
    link = Link(seq, (at, event, outcome, actor, account_id, source, detail), vault.key_id, prev, b"")
    mac = link.expected_mac(vault)
    log.do("UPDATE audit_event SET key_id = ?, mac = ? WHERE seq = ?", vault.key_id, mac, seq)
    log.do("UPDATE audit_head SET mac = ?", head_mac(vault, seq, mac, vault.key_id))


def test_a_key_that_was_changed_makes_no_event_any_more(log: Log) -> None:
    """Whoever kept the old key can make no end of the log that is taken for whole."""
    vault = log.desk.services.core.vault
    first = Vault({1: vault._ring.keys[1]})
    forge(log, first, EVENTS)
    assert (CHANGED, EVENTS, EVENTS) in log.findings()
    log.restore()
    under_first = max(row[0] for row in log.events if row[8] == 1)
    log.do(DELETE + "> ?", under_first)
    log.do("UPDATE audit_head SET seq = ?", under_first)
    forge(log, first, under_first)
    assert log.findings() == [(Damage.OLD_KEY, under_first, under_first)]


def test_a_console_that_runs_on_records_under_the_new_key(log: Log) -> None:
    other = log.desk.another()
    log.desk.services.keys.rotate(SHELL)
    with pytest.raises(SignInRefused):
        other.sign_in.check_password(HERE, "alice", "wrong")
    assert one(log.desk, "SELECT key_id FROM audit_event ORDER BY seq DESC LIMIT 1") == 3
    assert log.findings() == []
    other.close()
