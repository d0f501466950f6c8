"""What the list of accounts costs with 1,000,000 accounts, against 1,000 in the same run.

    .venv/bin/python bench/accounts.py [ROUNDS [FOLDER]]

Prints, for each kind of page, the processor time of the service call and the paired ratio: each round asks
the small store and then the large one for the same thing, and for something else than the round before, so
that neither answers from what it has just read. Every page that is compared is full in both stores, or has
the same few accounts in both. The stores are kept in FOLDER, else thrown away; making them takes minutes.
"""

import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from store.clock import SystemClock
from store.rules.searching import fold
from store.services.bundle import Services, open_services
from store.services.principals import Shell
from store.services.views import Cursor, Order, Sought
from store.settings import Settings
from store.upkeep import faults

SMALL, LARGE = 1_000, 1_000_000
SHELL = Shell("bench", "bench")
FIRST = ["maria", "manolis", "michael", "marina", "anna", "alexis", "andreas", "george", "nikos", "sofia"]
LAST = ["papadopoulos", "papadakis", "pappas", "petrou", "pavlidis", "georgiou", "nikolaou", "smith", "brown"]
NOW = time.time_ns() // 1000
FEW = 5
"""Operators that are disabled and whose 2FA was reset, and locked accounts: as many in both stores."""

Ask = Callable[[Services, int], object]


def asked() -> dict[str, Ask]:
    """Return what is measured; the number is the round."""

    def page(services: Services, sought: Sought, order: Order = Order.USERNAME, at: str = "") -> object:
        login = SystemClock().now() if order is Order.LAST_LOGIN else None
        return services.directory.page(SHELL, sought, order, after=Cursor(at, login) if at else None)

    def search(*texts: str, **kind: object) -> Ask:
        return lambda services, turn: page(services, Sought(texts[turn % len(texts)], **kind))  # type: ignore[arg-type]

    def next_page(services: Services, turn: int) -> object:
        return services.directory.page(SHELL, after=Cursor(f"{FIRST[turn % len(FIRST)]}.p", None))

    def by_login(services: Services, at: str = "") -> object:
        return page(services, Sought(), Order.LAST_LOGIN, at)

    return {
        "the list, opened": lambda services, _: page(services, Sought()),
        "a page in the middle": lambda services, turn: page(services, Sought(), at="jkmn"[turn % 4]),
        "the next page": next_page,
        "by last log-in": lambda services, _: by_login(services),
        "by last log-in, the next page": lambda services, _: by_login(services, "z"),
        "search, one letter": search("m", "a", "p", "n", "g", "s"),
        "search, two letters": search("ma", "pa", "an", "ni"),
        "search, two common words": search("m p", "p m", "a p", "p a"),
        "search, one account": search("0000500", "maria 0000501", "0000502 p", "p 0000503 m"),
        "search, nobody": search("xyz", "m xyz", "q", "maria q"),
        "search, one letter, 2FA off": search("m", "a", "p", second_factor="off"),
        "2FA off": search("", second_factor="off"),
        "disabled, 2FA off": search("", second_factor="off", enabled=False),
        "never logged in": search("", never_logged_in=True),
        "few of a kind": search("", role="operator", enabled=False, second_factor="reset"),
        "few of a kind, searched": search("m", "a", role="operator", enabled=False, second_factor="reset"),
        "locked": search("", locked=True),
        "the counts": lambda services, _: services.directory.counts(SHELL),
    }


def opened(folder: Path) -> Services:
    """Open the store of a folder."""
    return open_services(Settings(f"sqlite:///{folder / 'twofold.db'}", folder / "keys"), SystemClock())


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
            NOW + 10**12 if FEW < number <= 2 * FEW else None,
        )


def words(row: tuple[object, ...]) -> set[str]:
    """Return what `words_of` does, for names as simple as these and in a tenth of the time."""
    username, name, number = str(row[1]), fold(str(row[2])), str(row[5])
    first, last, digits = username.split(".")
    tails = {username, f"{last}.{digits}", digits}
    return {*tails, *name.split(), name, f"{last} {first}", number[1:], number[3:]}


def fill(folder: Path, count: int) -> None:
    """Make a store of so many accounts past the services, which would hash a password for each."""
    folder.mkdir(parents=True)
    opened(folder).close()
    with closing(sqlite3.connect(folder / "twofold.db")) as connection, connection:
        connection.execute("PRAGMA synchronous=OFF")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix_account%'"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.executemany(
            "INSERT INTO account (id, username, display_name, role, enabled, number, second_factor,"
            " last_login_at, locked_until, password_hash, password_changed_at, had_second_factor, epoch,"
            " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, printf('%097d', 0), 0, 0, 0, 0)",
            people(count),
        )
        connection.execute("CREATE TEMP TABLE unsorted (word TEXT, account_id INTEGER)")
        found = ((word, row[0]) for row in people(count) for word in words(row))
        connection.executemany("INSERT INTO unsorted VALUES (?, ?)", found)
        connection.execute("INSERT INTO account_word SELECT * FROM unsorted ORDER BY word, account_id")
        tally = Counter((row[3], row[4], row[6], int(row[7] is not None)) for row in people(count))
        connection.executemany(
            "UPDATE account_tally SET accounts = ?"
            " WHERE role = ? AND enabled = ? AND second_factor = ? AND logged_in = ?",
            [(many, *each) for each, many in tally.items()],
        )
        for _, sql in indexes:
            connection.execute(sql)


def memory() -> float:
    """Return the resident memory of this process in MiB."""
    return int(Path("/proc/self/statm").read_text("utf-8").split()[1]) * 4096 / 2**20


def grow(folder: Path) -> None:
    """Print by how much the process grows from its first page on."""
    services = opened(folder)
    ask = asked()
    services.directory.page(SHELL)
    before = memory()
    for turn in range(6):
        for each in ask.values():
            each(services, turn)
    print(memory() - before)


def grown_by(folder: Path) -> float:
    """Return by how much a process of its own grows."""
    command = [sys.executable, __file__, "grow", str(folder)]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603 - this file


def measure(folder: Path, rounds: int) -> None:
    """Print the table."""
    folders = [folder / str(count) for count in (SMALL, LARGE)]
    for each, count in zip(folders, (SMALL, LARGE), strict=True):
        if not each.exists():
            fill(each, count)
    small, large = map(opened, folders)
    with small.core.database.read() as session:
        wrong = [*faults(session)]
    if wrong:
        sys.exit(f"not what the services would have made: {wrong[:3]}")
    print(f"| {'':31} | {SMALL:,} | {LARGE:,} | ratio | min | max |")
    print("|---|---|---|---|---|---|")
    for name, ask in asked().items():
        pairs = [[cpu(ask, services, turn) for services in (small, large)] for turn in range(-2, rounds)][2:]
        ratios = [of_large / of_small for of_small, of_large in pairs]
        of_small, of_large = (statistics.median(each) * 1000 for each in zip(*pairs, strict=True))
        print(
            f"| {name:31} | {of_small:.1f} ms | {of_large:.1f} ms | {statistics.median(ratios):.2f} "
            f"| {min(ratios):.2f} | {max(ratios):.2f} |"
        )
    for services in (small, large):
        services.close()
    grown = [grown_by(each) for each in folders]
    print(f"| {'memory, from the first page on':31} | +{grown[0]:.1f} MiB | +{grown[1]:.1f} MiB | | | |")


def cpu(ask: Ask, services: Services, turn: int) -> float:
    """Return the processor time of one call in seconds."""
    start = time.process_time()
    ask(services, turn)
    return time.process_time() - start


def main() -> None:
    """Measure, in a folder that is kept or in one that is thrown away."""
    if sys.argv[1:2] == ["grow"]:
        grow(Path(sys.argv[2]))
        return
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 31
    if len(sys.argv) > 2:
        measure(Path(sys.argv[2]), rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), rounds)


if __name__ == "__main__":
    main()
