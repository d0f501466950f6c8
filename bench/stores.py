"""The two stores that are compared, made past the services: a thousand accounts, and a million.

Whoever is one in a hundred is so in both: ten of a thousand have a session, and ten thousand of a million.
One in ten is locked, so that the first page of those is full in both.
"""

import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from store.clock import SystemClock
from store.rules.searching import fold
from store.services.bundle import Services, open_services
from store.services.principals import Shell
from store.settings import Settings
from store.upkeep import faults

SMALL, LARGE = 1_000, 1_000_000
EVENTS = 10
"""Audit events for each account."""
SHELL = Shell("bench", "bench")
FIRST = (
    "maria", "manolis", "michael", "mikaela", "marina", "anna", "alexis", "andreas", "george", "nikos",
    "sofia", "stavros", "stella",
)  # fmt: skip
LAST = (
    "papadopoulos", "papadakis", "pappas", "petrou", "perakis", "pavlidis", "georgiou", "nikolaou", "smith",
    "brown",
)  # fmt: skip
NOW = time.time_ns() // 1000
FEW = 5
"""Operators that are disabled and whose 2FA was reset: as many in both stores."""
BETWEEN = 3_000_000
"""Microseconds from one audit event to the next."""
DAY = 86_400_000_000

FACTORS = """
INSERT INTO authenticator (account_id, secret, created_at)
SELECT id, randomblob(60), 0 FROM account WHERE second_factor = 'on';
INSERT INTO backup_set (id, account_id, number, salt, cost, unused, created_at)
SELECT id, id, 100 + id % 900, randomblob(16), 'm=19456,t=2,p=1', CASE WHEN id % 50 = 9 THEN 2 ELSE 10 END, 0
FROM account WHERE second_factor = 'on';
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10)
INSERT INTO backup_code (set_id, number, digest, used_at)
SELECT id, n, randomblob(61), CASE WHEN n > unused THEN 1 END FROM backup_set, numbers;
INSERT INTO session (account_id, digest, kind, source, kiosk, by_backup_code, spent_tries, created_at,
    last_seen_at, ended_at, end_reason, mac)
SELECT id, randomblob(32), 'full', 'bench/host', 0, 0, 0, last_login_at, last_login_at,
    last_login_at + 60000000, 'logged out', x'' FROM account WHERE last_login_at IS NOT NULL;
INSERT INTO session (account_id, digest, kind, source, kiosk, by_backup_code, spent_tries, created_at,
    last_seen_at, mac)
SELECT id, randomblob(32), 'full', 'bench/host', 0, 0, 0, 0, 0, x'' FROM account WHERE id % 100 = 8;
"""
"""One in fifty is low on backup codes, one in a hundred is logged in."""
HISTORY = f"""
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :events)
INSERT INTO audit_event (seq, at, event, outcome, actor, account_id, source, detail, key_id, prev, mac)
SELECT :first + n, :start + n * {BETWEEN}, 'event ' || (n * 7 % 30),
    CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'done' END,
    CASE WHEN n % 10 = 0 THEN 'nobody' ELSE 'user-' || (n * 7919 % 100000) END,
    CASE WHEN n % 50 = 0 THEN 1 ELSE n * 7919 % :accounts + 1 END,
    'bench/host', 'a detail of some length', 1, randomblob(32), randomblob(32)
FROM numbers
"""  # noqa: S608 - a number of this file's
PRESENT = """
UPDATE session SET created_at = :now, last_seen_at = :now WHERE ended_at IS NULL AND source = 'bench/host';
UPDATE throttle SET lock_start = :now WHERE lock_start IS NOT NULL;
UPDATE account SET locked_until = :now + :length WHERE locked_until IS NOT NULL;
"""


def store_of(folder: Path) -> Path:
    """Return the path of the store in a folder, where a machine of the tests has its own."""
    return folder / "data" / "twofold" / "twofold.db"


def opened(folder: Path) -> Services:
    """Open the store of a folder."""
    settings = Settings(f"sqlite:///{store_of(folder)}", folder / "config" / "twofold" / "keys")
    return open_services(settings, SystemClock())


@contextmanager
def both(folder: Path | None) -> Iterator[tuple[Path, Path]]:
    """Hand out the folders of the two stores, made where they aren't there yet.

    Without a folder that keeps them they are thrown away.
    """
    with tempfile.TemporaryDirectory() as passing:
        small, large = ((folder or Path(passing)) / str(count) for count in (SMALL, LARGE))
        for each, count in ((small, SMALL), (large, LARGE)):
            if not each.exists():
                fill(each, count)
            _bring_up_to_date(each)
        with closing(opened(small)) as services, services.core.database.read() as session:
            wrong = [*faults(session)]
        if wrong:
            sys.exit(f"not what the services would have made: {wrong[:3]}")
        yield small, large


def people(count: int) -> Iterator[tuple[object, ...]]:
    """Return so many rows of the table of accounts, the same ones each time."""
    chance = random.Random(5)  # noqa: S311 - no secret
    for number in range(1, count + 1):
        first, last = chance.choice(FIRST), chance.choice(LAST)
        few = number <= FEW
        yield (
            number,
            f"{first}.{last}.{number:07}",
            f"{first.title()} {last.title()}",
            "operator" if few else "user",
            int(not few and chance.random() > 0.2),
            f"+3069{number:08}",
            "reset" if few else "off" if chance.random() < 0.4 else "on",
            None if chance.random() < 0.3 else NOW - chance.randrange(10**13),
            NOW if number % 20 == 6 else None,
        )


def fill(folder: Path, count: int) -> None:
    """Make a store of so many accounts past the services, which would hash a password for each."""
    store_of(folder).parent.mkdir(parents=True)
    with closing(opened(folder)) as services, closing(sqlite3.connect(store_of(folder))) as store, store:
        store.execute("PRAGMA synchronous=OFF")
        indexes = store.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        ).fetchall()
        # Made again over all of it: much sooner than kept up with each row.
        for name, _ in indexes:
            store.execute(f"DROP INDEX {name}")
        _fill_accounts(store, count)
        _run(store, FACTORS)
        store.executemany(
            "INSERT INTO throttle (factor, subject, source, failures, lock_start, lock_length, account_id,"
            " refusal_recorded, window_start, window_failures)"
            " VALUES ('password', ?, 'elsewhere', 5, ?, ?, ?, 0, 0, 0)",
            _locks(services, count),
        )
        events, first = count * EVENTS, store.execute("SELECT seq FROM audit_head").fetchone()[0]
        asked = {"events": events, "first": first, "start": NOW - events * BETWEEN, "accounts": count}
        store.execute(HISTORY, asked)
        store.execute("UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_event)")
        for _, sql in indexes:
            store.execute(sql)


def _fill_accounts(store: sqlite3.Connection, count: int) -> None:
    store.executemany(
        "INSERT INTO account (id, username, display_name, role, enabled, number, second_factor,"
        " last_login_at, locked_until, password_hash, password_changed_at, had_second_factor, epoch,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, printf('%097d', 0), 0, 0, 0, 0)",
        people(count),
    )
    store.execute("CREATE TEMP TABLE unsorted (word TEXT, account_id INTEGER)")
    found = ((word, row[0]) for row in people(count) for word in _words(row))
    store.executemany("INSERT INTO unsorted VALUES (?, ?)", found)
    store.execute("INSERT INTO account_word SELECT * FROM unsorted ORDER BY word, account_id")
    tally = Counter((row[3], row[4], row[6], int(row[7] is not None)) for row in people(count))
    store.executemany(
        "UPDATE account_tally SET accounts = ?"
        " WHERE role = ? AND enabled = ? AND second_factor = ? AND logged_in = ?",
        [(many, *each) for each, many in tally.items()],
    )


def _words(row: tuple[object, ...]) -> set[str]:
    """Return what `words_of` does, for names as simple as these and in a tenth of the time."""
    username, name, number = str(row[1]), fold(str(row[2])), str(row[5])
    first, last, digits = username.split(".")
    tails = {username, f"{last}.{digits}", digits}
    return {*tails, *name.split(), name, f"{last} {first}", number[1:], number[3:]}


def _locks(services: Services, count: int) -> Iterator[tuple[object, ...]]:
    """Return a counter of failed passwords that locks, for one in twenty accounts."""
    for row in people(count):
        number = int(str(row[0]))
        if number % 20 == 7:
            yield services.core.name_digest(str(row[1])), NOW, DAY, number


def _bring_up_to_date(folder: Path) -> None:
    """Let the sessions be alive and the locks hold that are meant to."""
    with closing(sqlite3.connect(store_of(folder))) as store, store:
        _run(store, PRESENT, now=time.time_ns() // 1000, length=10 * DAY)


def _run(store: sqlite3.Connection, statements: str, **values: int) -> None:
    for statement in statements.split(";"):
        store.execute(statement, values)


def memory(pid: int | str = "self") -> float:
    """Return the resident memory of a process in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text("utf-8").split()[1]) * 4096 / 2**20


def spent(act: Callable[[], object]) -> float:
    """Return the processor time of one call in seconds."""
    start = time.process_time()
    act()
    return time.process_time() - start


def print_head(what: str, *more: str) -> None:
    """Print the head of a table of pairs."""
    names = (f"{what:38}", f"{SMALL:,}", f"{LARGE:,}", "ratio", "min", "max", *more)
    print("|", " | ".join(names), "|\n" + "|---" * len(names) + "|", flush=True)


def print_pairs(name: str, pairs: Sequence[tuple[float, float]], *more: str) -> None:
    """Print one row: the medians, and the paired ratio with its range."""
    ratios = [large / small for small, large in pairs]
    small, large = (statistics.median(each) * 1000 for each in zip(*pairs, strict=True))
    figures = (statistics.median(ratios), min(ratios), max(ratios))
    cells = (f"{name:38}", f"{small:.1f} ms", f"{large:.1f} ms", *(f"{each:.2f}" for each in figures), *more)
    print("|", " | ".join(cells), "|", flush=True)


def asked_for() -> tuple[int, Path | None]:
    """Return how many rounds the command line asks for, and the folder in which the stores are kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    return rounds, Path(sys.argv[2]) if len(sys.argv) > 2 else None
