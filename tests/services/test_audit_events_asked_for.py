"""Operators read the log: the latest first, and only what they ask for."""

from datetime import timedelta

import pytest

from store.errors import NoSuchAccount
from store.services import audit_log
from store.services.audit_log import Wanted
from store.services.views import AuditEventView
from tests.desk import SHELL, Desk
from tests.services.tries import wrong_passwords


def asked(desk: Desk, **wanted: object) -> list[AuditEventView]:
    return list(desk.services.audit_log.events(SHELL, Wanted(**wanted)))  # type: ignore[arg-type]  # each test names what it wants


def test_everything_is_there_once_and_the_latest_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_log, "PAGE", 20)
    for _ in range(20):
        desk.services.sessions.end(desk.log_in())
    found = [each.seq for each in asked(desk)]
    assert len(found) > 2 * audit_log.PAGE
    assert found == list(range(len(found), 0, -1))


def test_an_event_says_when_who_whose_from_where_and_how_it_ended(desk: Desk) -> None:
    wrong_passwords(desk, 1)
    last = asked(desk)[0]
    assert last == AuditEventView(
        last.seq,
        desk.clock.now(),
        "password checked",
        "refused",
        "(nobody)",
        "alice",
        "host/alice",
        "wrong password",
    )


def test_only_what_is_asked_for_comes(desk: Desk) -> None:
    desk.create("bob")
    desk.clock.move(hours=1)
    noon = desk.clock.now()
    desk.log_in("bob")
    desk.clock.move(hours=1)
    wrong_passwords(desk, 2)
    assert {each.username for each in asked(desk, username="bob")} == {"bob"}
    assert [each.event for each in asked(desk, event="account created")] == ["account created"] * 2
    assert {each.actor for each in asked(desk, actor="shell:root@host")} == {"shell:root@host"}
    assert [each.outcome for each in asked(desk, outcome="refused")] == ["refused"] * 2
    assert {each.username for each in asked(desk, since=noon + timedelta(minutes=1))} == {"alice"}
    before = asked(desk, until=noon)
    assert {each.event for each in before} == {"account created"}
    assert asked(desk, username="bob", outcome="refused") == []


def test_a_name_that_nobody_has_is_said_to_be_none(desk: Desk) -> None:
    with pytest.raises(NoSuchAccount):
        asked(desk, username="nobody")
