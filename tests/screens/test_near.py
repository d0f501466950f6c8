"""The line over a list of any length: what is near it is there, what is far is let go."""

from dataclasses import replace

import pytest

from store.services.views import AccountPage, Cursor
from tests.screens.pages import account
from tui.widgets.near import AHEAD, MOST_PAGES, SIZE, Near

MANY = 100_000
SOMEBODY = account()


def page(first: int) -> AccountPage:
    """The accounts from this place on, each named by its place."""
    names = [f"{place:06}" for place in range(max(0, first), min(first + SIZE, MANY))]
    before = Cursor(names[0], None) if first > 0 else None
    after = Cursor(names[-1], None) if first + SIZE < MANY else None
    accounts = tuple(replace(SOMEBODY, username=name) for name in names)
    return AccountPage(accounts, MANY, capped=False, before=before, after=after)


def fetch(near: Near) -> None:
    """Bring every page that is lacking, as the screen does."""
    while way := near.lacks:
        cursor = near.after if way > 0 else near.before
        assert cursor is not None
        near.add(page(int(cursor.username) + 1 if way > 0 else int(cursor.username) - SIZE), way)


@pytest.mark.parametrize("rows", [11, 55])
def test_a_walk_through_a_hundred_thousand_keeps_a_few_pages(rows: int) -> None:
    near = Near(page(0))
    place = 0
    for by in (*[rows] * 120, *[-1] * 300, *[-rows] * 40, *[1] * 200):
        fetch(near)
        near.move(by)
        near.fit(rows)
        place = max(0, place + by)
        assert near.current is not None
        assert near.current.username == f"{place:06}"
        assert near.top <= near.line < near.top + rows
        assert len(near.accounts) <= MOST_PAGES * SIZE
        seen = near.accounts[near.top : near.top + rows]
        assert [int(each.username) for each in seen] == list(
            range(int(seen[0].username), int(seen[0].username) + len(seen))
        )
        assert len(near.accounts) - near.line > AHEAD - rows or near.after is None


def test_keys_that_come_faster_than_the_pages_are_made_good_once_those_are_there() -> None:
    near = Near(page(0))
    near.move(60)
    near.move(60)
    assert near.current is not None
    assert near.current.username == "000049"
    fetch(near)
    assert near.current.username == "000120"
    near.move(-500)
    near.fit(20)
    assert (near.line, near.top) == (0, 0)
    end = Near(page(MANY - SIZE))
    end.move(1000)
    fetch(end)
    assert end.current is not None
    assert end.current.username == f"{MANY - 1:06}"


def test_an_empty_list_has_no_line() -> None:
    near = Near(AccountPage((), 0, capped=False, before=None, after=None))
    near.move(5)
    near.fit(10)
    assert (near.current, near.lacks, near.line, near.top) == (None, 0, 0, 0)
