"""A person sees where the account is logged in and can end each place, and nobody else's (ASVS 7.5.2)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import EndReason, NoSuchSession, NotAllowed, SessionEnded, StepUpNeeded
from store.services.principals import SessionToken, Visitor
from tests.desk import HERE, SHELL, Desk
from tests.services.tries import fresh_code
from tests.tables import content, events, rows

OFFICE, KIOSK = Visitor("10.0.0.9"), Visitor("tty1", kiosk=True)


def ended(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as error:
        desk.services.home.look(token)
    return error.value.reason


def id_of(desk: Desk, token: SessionToken) -> int:
    return next(each.id for each in desk.services.sessions.list(token) if each.this_one)


def stale(desk: Desk, token: SessionToken) -> None:
    """Let the step-up of a session run out while somebody stays at the keys."""
    for _ in range(2):
        desk.clock.move(minutes=8)
        desk.services.sessions.check(token, active=True)


def test_each_session_says_since_when_when_last_and_from_where(desk: Desk) -> None:
    first = desk.log_in(visitor=OFFICE)
    start = desk.clock.now()
    desk.clock.move(minutes=5)
    desk.services.sessions.check(first, active=True)
    desk.clock.move(seconds=10)
    second = desk.log_in(visitor=KIOSK)
    here, other = desk.services.sessions.list(second)
    assert (here.this_one, here.source, here.since, here.last_seen_at) == (
        True,
        "tty1",
        desk.clock.now(),
        desk.clock.now(),
    )
    assert (other.this_one, other.source, other.since, other.last_seen_at) == (
        False,
        "10.0.0.9",
        start,
        start + timedelta(minutes=5),
    )
    assert [each.this_one for each in desk.services.sessions.list(first)] == [False, True]


def test_only_ones_own_open_and_full_sessions_are_listed(desk: Desk) -> None:
    desk.create("bob")
    desk.log_in("bob")
    desk.log_in(visitor=KIOSK)
    ended_one = desk.log_in()
    desk.services.sessions.end(ended_one)
    desk.clock.move(seconds=105)
    mine = desk.log_in()
    assert [each.this_one for each in desk.services.sessions.list(mine)] == [True]
    assert desk.services.home.look(mine).open_sessions == 1
    desk.enable()
    mine = desk.log_in()
    desk.half()
    assert [each.this_one for each in desk.services.sessions.list(mine)] == [True]


def test_one_is_ended_and_its_next_act_says_so(desk: Desk) -> None:
    mine, other, third = (desk.log_in() for _ in range(3))
    desk.services.sessions.end_one(mine, id_of(desk, other))
    assert ended(desk, other) is EndReason.ENDED_ELSEWHERE
    for token in (mine, third):
        desk.services.home.look(token)
    assert events(desk)[-1].detail == "session 2, ended in another session"
    with pytest.raises(NoSuchSession):
        desk.services.sessions.end_one(mine, 2)


def test_all_others_are_ended_the_half_ones_too(desk: Desk) -> None:
    desk.enable()
    mine = desk.log_in()
    others = [desk.log_in(), desk.half()]
    desk.create("bob")
    bob = desk.log_in("bob")
    desk.services.sessions.end_others(mine)
    for other in others:
        assert ended(desk, other) is EndReason.ENDED_ELSEWHERE
    for token in (mine, bob):
        desk.services.home.look(token)
    assert events(desk)[-1].detail == "all others"


@pytest.mark.parametrize("session_id", [1, 0, -1, 999])
def test_another_accounts_session_is_as_if_it_were_not_there(desk: Desk, session_id: int) -> None:
    desk.create("bob")
    alice, bob = desk.log_in(), desk.log_in("bob")
    before = rows(desk, "SELECT * FROM session")
    with pytest.raises(NoSuchSession):
        desk.services.sessions.end_one(bob, session_id)
    assert rows(desk, "SELECT * FROM session") == before
    assert [(each.event, each.outcome) for each in events(desk)][-1] == ("session ended", "refused")
    desk.services.home.look(alice)


Ending = Callable[[Desk, SessionToken, int], None]
ENDINGS: list[Ending] = [
    lambda desk, token, other: desk.services.sessions.end_one(token, other),
    lambda desk, token, _: desk.services.sessions.end_others(token),
]


@pytest.mark.parametrize("end", ENDINGS, ids=["one", "others"])
@pytest.mark.parametrize("with_code", [False, True])
def test_ending_asks_for_a_fresh_proof(desk: Desk, end: Ending, with_code: bool) -> None:  # noqa: FBT001
    if with_code:
        desk.enable()
    mine = desk.log_in()
    stale(desk, mine)
    other = desk.log_in()
    number = id_of(desk, other)
    with pytest.raises(StepUpNeeded) as needed:
        end(desk, mine, number)
    assert needed.value.with_code is with_code
    desk.services.home.look(other)
    if with_code:
        mine = desk.services.second_factor.verify(mine, fresh_code(desk)).token
        end(desk, mine, number)
        assert ended(desk, other) is EndReason.ENDED_ELSEWHERE


def test_nobody_else_lists_or_ends(desk: Desk) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    sessions = desk.services.sessions
    before = content(desk)
    for principal in (HERE, SHELL, half):
        for act in (sessions.list, sessions.end_others, lambda each: sessions.end_one(each, 1)):
            with pytest.raises(NotAllowed):
                act(principal)
    assert content(desk) == before
    sessions.end(full)
    with pytest.raises(SessionEnded):
        sessions.list(full)
