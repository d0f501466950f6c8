"""The list of accounts: every page in its order, what is sought and nothing else, and no row more than it takes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from store.errors import NotAllowed
from store.services import account_search
from store.services.directory import EVERYBODY
from store.services.views import BEHIND_ALL, CAP, AccountCounts, AccountPage, Cursor, Order, Sought
from tests.desk import HERE, SHELL, Desk
from tests.services.crowd import THEN, Person, add
from tests.services.tries import wrong_backup_codes, wrong_codes, wrong_passwords
from tests.tables import change

PEOPLE = [
    Person(
        f"p{number:02}",
        f"{'Maria' if number % 2 else 'Anna'} {'Petrou' if number % 3 else 'Pappas'}",
        "operator" if number % 5 == 0 else "user",
        int(number % 4 > 0),
        ("off", "on", "reset")[number % 3],
        THEN + timedelta(days=number % 6) if number % 7 else None,
        f"+3069712345{number:02}",
    )
    for number in range(48)
]


@pytest.fixture
def crowd(desk: Desk) -> Desk:
    change(desk, "DELETE FROM account_word")
    change(desk, "DELETE FROM account")
    change(desk, "UPDATE account_tally SET accounts = 0")
    add(desk, *PEOPLE)
    return desk


def walk(desk: Desk, sought: Sought = EVERYBODY, order: Order = Order.USERNAME, size: int = 7) -> list[str]:
    """Read every page forward, and see that the same ones come on the way back."""
    pages: list[AccountPage] = []
    after: Cursor | None = None
    while not pages or after:
        pages.append(desk.services.directory.page(SHELL, sought, order, after=after, size=size))
        after = pages[-1].after
        assert len(pages) < 1000
    assert pages[0].before is None
    for place in range(len(pages) - 1, 0, -1):
        back = desk.services.directory.page(SHELL, sought, order, before=pages[place].before, size=size)
        assert names(back) == names(pages[place - 1])
        assert (back.before is None) == (place == 1)
        assert back.after is not None
    found = [name for page in pages for name in names(page)]
    assert {page.total for page in pages} == {len(found)}
    assert all(len(page.accounts) == size for page in pages[:-1])
    end = desk.services.directory.page(SHELL, sought, order, before=BEHIND_ALL, size=size)
    assert names(end) == found[-size:]
    return found


def names(page: AccountPage) -> list[str]:
    return [each.username for each in page.accounts]


def fits(person: Person, sought: Sought) -> bool:
    words = [*person.display_name.lower().split(), person.username, str(person.number)[1:]]
    return (
        all(any(word.startswith(typed) for word in words) for typed in sought.text.lower().split())
        and sought.role in {None, person.role}
        and sought.enabled in {None, bool(person.enabled)}
        and sought.second_factor in {None, person.second_factor}
        and not (sought.never_logged_in and person.last_login_at)
    )


def in_order(people: list[Person], order: Order) -> list[str]:
    by_name = sorted(people, key=lambda each: each.username)
    if order is Order.USERNAME:
        return [each.username for each in by_name]
    been = [each for each in by_name if each.last_login_at]
    latest = sorted(been, key=lambda each: (each.last_login_at or THEN, each.username), reverse=True)
    return [each.username for each in [*latest, *(each for each in by_name if not each.last_login_at)]]


KINDS = [
    Sought(second_factor=second_factor, role=role, enabled=enabled, never_logged_in=never)
    for second_factor, role, enabled, never in product(
        (None, "on"), (None, "operator"), (None, False), (False, True)
    )
]


@pytest.mark.parametrize("order", Order)
def test_every_combination_of_filters_gives_those_that_fit_in_order_and_both_ways(
    crowd: Desk, order: Order
) -> None:
    for sought in KINDS:
        expected = in_order([each for each in PEOPLE if fits(each, sought)], order)
        assert walk(crowd, sought, order) == expected, sought


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("text", ["m", "MARIA pap", "p a", "pet mar p1", "306971234501", "nobody"])
def test_a_search_gives_those_that_fit_in_order_and_both_ways(crowd: Desk, text: str, order: Order) -> None:
    for sought in (
        Sought(text),
        Sought(text, second_factor="on", enabled=True),
        Sought(text, never_logged_in=True),
    ):
        expected = in_order([each for each in PEOPLE if fits(each, sought)], order)
        assert walk(crowd, sought, order) == expected, sought


def test_the_counts_are_those_of_the_accounts(crowd: Desk) -> None:
    assert crowd.services.directory.counts(SHELL) == AccountCounts(
        total=48,
        two_factor_on=16,
        two_factor_off=16,
        two_factor_reset=16,
        disabled=12,
        locked=0,
        operators=10,
        never_logged_in=7,
        few_codes=0,
    )


def test_a_search_that_stops_looking_says_so_and_is_sorted_within_what_it_saw(desk: Desk) -> None:
    add(desk, *(Person(f"m{number:04}", "Maria Petrou") for number in range(CAP + 200)))
    page = desk.services.directory.page(SHELL, Sought("m"))
    assert (page.total, page.capped) == (CAP, True)
    assert names(page) == sorted(names(page))
    assert len(walk(desk, Sought("m"), size=400)) == CAP
    rare = desk.services.directory.page(SHELL, Sought("petr m1199"))
    assert (names(rare), rare.capped) == (["m1199"], False)
    both = desk.services.directory.page(SHELL, Sought("petr mari"))
    assert both.capped
    assert both.total >= CAP // 2


def test_those_of_a_rare_kind_are_found_among_a_common_word(desk: Desk) -> None:
    add(desk, *(Person(f"m{number:04}", "Maria Petrou") for number in range(CAP + 200)))
    desk.services.access.disable(SHELL, "m1150", "left the company")
    page = desk.services.directory.page(SHELL, Sought("mar pet", enabled=False))
    assert (names(page), page.total, page.capped) == (["m1150"], 1, False)


def test_both_names_find_everybody_who_has_them_however_common_each_is(desk: Desk) -> None:
    add(desk, *(Person(f"m{number:04}", "Maria Petrou") for number in range(CAP + 200)))
    add(desk, *(Person(f"n{number:04}", "Nina Brown") for number in range(CAP + 200)))
    add(desk, Person("x", "Maria Brown"))
    for typed in ("maria bro", "brown mar"):
        assert names(desk.services.directory.page(SHELL, Sought(typed))) == ["x"]


def test_the_locked_are_those_with_any_lock_that_runs(desk: Desk) -> None:
    for name in ("bob", "cleo", "dora"):
        desk.create(name)
    desk.enable("alice")
    token = desk.log_in("alice")
    later = desk.clock.now() + timedelta(minutes=30)
    add(desk, Person("eve", locked_until=later), Person("fay", locked_until=desk.clock.now()))
    wrong_passwords(desk, 5, "bob")
    wrong_passwords(desk, 4, "cleo")
    wrong_passwords(desk, 5, "nobody")
    wrong_codes(desk, token, 5)
    locked = Sought(locked=True)
    assert walk(desk, locked) == ["alice", "bob", "eve"]
    assert names(desk.services.directory.page(SHELL, Sought("b", locked=True))) == ["bob"]
    assert names(desk.services.directory.page(SHELL, Sought(second_factor="on", locked=True))) == ["alice"]
    assert desk.services.directory.counts(SHELL).locked == 3
    desk.services.accounts.unlock(SHELL, "bob")
    assert walk(desk, locked) == ["alice", "eve"]
    desk.clock.move(minutes=2)
    assert walk(desk, locked) == ["eve"]
    desk.clock.move(hours=1)
    assert walk(desk, locked) == []


def test_a_lock_of_any_factor_names_its_account(desk: Desk) -> None:
    desk.enable("alice")
    wrong_backup_codes(desk, desk.log_in(), 5)
    assert walk(desk, Sought(locked=True)) == ["alice"]
    desk.clock.move(seconds=-3600)
    assert walk(desk, Sought(locked=True)) == ["alice"]


def test_an_operators_session_may_look_and_a_users_may_not(desk: Desk) -> None:
    desk.create("olga", operator=True)
    desk.enable("olga")
    token = desk.log_in("olga")
    desk.clock.move(minutes=10)
    assert names(desk.services.directory.page(token)) == ["alice", "olga"]
    assert desk.services.directory.counts(token).operators == 1
    for principal in (HERE, desk.log_in("alice")):
        with pytest.raises(NotAllowed):
            desk.services.directory.page(principal)
        with pytest.raises(NotAllowed):
            desk.services.directory.counts(principal)


def test_a_page_keeps_no_console_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token, other = desk.log_in(), desk.another()
    digest = desk.services.core.name_digest

    def meanwhile(form: str) -> bytes:
        other.call_forwarding.forward(token, "+306971234567")
        return digest(form)

    monkeypatch.setattr(desk.services.core, "name_digest", meanwhile)
    assert names(desk.services.directory.page(SHELL, Sought("a"))) == ["alice"]
    other.close()


@contextmanager
def counted_steps() -> Iterator[list[int]]:
    """Count what the database does, in its own steps: the same on any machine."""
    steps = [0]

    def step() -> None:
        steps[0] += 1

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(step, 1)

    event.listen(Engine, "checkout", watch)
    try:
        yield steps
    finally:
        event.remove(Engine, "checkout", watch)


def test_every_page_costs_the_same_however_many_accounts_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_search, "CAP", 20)
    desks = [Desk(tmp_path / str(copies)) for copies in (4, 40)]
    for desk, copies in zip(desks, (4, 40), strict=True):
        people = [
            replace(each, username=f"{each.username}.{copy}") for copy in range(copies) for each in PEOPLE
        ]
        add(desk, *people)
    texts = ("", "m", "m p", "maria petrou p1")
    for order, kind, text, locked in product(Order, KINDS[::3], texts, (False, True)):
        cost = []
        sought = replace(kind, text=text, locked=locked)
        for desk in desks:
            with counted_steps() as steps:
                page = desk.services.directory.page(SHELL, sought, order, size=5)
                if page.after:
                    desk.services.directory.page(SHELL, sought, order, size=5, after=page.after)
            cost.append(steps[0])
        # A page that is fuller costs some steps more; to walk over all accounts would cost ten thousand.
        assert cost[1] < cost[0] * 1.5 + 1500, (order, sought)
    for desk in desks:
        desk.services.close()
