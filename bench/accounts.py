"""What the list of accounts costs with 1,000,000 accounts, against 1,000 in the same run: service calls.

    .venv/bin/python bench/accounts.py [ROUNDS [FOLDER]]

Prints, for each kind of page, the processor time of the service call and the paired ratio: each round asks
the small store and then the large one for the same thing, and for something else than the round before, so
that neither answers from what it has just read.
"""

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from stores import FIRST, SHELL, asked_for, both, memory, opened, print_head, print_pairs, spent

from store.clock import SystemClock
from store.services.bundle import Services
from store.services.views import Cursor, Order, Sought

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


def measure(folders: tuple[Path, Path], rounds: int) -> None:
    """Print the table."""
    small, large = map(opened, folders)
    print_head("one service call")
    for name, ask in asked().items():
        pairs = [
            (spent(partial(ask, small, turn)), spent(partial(ask, large, turn))) for turn in range(-2, rounds)
        ]
        print_pairs(name, pairs[2:])
    for services in (small, large):
        services.close()
    grown = [grown_by(each) for each in folders]
    print(f"| {'memory, from the first page on':38} | +{grown[0]:.1f} MiB | +{grown[1]:.1f} MiB | | | |")


def main() -> None:
    """Measure, in a folder that is kept or in one that is thrown away."""
    if sys.argv[1:2] == ["grow"]:
        grow(Path(sys.argv[2]))
        return
    rounds, folder = asked_for()
    with both(folder) as folders:
        measure(folders, rounds)


if __name__ == "__main__":
    main()
