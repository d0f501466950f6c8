"""What a page of the audit log costs at 10,000,000 events, against 10,000 in the same run: service calls.

    .venv/bin/python bench/audit.py [ROUNDS [FOLDER]]

Asks both stores for the same pages in turn and prints the processor time of each and the paired ratio.
"""

from collections.abc import Callable
from datetime import timedelta

from stores import (
    BETWEEN,
    EVENTS,
    LARGE,
    SHELL,
    SMALL,
    asked_for,
    both,
    opened,
    people,
    print_head,
    print_pairs,
    spent,
)

from store.services.audit_log import OLDEST, AuditPage, Place, Wanted
from store.services.bundle import Services

SIZE = 30
ACCOUNT = str(next(people(1))[1])
"""The account that one event in fifty is about."""


def questions(services: Services, events: int) -> dict[str, Callable[[], AuditPage]]:
    """Return what is asked of a store."""
    page = services.audit_log.page
    now = page(SHELL, Wanted(event="event 3"), size=1).events[0].at
    middle = Place(events // 2, now - timedelta(microseconds=events // 2 * BETWEEN))

    def ask(wanted: Wanted, **more: Place) -> Callable[[], AuditPage]:
        return lambda: page(SHELL, wanted, size=SIZE, **more)

    return {
        "the newest": ask(Wanted()),
        "the oldest": ask(Wanted(), after=OLDEST),
        "before the middle": ask(Wanted(), before=middle),
        "one account": ask(Wanted(ACCOUNT)),
        "one actor": ask(Wanted(actor="nobody")),
        "one event": ask(Wanted(event="event 3")),
        "refused": ask(Wanted(outcome="refused")),
        "an hour": ask(Wanted(since=middle.at, until=middle.at + timedelta(hours=1))),
        "an account's refused": ask(Wanted(ACCOUNT, outcome="refused")),
        "an event in an hour": ask(
            Wanted(event="event 3", since=middle.at, until=middle.at + timedelta(hours=1))
        ),
        "actor and event that never met": ask(Wanted(actor="nobody", event="none")),
        "account, actor, event, outcome, time": ask(
            Wanted(ACCOUNT, "event 0", "nobody", "refused", now - timedelta(days=1), now)
        ),
    }


def main() -> None:
    """Ask both stores in turn, print the table."""
    rounds, folder = asked_for()
    with both(folder) as folders:
        stores = [opened(each) for each in folders]
        small, large = (
            questions(services, count * EVENTS)
            for services, count in zip(stores, (SMALL, LARGE), strict=True)
        )
        print_head(f"{SIZE} events")
        for name, few in small.items():
            pairs = [(spent(few), spent(large[name])) for _ in range(rounds + 1)]
            print_pairs(name, pairs[1:])
        for services in stores:
            services.close()


if __name__ == "__main__":
    main()
