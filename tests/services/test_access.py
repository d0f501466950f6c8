"""Operators take access away and give it back, and nobody is left without an operator (ASVS 7.4.2, 7.4.5)."""

import pytest

from store.errors import (
    AlreadyDisabled,
    AlreadyEnabled,
    EndReason,
    LastOperator,
    NoReason,
    NoSuchAccount,
    NoSuchSession,
    SessionEnded,
    SignInRefused,
    TwofoldError,
    UnsafeText,
)
from store.services.principals import SessionToken, Visitor
from store.services.views import LoggedIn, NoticeKind
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import content, events, one

OFFICE = Visitor("10.0.0.9")
WHY = "left the company"


def ended(desk: Desk, token: SessionToken) -> EndReason:
    with pytest.raises(SessionEnded) as error:
        desk.services.sessions.check(token, active=True)
    return error.value.reason


def notices(desk: Desk) -> list[NoticeKind]:
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    return [notice.kind for notice in outcome.notices]


def test_a_disabled_account_is_logged_out_everywhere_and_stays_out(desk: Desk) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    assert desk.services.access.disable(SHELL, " Alice ", f"  {WHY}\n") == "alice"
    assert one(desk, "SELECT count(*) FROM session WHERE account_id = 1 AND ended_at IS NULL") == 0
    assert [ended(desk, token) for token in (full, half)] == [EndReason.DISABLED] * 2
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    recorded = events(desk, "account disabled")[-1]
    assert (recorded.actor, recorded.outcome, recorded.detail) == ("shell:root@host", "done", WHY)


def test_once_enabled_everything_is_as_it_was_and_the_owner_reads_what_happened(desk: Desk) -> None:
    desk.log_in()
    before = content(desk, but=("audit_event", "audit_head", "session"))
    desk.services.access.disable(SHELL, "alice", WHY)
    desk.services.access.enable(SHELL, "alice")
    assert content(desk, but=("audit_event", "audit_head", "session")) == before
    assert notices(desk) == [NoticeKind.ACCOUNT_DISABLED, NoticeKind.ACCOUNT_ENABLED]


def test_what_was_begun_before_it_was_disabled_cannot_end_after_it(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    desk.services.access.disable(SHELL, "alice", WHY)
    desk.services.access.enable(SHELL, "alice")
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT second_factor FROM account WHERE username = 'alice'") == "off"


def test_the_last_operator_who_can_log_in_stays(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.create("deputy", operator=True)
    desk.services.access.disable(SHELL, "root", WHY)
    with pytest.raises(LastOperator):
        desk.services.access.disable(SHELL, "deputy", WHY)
    desk.services.access.enable(SHELL, "root")
    desk.services.access.disable(SHELL, "deputy", WHY)


@pytest.mark.parametrize(
    ("name", "reason", "error"),
    [
        ("alice", "", NoReason),
        ("alice", " \n ", NoReason),
        ("alice", "gone\u202e", UnsafeText),
        ("nobody", WHY, NoSuchAccount),
        ("off", WHY, AlreadyDisabled),
    ],
)
def test_what_is_refused_changes_nothing(
    desk: Desk, name: str, reason: str, error: type[TwofoldError]
) -> None:
    desk.create("off")
    desk.services.access.disable(SHELL, "off", WHY)
    before = content(desk, but=())
    with pytest.raises(error):
        desk.services.access.disable(SHELL, name, reason)
    with pytest.raises(AlreadyEnabled):
        desk.services.access.enable(SHELL, "alice")
    assert content(desk, but=()) == before


def test_a_long_reason_is_cut(desk: Desk) -> None:
    desk.services.access.disable(SHELL, "alice", "why " * 500)
    assert len(events(desk, "account disabled")[-1].detail) == 200


def test_who_is_logged_in_is_listed_the_latest_first(desk: Desk) -> None:
    desk.create("bob")
    desk.enable("bob")
    assert desk.services.access.sessions(SHELL) == ()
    desk.log_in("alice")
    desk.clock.move(seconds=1)
    desk.half("bob", visitor=OFFICE)
    found = desk.services.access.sessions(SHELL)
    assert [(each.username, each.kind, each.source) for each in found] == [
        ("bob", "half", "10.0.0.9"),
        ("alice", "full", "host/alice"),
    ]
    assert [each.username for each in desk.services.access.sessions(SHELL, "alice")] == ["alice"]
    with pytest.raises(NoSuchAccount):
        desk.services.access.sessions(SHELL, "nobody")
    desk.clock.move(hours=13)
    assert desk.services.access.sessions(SHELL) == ()


def test_one_session_is_ended_and_its_next_act_says_by_whom(desk: Desk) -> None:
    first, second = desk.log_in(), desk.log_in(visitor=OFFICE)
    newest, _ = desk.services.access.sessions(SHELL)
    assert desk.services.access.end_session(SHELL, newest.id, "left the desk") == "alice"
    assert ended(desk, second) is EndReason.ENDED_BY_OPERATOR
    desk.services.home.look(first)
    for unknown in (newest.id, 12345):
        with pytest.raises(NoSuchSession):
            desk.services.access.end_session(SHELL, unknown, "left the desk")


def test_all_sessions_of_one_account_are_ended_and_its_owner_reads_it(desk: Desk) -> None:
    desk.create("bob")
    tokens, bobs = [desk.log_in(), desk.log_in(visitor=OFFICE)], desk.log_in("bob")
    assert desk.services.access.end_sessions(SHELL, "alice", "left the desk") == "alice"
    assert {ended(desk, token) for token in tokens} == {EndReason.ENDED_BY_OPERATOR}
    desk.services.home.look(bobs)
    assert notices(desk) == [NoticeKind.SESSIONS_ENDED]
