"""How things stand: the numbers of the overview, kept where they change."""

from contextlib import suppress
from datetime import timedelta

import pytest

from store.errors import NotAllowed, TwofoldError
from store.services import overview
from store.services.overview import UpTo
from store.services.views import Sought
from tests.clocks import START
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import ACTS, Act
from tests.services.tries import WRONG, wrong_passwords
from tests.tables import change, one, rows

HOUR = START.replace(minute=0, second=0, microsecond=0)
FAILED = {"wrong password", "wrong code", "wrong current password"}
"""The acts among ACTS in which somebody proves a factor wrongly."""
RIGHT = {"log in", "right code", "backup code", "step up", "reset code", "change password"}
TRIED = [act for act in ACTS if not act.done or act.name in RIGHT]


def failed(desk: Desk) -> dict[int, int]:
    """The hours with failures, counted back from this one."""
    hours = desk.services.overview.look(SHELL).failed
    assert len(hours) == 24
    return {ago: count for ago, (_, count) in enumerate(reversed(hours)) if count}


@pytest.mark.parametrize("act", TRIED, ids=lambda act: act.name)
def test_what_fails_is_counted_in_its_hour_and_nothing_else(desk: Desk, act: Act) -> None:
    do = act.ready(desk)
    before = failed(desk).get(0, 0)
    with suppress(TwofoldError):
        do()
    assert failed(desk).get(0, 0) - before == (act.name in FAILED)


def test_a_wrong_backup_code_and_a_wrong_reset_code_count_too(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    with pytest.raises(TwofoldError):
        desk.services.second_factor.use_backup_code(half, "0000-0000-0000-0000")
    assert failed(desk) == {0: 1}
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    with pytest.raises(TwofoldError):
        desk.services.reset.use_code(outcome.token, "0000-0000-0000-0000")
    assert failed(desk) == {0: 2}


def test_the_last_24_hours_are_told_the_present_one_last(desk: Desk) -> None:
    for minutes in (60, 60, 60 * 21, 60):
        wrong_passwords(desk, 1)
        desk.clock.move(minutes=minutes)
    assert failed(desk) == {1: 1, 22: 1, 23: 1}
    hours = desk.services.overview.look(SHELL).failed
    assert hours[-1][0] == HOUR + timedelta(hours=24)
    assert rows(desk, "SELECT count(*) FROM failed_hour") == [(4,)]


def test_a_refused_attempt_that_cannot_be_recorded_is_not_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.errors import StoreUnusable
    from store.services import audit

    def no_room(*_: object, **__: object) -> None:
        raise StoreUnusable("full")

    with monkeypatch.context() as patched:
        patched.setattr(audit, "append", no_room)
        with pytest.raises(StoreUnusable):
            desk.services.sign_in.check_password(HERE, "alice", WRONG)
    assert failed(desk) == {}


def test_who_is_logged_in_is_counted_and_who_left_is_not(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.create("bob")
    first = desk.log_in()
    desk.clock.move(minutes=10)
    desk.log_in("bob")
    desk.log_in("bob")
    assert desk.services.overview.look(SHELL).logged_in == UpTo(3, more=False)
    monkeypatch.setattr(overview, "MOST", 2)
    assert desk.services.overview.look(SHELL).logged_in == UpTo(2, more=True)
    assert len(desk.services.access.sessions(SHELL, most=2)) == 2
    monkeypatch.undo()
    desk.clock.move(minutes=6)
    assert desk.services.overview.look(SHELL).logged_in == UpTo(2, more=False)
    with pytest.raises(TwofoldError):
        desk.services.sessions.check(first, active=False)
    desk.enable("bob")
    desk.half("bob")
    assert desk.services.overview.look(SHELL).logged_in.count == 0


def few_codes(desk: Desk) -> list[str]:
    """Who has few codes, by the list; their number agrees."""
    page = desk.services.directory.page(SHELL, Sought(few_codes=True, enabled=True))
    names = [account.username for account in page.accounts]
    assert (desk.services.directory.counts(SHELL).few_codes, page.total, page.capped) == (
        len(names),
        len(names),
        False,
    )
    return names


def test_who_has_few_codes_is_found_by_what_is_counted_with_each_code(desk: Desk) -> None:
    codes = desk.enable()
    desk.create("bob")
    desk.enable("bob")
    for number, code in enumerate(codes[:7], 1):
        assert few_codes(desk) == []
        desk.services.second_factor.use_backup_code(desk.half(), code)
        assert one(desk, "SELECT unused FROM backup_set WHERE account_id = 1") == 10 - number
    assert few_codes(desk) == ["alice"]
    change(desk, "UPDATE backup_set SET unused = 1 WHERE account_id = 2")
    assert few_codes(desk) == ["alice", "bob"]
    wrong_passwords(desk, 5, "bob")
    both = desk.services.directory.page(SHELL, Sought(few_codes=True, locked=True))
    assert [account.username for account in both.accounts] == ["bob"]
    faults = {each.what: each.faults for each in desk.services.store_check.check(SHELL)}
    assert [fault.partition(":")[0] for fault in faults["second factors"]] == ["bob"]
    desk.services.access.disable(SHELL, "alice", "left")
    assert few_codes(desk) == ["bob"]


def test_only_operators_look(desk: Desk) -> None:
    for principal in (HERE, desk.log_in()):
        with pytest.raises(NotAllowed):
            desk.services.overview.look(principal)
