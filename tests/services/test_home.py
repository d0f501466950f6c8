"""Home shows how one's own account stands, each thing as it is."""

from datetime import timedelta

from store.services.call_history import NewCall
from store.services.views import Home
from tests.desk import PASSWORD, SHELL, Desk
from tests.tables import one


def test_home_shows_everything_as_it_is(desk: Desk) -> None:
    made = desk.clock.now()
    desk.services.accounts.create(
        SHELL, "carol", PASSWORD, operator=True, display_name="Carol C.", number="+30 21 0123 4567"
    )
    desk.clock.move(minutes=1)
    since = desk.clock.now()
    desk.enable("carol")
    now = desk.clock.now()
    ages = [timedelta(days=1), timedelta(days=30) - timedelta(seconds=31), timedelta(days=31)]
    calls = [NewCall(now - age, "in", "+306971234567", 60) for age in ages]
    desk.services.call_history.record(SHELL, "carol", calls)
    token = desk.log_in("carol")
    desk.services.call_forwarding.forward(token, "+306971234567")
    assert desk.services.home.look(token) == Home(
        username="carol",
        display_name="Carol C.",
        operator=True,
        two_factor_on=True,
        two_factor_since=since,
        set_number=one(desk, "SELECT number FROM backup_set"),
        codes_left=10,
        password_changed_at=made,
        open_sessions=1,
        forwarding_to="+30 697 123 4567",
        forwarding_since=desk.clock.now(),
        recent_calls=2,
        two_factor_demanded=True,
        enroll_within=None,
    )


def test_home_shows_a_user_with_nothing(desk: Desk) -> None:
    home = desk.services.home.look(desk.log_in())
    assert (home.username, home.display_name, home.operator) == ("alice", "", False)
    assert (home.two_factor_on, home.two_factor_since, home.set_number, home.codes_left) == (
        False,
        None,
        None,
        None,
    )
    assert (home.forwarding_to, home.forwarding_since, home.recent_calls) == (
        None,
        None,
        0,
    )
