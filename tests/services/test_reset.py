"""A reset kills the second factor at once and leaves it demanded; its code opens enrollment only (D18)."""

from datetime import timedelta

import pytest

from store.errors import (
    AlreadyOff,
    EndReason,
    Locked,
    NoResetCode,
    NoSuchAccount,
    NotACode,
    NotAllowed,
    SessionEnded,
    StoreUnusable,
    WrongResetCode,
)
from store.services.principals import SessionToken
from store.services.views import ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import NO_CODE, fresh_code
from tests.tables import bytes_on_disk, change, content, events, one, rows


def reset(desk: Desk) -> str:
    """Turn 2FA on and have it reset; return the code."""
    desk.enable()
    return desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")


def half(desk: Desk) -> SessionToken:
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    return outcome.token


def test_it_kills_secret_codes_and_sessions_at_once(desk: Desk) -> None:
    desk.enable()
    full, waiting = desk.log_in(), desk.half()
    [(sealed,)] = rows(desk, "SELECT secret FROM authenticator")
    digests = [row[0] for row in rows(desk, "SELECT digest FROM backup_code")]
    desk.services.reset.reset_two_factor(SHELL, " Alice", "lost phone and codes")
    for token in (full, waiting):
        with pytest.raises(SessionEnded) as ended:
            desk.services.home.look(token)
        assert ended.value.reason is EndReason.CHANGED
    assert one(desk, "SELECT second_factor FROM account") == "reset"
    on_disk = bytes_on_disk(desk)
    assert not [each for each in (sealed, *digests) if each in on_disk]
    assert desk.services.accounts.show(SHELL, "alice").second_factor == "reset"


def test_the_next_log_in_reaches_enrollment_and_nothing_else(desk: Desk) -> None:
    code = reset(desk)
    token = desk.services.reset.use_code(half(desk), code)
    services = desk.services
    for refused in (
        lambda: services.home.look(token),
        lambda: services.backup_codes.new_set(token),
        lambda: services.two_factor.disable(token, PASSWORD),
        lambda: services.passwords.change(token, PASSWORD, "marble ladder comet soup"),
        lambda: services.passwords.step_up(token, PASSWORD),
        lambda: services.call_forwarding.look(token),
        lambda: services.call_history.page(token, first=1, size=5),
        lambda: services.second_factor.verify(token, "123456"),
        lambda: services.second_factor.use_backup_code(token, NO_CODE),
        lambda: services.reset.use_code(token, code),
        lambda: services.accounts.show(token, "alice"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    desk.show_codes(token)
    assert services.backup_codes.agree(token) is None
    with pytest.raises(SessionEnded):
        services.home.look(token)
    services.second_factor.verify(desk.half(), fresh_code(desk))
    assert one(desk, "SELECT count(*) FROM reset_code") == 0


def test_before_the_code_the_half_session_cannot_enroll(desk: Desk) -> None:
    code = reset(desk)
    token = half(desk)
    for call in (desk.services.enrollment.begin, desk.services.home.look):
        with pytest.raises(NotAllowed):
            call(token)
    renewed = desk.services.reset.use_code(token, code)
    assert renewed != token
    with pytest.raises(SessionEnded):
        desk.services.enrollment.begin(token)


def test_it_is_spent_only_at_agree_so_leaving_before_keeps_it(desk: Desk) -> None:
    code = reset(desk)
    token = desk.services.reset.use_code(half(desk), code)
    desk.show_codes(token)
    desk.services.sessions.end(token)
    token = desk.services.reset.use_code(half(desk), code.lower().replace("-", " "))
    desk.show_codes(token)
    desk.services.enrollment.cancel(token)
    desk.clock.move(minutes=6)
    token = desk.services.reset.use_code(half(desk), code)
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    with pytest.raises(WrongResetCode):
        desk.services.reset.use_code(half(desk), code)


def test_of_two_sessions_that_used_it_one_enrolls(desk: Desk) -> None:
    code = reset(desk)
    first = desk.services.reset.use_code(half(desk), code)
    second = desk.services.reset.use_code(half(desk), code)
    desk.show_codes(first)
    desk.show_codes(second)
    desk.services.backup_codes.agree(second)
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.agree(first)


def test_it_is_good_for_an_hour(desk: Desk) -> None:
    code = reset(desk)
    desk.clock.move(hours=1, microseconds=-1)
    desk.services.reset.use_code(half(desk), code)
    desk.clock.move(microseconds=1)
    before = content(desk)
    with pytest.raises(NoResetCode):
        desk.services.reset.use_code(half(desk), code)
    assert {key: value for key, value in content(desk).items() if key != "throttle"} == {
        key: value for key, value in before.items() if key != "throttle"
    }
    assert events(desk)[-1].detail == "none in force"
    assert one(desk, "SELECT second_factor FROM account") == "reset", "2FA stays demanded"


def test_who_used_it_in_time_has_the_usual_time_to_enroll(desk: Desk) -> None:
    code = reset(desk)
    desk.clock.move(minutes=59)
    token = desk.services.reset.use_code(half(desk), code)
    desk.clock.move(minutes=9)
    desk.show_codes(token)
    desk.clock.move(minutes=14)
    desk.services.backup_codes.agree(token)


def test_a_second_reset_kills_the_first_code(desk: Desk) -> None:
    first = reset(desk)
    second = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    with pytest.raises(WrongResetCode):
        desk.services.reset.use_code(half(desk), first)
    desk.services.reset.use_code(half(desk), second)


def test_a_second_reset_ends_an_enrollment_that_used_the_first(desk: Desk) -> None:
    code = reset(desk)
    token = desk.services.reset.use_code(half(desk), code)
    desk.show_codes(token)
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT count(*) FROM authenticator") == 0


def test_a_wrong_one_is_counted_and_five_lock(desk: Desk) -> None:
    code = reset(desk)
    token = half(desk)
    for _ in range(5):
        with pytest.raises(WrongResetCode):
            desk.services.reset.use_code(token, NO_CODE)
    with pytest.raises(Locked) as locked:
        desk.services.reset.use_code(half(desk), code)
    assert locked.value.wait == timedelta(minutes=1)
    desk.services.accounts.unlock(SHELL, "alice")
    desk.services.reset.use_code(half(desk), code)
    assert [each.detail for each in events(desk, "reset code checked")] == ["wrong code"] * 5 + ["locked", ""]


def test_what_cannot_be_a_code_is_no_attempt(desk: Desk) -> None:
    reset(desk)
    token = half(desk)
    before = content(desk, but=())
    with pytest.raises(NotACode):
        desk.services.reset.use_code(token, "123456")
    assert content(desk, but=()) == before


def test_neither_a_session_nor_a_visitor_may_reset_and_the_try_is_recorded(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.enable()
    before = content(desk)
    for principal in (desk.log_in(), desk.log_in("root"), desk.half(), HERE):
        before = content(desk)
        recorded = len(events(desk, "access refused"))
        with pytest.raises(NotAllowed):
            desk.services.reset.reset_two_factor(principal, "alice", "lost phone and codes")
        assert content(desk) == before
        assert [each.outcome for each in events(desk, "access refused")[recorded:]] == ["refused"]


def test_an_account_without_2fa_has_nothing_to_reset(desk: Desk) -> None:
    before = content(desk)
    with pytest.raises(AlreadyOff):
        desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    with pytest.raises(NoSuchAccount):
        desk.services.reset.reset_two_factor(SHELL, "nobody", "lost phone and codes")
    assert content(desk) == before


def test_without_a_reset_there_is_no_reset_code(desk: Desk) -> None:
    desk.enable()
    with pytest.raises(NoResetCode):
        desk.services.reset.use_code(desk.half(), NO_CODE)


def test_a_code_moved_to_another_account_opens_nothing(desk: Desk) -> None:
    desk.create("bob")
    desk.enable("bob")
    code = desk.services.reset.reset_two_factor(SHELL, "bob", "lost phone and codes")
    reset(desk)
    change(
        desk,
        "UPDATE reset_code SET (salt, digest) = (SELECT salt, digest FROM reset_code WHERE account_id = 2)",
    )
    with pytest.raises(StoreUnusable) as refused:
        desk.services.reset.use_code(half(desk), code)
    assert refused.value.cause == "sealed value damaged"


def test_the_code_is_kept_only_sealed_and_shown_once(desk: Desk) -> None:
    code = reset(desk)
    everything = repr(content(desk, but=())) + repr(desk.services)
    assert code not in everything
    assert code.replace("-", "") not in everything
    assert [each.actor for each in events(desk, "2FA reset")] == ["shell:root@host"]


def test_begun_again_and_again_it_does_not_outlive_the_reset_code(desk: Desk) -> None:
    code = reset(desk)
    token = desk.services.reset.use_code(half(desk), code)
    # For 70 minutes: an hour, and the ten minutes that one enrollment has.
    for _ in range(8):
        desk.services.enrollment.begin(token)
        desk.clock.move(minutes=9)
    with pytest.raises(NoResetCode):
        desk.services.enrollment.begin(token)
