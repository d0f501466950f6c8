"""The call history is one's own, newest first, and masked until step-up."""

from datetime import timedelta

import pytest

from store.errors import InvalidNumber, NoSuchAccount, StepUpNeeded
from store.services.call_history import Direction, NewCall
from store.services.principals import SessionToken
from tests.desk import PASSWORD, SHELL, Desk
from tests.tables import content, events

NUMBER = "+306971234567"


def record(desk: Desk, username: str, *ages: int) -> None:
    """Record one call for each age in minutes; how long it took says which it is."""
    now = desk.clock.now()
    calls = [NewCall(now - timedelta(minutes=age), "in", NUMBER, age) for age in ages]
    desk.services.call_history.record(SHELL, username, calls)


def ages(desk: Desk, token: SessionToken, first: int, size: int) -> list[int | None]:
    page = desk.services.call_history.page(token, first=first, size=size)
    return [each.seconds for each in page.calls]


def test_newest_first_page_by_page(desk: Desk) -> None:
    record(desk, "alice", 3, 1, 5, 2, 4)
    token = desk.log_in()
    assert ages(desk, token, 1, 2) == [1, 2]
    assert ages(desk, token, 3, 2) == [3, 4]
    assert ages(desk, token, 5, 2) == [5]
    assert ages(desk, token, 1, 100) == [1, 2, 3, 4, 5]
    page = desk.services.call_history.page(token, first=3, size=2)
    assert (page.first, page.total, page.masked) == (3, 5, True)


def test_calls_of_one_moment_keep_one_order(desk: Desk) -> None:
    record(desk, "alice", *([7] * 6))
    token = desk.log_in()
    page = desk.services.call_history.page
    whole = [each.id for each in page(token, first=1, size=6).calls]
    halves = [each.id for at in (1, 4) for each in page(token, first=at, size=3).calls]
    assert whole == halves
    assert len(set(whole)) == 6


@pytest.mark.parametrize(("asked", "got"), [(-5, 1), (0, 1), (4, 3), (10**9, 3)])
def test_a_place_beyond_the_ends_is_the_nearest_one(desk: Desk, asked: int, got: int) -> None:
    record(desk, "alice", 1, 2, 3)
    page = desk.services.call_history.page(desk.log_in(), first=asked, size=2)
    assert page.first == got
    assert page.calls


def test_no_calls_are_an_empty_page(desk: Desk) -> None:
    page = desk.services.call_history.page(desk.log_in(), first=1, size=10)
    assert (page.calls, page.total) == ((), 0)


def test_nobody_sees_anothers_calls(desk: Desk) -> None:
    desk.create("bob")
    record(desk, "bob", 1, 2)
    record(desk, "alice", 9)
    assert ages(desk, desk.log_in(), 1, 10) == [9]
    assert desk.services.home.look(desk.log_in()).recent_calls == 1
    assert ages(desk, desk.log_in("bob"), 1, 10) == [1, 2]


def test_numbers_are_masked_and_whole_ones_ask_for_step_up(desk: Desk) -> None:
    record(desk, "alice", 1)
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    page = desk.services.call_history.page
    [masked] = page(token, first=1, size=1).calls
    assert masked.number is not None
    assert "1234" not in masked.number.replace(" ", "")
    assert masked.number.endswith("67")
    with pytest.raises(StepUpNeeded):
        page(token, first=1, size=1, whole_numbers=True)
    renewed = desk.services.passwords.step_up(token, PASSWORD)
    shown = page(renewed, first=1, size=1, whole_numbers=True)
    assert (shown.calls[0].number, shown.masked) == ("+30 697 123 4567", False)
    assert page(renewed, first=1, size=1).masked, "step-up alone unmasks nothing"


def test_a_withheld_number_stays_withheld(desk: Desk) -> None:
    desk.services.call_history.record(SHELL, "alice", [NewCall(desk.clock.now(), "missed", None, None)])
    token = desk.log_in()
    for whole in (False, True):
        [call] = desk.services.call_history.page(token, first=1, size=1, whole_numbers=whole).calls
        assert (call.number, call.seconds, call.direction) == (None, None, "missed")


def test_home_counts_the_calls_of_thirty_days(desk: Desk) -> None:
    day = 24 * 60
    record(desk, "alice", 1, 30 * day - 1, 30 * day, 31 * day)
    assert desk.services.home.look(desk.log_in()).recent_calls == 2


def test_a_batch_is_recorded_whole_or_not_at_all(desk: Desk) -> None:
    good = NewCall(desk.clock.now(), "out", NUMBER, 5)
    bad = NewCall(desk.clock.now(), "out", "697\x1b[2J", 5)
    before = content(desk, but=())
    with pytest.raises(InvalidNumber):
        desk.services.call_history.record(SHELL, "alice", [good, bad])
    with pytest.raises(NoSuchAccount):
        desk.services.call_history.record(SHELL, "nobody", [good])
    assert content(desk, but=()) == before
    recorded = len(events(desk))
    assert desk.services.call_history.record(SHELL, "alice", [good, good]) == 2
    assert len(events(desk)) == recorded + 1


@pytest.mark.parametrize(("direction", "seconds"), [("in", None), ("missed", 5), ("out", -1)])
def test_a_call_that_cannot_have_been_is_refused(
    desk: Desk, direction: Direction, seconds: int | None
) -> None:
    with pytest.raises(ValueError, match="length"):
        NewCall(desk.clock.now(), direction, NUMBER, seconds)
