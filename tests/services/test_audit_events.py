"""Every try, every way around and every error is recorded with who, where and how it ended (ASVS 16.3)."""

from collections.abc import Callable

import pytest

from store.errors import TwofoldError
from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import fresh_code, wrong_backup_codes, wrong_codes
from tests.tables import change, events, one

NUMBER = "+306971234567"


def refused(act: Callable[[], object]) -> None:
    with pytest.raises(TwofoldError):
        act()


def test_every_try_and_every_way_around_is_recorded(desk: Desk) -> None:
    codes = desk.enable()
    services = desk.services
    half = desk.half()
    wrong_codes(desk, half, 1)
    wrong_backup_codes(desk, half, 1)
    refused(lambda: services.sign_in.check_password(HERE, "alice", "wrong"))
    refused(lambda: services.sign_in.check_password(HERE, "mallory", PASSWORD))
    refused(lambda: services.home.look(half))
    refused(lambda: services.second_factor.verify(half, desk.code()))
    refused(lambda: services.keys.rotate(HERE))
    outcome = services.second_factor.use_backup_code(half, codes[0])
    assert isinstance(outcome, LoggedIn)
    by_code = outcome.token
    refused(lambda: services.second_factor.use_backup_code(by_code, codes[0]))
    refused(lambda: services.sessions.end_one(by_code, 10**6))
    token = desk.log_in()
    token = services.second_factor.verify(token, fresh_code(desk)).token
    desk.clock.move(minutes=14)
    services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    refused(lambda: services.call_forwarding.forward(token, NUMBER))
    around = len(events(desk, "access refused"))
    refused(lambda: services.access.disable(token, "alice", "a way around"))
    refused(lambda: services.keys.rotate(token))
    assert [(each.actor, each.outcome) for each in events(desk, "access refused")[around:]] == [
        ("alice", "refused"),
        ("alice", "refused"),
    ]
    services.sessions.record_crash(HERE, "0123abcd (KeyError at x.py:1)")
    change(desk, "UPDATE account SET enabled = 0")
    refused(lambda: services.home.look(token))
    told = {(each.event, each.outcome, each.detail.rpartition(", ")[2]) for each in events(desk)}
    assert told >= {
        ("password checked", "done", ""),
        ("password checked", "refused", "wrong password"),
        ("code checked", "refused", "wrong code"),
        ("code checked", "refused", "spent code"),
        ("backup code checked", "refused", "wrong code"),
        ("backup code checked", "refused", "used code 1"),
        ("access refused", "refused", "half"),
        ("access refused", "refused", ""),
        ("logged in", "done", "code"),
        ("step-up asked", "refused", ""),
        ("stepped up", "done", "code"),
        ("crashed", "refused", "0123abcd (KeyError at x.py:1)"),
        ("session ended", "refused", "ended in another session"),
        ("session ended", "done", "disabled"),
    }
    assert any(each.detail.startswith("backup code 1 of set ") for each in events(desk, "logged in"))


def test_each_event_has_its_time_its_actor_its_source_and_its_account(desk: Desk) -> None:
    desk.enable()
    desk.log_in()
    assert one(desk, "SELECT count(*) FROM audit_event WHERE at <= 0") == 0
    for each in events(desk):
        assert each.actor in {"alice", "shell:root@host"}
        assert each.source in {HERE.source, "shell:root@host"}
        assert each.account_id == 1
