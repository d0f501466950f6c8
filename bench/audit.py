"""What a page of the audit log costs at ten million events, against ten thousand, in the same run.

    .venv/bin/python bench/audit.py [--events N] [--rounds N] [--folder FOLDER]

Writes two stores past the services (some GB at ten million events, and some minutes), asks each for the same
pages in turn, and prints the processor's time for each and the paired ratio: the median, and the range. The
machine's own speed cancels out.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from store.clock import SystemClock
from store.rules.hashing import Cost
from store.services.audit_log import OLDEST, AuditPage, Place, Wanted
from store.services.bundle import Services, open_services
from store.services.hashing import Hashing
from store.services.principals import Shell
from store.settings import Settings

SMALL = 10_000
SIZE = 30
SHELL = Shell("root", "bench")
BETWEEN = 3_000_000
"""Microseconds from one event to the next."""
FILL = f"""
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :events)
INSERT INTO audit_event (seq, at, event, outcome, actor, account_id, source, detail, key_id, prev, mac)
SELECT :first + n, :start + n * {BETWEEN}, 'event ' || (n * 7 % 30),
    CASE WHEN n % 20 = 0 THEN 'refused' ELSE 'done' END,
    CASE WHEN n % 10 = 0 THEN 'nobody' ELSE 'user-' || (n * 7919 % 100000) END,
    CASE WHEN n % 50 = 0 THEN 1 ELSE n * 7919 % 100000 + 2 END,
    'bench/host', 'a detail of some length', 1, randomblob(32), randomblob(32)
FROM numbers
"""  # noqa: S608 - a number of this file's


def filled(folder: Path, events: int) -> Services:
    """Return a store with so many events, the newest just now."""
    settings = Settings(store_url=f"sqlite:///{folder / 'twofold.db'}", keys_folder=folder / "keys")
    services = open_services(settings, SystemClock(), Hashing(Cost(8, 1, 1), Cost(8, 1, 1)))
    services.accounts.create(SHELL, "alice", "violet kettle parade")
    now = int(SystemClock().now().timestamp() * 1_000_000)
    with closing(sqlite3.connect(folder / "twofold.db")) as store, store:
        indexes = store.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'audit_event' AND sql LIKE 'CREATE INDEX%'"
        ).fetchall()
        # Made again over all of them: much sooner than kept up with each.
        for name, _ in indexes:
            store.execute(f"DROP INDEX {name}")
        first = store.execute("SELECT max(seq) FROM audit_event").fetchone()[0]
        store.execute(FILL, {"events": events, "first": first, "start": now - events * BETWEEN})
        for _, sql in indexes:
            store.execute(sql)
        store.execute("UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_event)")
    return services


def questions(services: Services, events: int) -> dict[str, Callable[[], AuditPage]]:
    """Return what is asked of a store."""
    now = services.core.clock.now()
    page = services.audit_log.page
    middle = Place(events // 2, now - timedelta(microseconds=events // 2 * BETWEEN))

    def ask(wanted: Wanted, **more: Place) -> Callable[[], AuditPage]:
        return lambda: page(SHELL, wanted, size=SIZE, **more)

    return {
        "the newest": ask(Wanted()),
        "the oldest": ask(Wanted(), after=OLDEST),
        "before the middle": ask(Wanted(), before=middle),
        "one account": ask(Wanted("alice")),
        "one actor": ask(Wanted(actor="nobody")),
        "one event": ask(Wanted(event="event 3")),
        "refused": ask(Wanted(outcome="refused")),
        "an hour": ask(Wanted(since=middle.at, until=middle.at + timedelta(hours=1))),
        "an account's refused": ask(Wanted("alice", outcome="refused")),
        "an event in an hour": ask(
            Wanted(event="event 3", since=middle.at, until=middle.at + timedelta(hours=1))
        ),
        "actor and event that never met": ask(Wanted(actor="nobody", event="none")),
        "account, actor, event, outcome, time": ask(
            Wanted("alice", "event 0", "nobody", "refused", now - timedelta(days=1), now)
        ),
    }


def spent(act: Callable[[], AuditPage]) -> float:
    """Return the processor's time of one page."""
    start = time.process_time()
    act()
    return time.process_time() - start


def main() -> None:
    """Fill both stores, ask in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--folder", type=Path, help="where the stores are made, and deleted after")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        stores = []
        for events in (SMALL, asked.events):
            (Path(folder) / str(events)).mkdir()
            stores.append((filled(Path(folder) / str(events), events), events))
        small, large = (questions(*each) for each in stores)
        print(f"| {SIZE} events | at {SMALL:,} | at {asked.events:,} | ratio min | median | max |")
        print("|---|---|---|---|---|---|")
        for name, few in small.items():
            pairs = [(spent(few), spent(large[name])) for _ in range(asked.rounds + 1)][1:]
            at_few, at_many = (statistics.median(each) * 1000 for each in zip(*pairs, strict=True))
            ratios = [many / few for few, many in pairs]
            print(
                f"| {name} | {at_few:.1f} ms | {at_many:.1f} ms | {min(ratios):.2f}"
                f" | {statistics.median(ratios):.2f} | {max(ratios):.2f} |",
                flush=True,
            )
        for services, _ in stores:
            services.close()


if __name__ == "__main__":
    main()
