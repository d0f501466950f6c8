"""A page of the log, whatever is asked for: each event once, in order, and no call looks at many."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from store.errors import NoSuchAccount, NotAllowed
from store.services import audit_log
from store.services.audit_log import OLDEST, AuditPage, Place, Wanted
from store.services.views import AuditEventView
from tests.clocks import START
from tests.desk import HERE, SHELL, Desk
from tests.tables import one, store_path

EVENTS = 120
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Events of two people; in the middle the clock went back by two hours."""
    desk = Desk(tmp_path_factory.mktemp("pages"))
    for name in ("alice", "bob"):
        desk.create(name)
    fill(desk, EVENTS)
    yield desk
    desk.services.close()


def fill(desk: Desk, count: int) -> None:
    """Write events past the service, one a minute."""
    first = one(desk, "SELECT max(seq) FROM audit_event") + 1
    chance = Random(4)  # noqa: S311 - the same each time
    made = []
    for seq in range(first, first + count):
        minutes = seq - (60 if seq > count // 2 else 0)
        at = int((START + timedelta(minutes=2 * minutes)).timestamp()) * 1_000_000
        event, outcome = chance.choice(["logged in", "code checked"]), chance.choice(["done", "refused"])
        whose, actor = chance.choice([1, 2, None]), chance.choice(["alice", "root"])
        made.append((seq, at, event, outcome, actor, whose))
    sql = "INSERT INTO audit_event VALUES (?, ?, ?, ?, ?, ?, 'host', '', 1, x'00', x'00')"
    with closing(sqlite3.connect(store_path(desk))) as connection, connection:
        connection.executemany(sql, made)


def page(desk: Desk, wanted: Wanted, **more: object) -> AuditPage:
    return desk.services.audit_log.page(SHELL, wanted, size=7, **more)  # type: ignore[arg-type]


def fits(event: AuditEventView, wanted: Wanted) -> bool:
    asked = (
        (wanted.username, event.username),
        (wanted.event, event.event),
        (wanted.actor, event.actor),
        (wanted.outcome, event.outcome),
    )
    return (
        all(value in {None, found} for value, found in asked)
        and (wanted.since is None or event.at >= wanted.since)
        and (wanted.until is None or event.at < wanted.until)
    )


FILTERS = [
    Wanted(*values)
    for values in product(
        (None, "alice"),
        (None, "logged in"),
        (None, "root"),
        (None, "refused"),
        (None, START + HOUR),
        (None, START + 2 * HOUR),
    )
]


def down(desk: Desk, wanted: Wanted) -> list[AuditPage]:
    pages = [page(desk, wanted)]
    while pages[-1].older is not None:
        pages.append(page(desk, wanted, before=pages[-1].older))
    return pages


def up(desk: Desk, wanted: Wanted) -> list[AuditPage]:
    pages = [page(desk, wanted, after=OLDEST)]
    while pages[-1].newer is not None:
        pages.append(page(desk, wanted, after=pages[-1].newer))
    return pages


def test_every_filter_finds_each_event_once_both_ways(filled: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "SCANNED", 20)
    everything = [each for part in down(filled, Wanted()) for each in part.events]
    assert [each.seq for each in everything] == list(range(EVENTS + 2, 0, -1))
    for wanted in FILTERS:
        timed = (wanted.since or wanted.until) and not (wanted.username or wanted.actor)
        expected = [each for each in everything if fits(each, wanted)]
        if timed:
            expected.sort(key=lambda each: (each.at, each.seq), reverse=True)
        pages = down(filled, wanted)
        assert [each for part in pages for each in part.events] == expected, wanted
        assert all(len(part.events) == 7 or part.stopped or part.older is None for part in pages)
        upward = up(filled, wanted)[::-1]
        assert [each for part in upward for each in part.events] == expected, wanted


def test_from_any_page_the_way_back_leads_to_what_was_seen_before(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "SCANNED", 20)
    for wanted in (Wanted(), Wanted("alice", "logged in", "root", "refused"), Wanted(since=START + HOUR)):
        seen: list[AuditEventView] = []
        for part in down(filled, wanted):
            if part.newer is not None and seen:
                back: list[AuditEventView] = []
                place: Place | None = part.newer
                while len(back) < min(7, len(seen)) and place is not None:
                    found = page(filled, wanted, after=place)
                    back, place = [*found.events, *back], found.newer
                assert back[-1] == seen[-1]
            seen += part.events


def test_a_search_that_finds_nothing_stops_and_says_where(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "SCANNED", 50)
    none = page(filled, Wanted(actor="root", event="never"))
    assert (none.events, none.stopped) == ((), True)
    assert none.older is not None
    assert none.older.seq > 10


def test_no_page_walks_the_table_or_sorts_it(filled: Desk) -> None:
    """Every way in leads through an index that stands in the order of the page."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_c: object, _cursor: object, sql: str, given: tuple[object, ...], *_: object) -> None:
        if "FROM audit_event" in sql:
            asked.append((sql, given))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for wanted in FILTERS:
            place = page(filled, wanted).older
            page(filled, wanted, before=place, after=None)
            page(filled, wanted, after=OLDEST)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(asked) > len(FILTERS)
    with closing(sqlite3.connect(store_path(filled))) as connection:
        for sql, given in asked:
            plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", given)]
            walk = plan[: plan.index("SCAN anon_1")] if "SCAN anon_1" in plan else plan
            assert walk[-1].startswith("SEARCH audit_event USING") or walk[-1] == "SCAN audit_event", plan
            assert not any("B-TREE" in step for step in walk), plan


def test_the_account_is_looked_for_and_nobody_else_may_read(desk: Desk) -> None:
    with pytest.raises(NoSuchAccount):
        page(desk, Wanted("nobody"))
    with pytest.raises(NotAllowed):
        desk.services.audit_log.page(HERE)
    with pytest.raises(NotAllowed):
        desk.services.audit_log.page(desk.log_in())
