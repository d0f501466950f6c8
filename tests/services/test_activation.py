"""An account made with an activation password: it opens one thing, for 72 hours, a password of one's own."""

from datetime import timedelta

import pytest

from store.errors import (
    ActivationExpired,
    ActivationSpent,
    AlreadyActivated,
    EndReason,
    InvalidNumber,
    InvalidUsername,
    NoReason,
    PasswordChangeNeeded,
    PasswordFault,
    SessionEnded,
    ShellsAct,
    SignInRefused,
    TwofoldError,
    UnsafeText,
    UsernameTaken,
    WeakPassword,
)
from store.rules.policy import PolicyChanges
from store.services.views import CodeNeeded, LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import NEW_PASSWORD, NUMBER, full_session
from tests.services.tries import WRONG
from tests.services.two_operators import WHY, ask_for_two, fresh, operator, refused
from tests.tables import bytes_on_disk, content, events


def activate(desk: Desk) -> str:
    return desk.services.accounts.activate(SHELL, " Bob ", display_name="Bob", number=NUMBER).password


def log_in(desk: Desk, password: str, username: str = "bob") -> LoggedIn:
    outcome = desk.services.sign_in.check_password(HERE, username, password)
    assert isinstance(outcome, LoggedIn)
    return outcome


def test_it_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    made = desk.services.accounts.activate(SHELL, "Bob", role="operator")
    assert (made.username, made.valid_for) == ("bob", timedelta(hours=72))
    assert made.password not in repr(made)
    assert made.password.encode() not in bytes_on_disk(desk)
    view = desk.services.accounts.show(SHELL, "bob")
    assert (view.role, view.must_change_password) == ("operator", True)
    assert view.activation_ends == desk.clock.now() + timedelta(hours=72)
    assert events(desk, "account created")[-1].detail == "operator, to be activated"


@pytest.mark.parametrize("form", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}\n"])
def test_it_is_forgiven_what_codes_are_forgiven(desk: Desk, form) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    password = form(activate(desk))
    token = log_in(desk, password).token
    with pytest.raises(WeakPassword) as weak:
        desk.services.passwords.change(token, password, password.strip().upper())
    assert weak.value.fault is PasswordFault.SAME
    assert desk.services.passwords.change(token, password, NEW_PASSWORD)


def test_with_it_nothing_is_reached_but_a_password_of_ones_own(desk: Desk) -> None:
    password = activate(desk)
    logged_in = log_in(desk, password)
    assert (logged_in.must_change_password, logged_in.by_activation) == (True, True)
    for act in (desk.services.home.look, desk.services.enrollment.begin, desk.services.call_forwarding.look):
        with pytest.raises(PasswordChangeNeeded):
            act(logged_in.token)
        last = events(desk)[-1]
        assert (last.event, last.outcome, last.detail) == (
            "access refused",
            "refused",
            "password change due",
        )
    assert desk.services.sessions.check(logged_in.token, active=True).stepped_up
    token = desk.services.passwords.change(logged_in.token, password, NEW_PASSWORD)
    assert desk.services.home.look(token).username == "bob"
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "bob", password)
    again = log_in(desk, NEW_PASSWORD)
    assert (again.must_change_password, again.by_activation) == (False, False)
    view = desk.services.accounts.show(SHELL, "bob")
    assert (view.must_change_password, view.activation_ends) == (False, None)


def test_it_opens_one_session_and_only_who_knows_it_is_told(desk: Desk) -> None:
    password = activate(desk)
    token = log_in(desk, password).token
    assert desk.services.accounts.show(SHELL, "bob").activation_spent
    with pytest.raises(ActivationSpent):
        desk.services.sign_in.check_password(HERE, "bob", password)
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.detail) == (
        "password checked",
        "refused",
        "used activation password",
    )
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "bob", WRONG)
    assert desk.services.passwords.change(token, password, NEW_PASSWORD), "what it opened goes on"
    assert not desk.services.accounts.show(SHELL, "bob").activation_spent


def test_left_without_a_password_of_ones_own_it_takes_another_one(desk: Desk) -> None:
    desk.services.sessions.end(log_in(desk, activate(desk)).token)
    again = desk.services.accounts.renew_activation(SHELL, "bob").password
    assert log_in(desk, again).must_change_password


def test_of_many_log_ins_with_it_and_a_code_one_is_finished(desk: Desk) -> None:
    desk.enable()
    password = desk.services.passwords.reset(SHELL, "alice", "forgot it").password
    first, second = desk.half(password=password), desk.half(password=password)
    desk.clock.move(seconds=30)
    token = desk.services.second_factor.verify(first, desk.code()).token
    desk.clock.move(seconds=30)
    with pytest.raises(SessionEnded):
        desk.services.second_factor.verify(second, desk.code())
    with pytest.raises(ActivationSpent):
        desk.services.sign_in.check_password(HERE, "alice", password)
    assert desk.services.passwords.change(token, password, NEW_PASSWORD)


def test_a_session_renews_only_what_nobody_ever_chose(desk: Desk) -> None:
    root = operator(desk, "root")
    activate(desk)
    assert desk.services.accounts.renew_activation(root, "bob")
    desk.services.passwords.reset(SHELL, "alice", "forgot it")
    before = content(desk)
    with pytest.raises(AlreadyActivated):
        desk.services.accounts.renew_activation(root, "alice")
    desk.services.passwords.require_change(root, "alice", "seen on a note")
    with pytest.raises(AlreadyActivated):
        desk.services.accounts.renew_activation(root, "alice")
    after = content(desk)
    assert [row[:8] for row in after["account"]] == [row[:8] for row in before["account"]]
    again = desk.services.accounts.renew_activation(SHELL, "alice")
    assert log_in(desk, again.password, "alice").must_change_password


def test_who_chose_once_has_chosen_for_ever(desk: Desk) -> None:
    root = operator(desk, "root")
    password = activate(desk)
    desk.services.passwords.change(log_in(desk, password).token, password, NEW_PASSWORD)
    desk.services.passwords.reset(SHELL, "bob", "forgot it")
    with pytest.raises(AlreadyActivated):
        desk.services.accounts.renew_activation(root, "bob")


def test_once_expired_only_who_knows_it_is_told(desk: Desk) -> None:
    password = activate(desk)
    desk.clock.move(hours=72, microseconds=-1)
    assert desk.services.accounts.show(SHELL, "bob").activation_ends == desk.clock.now() + timedelta(
        microseconds=1
    )
    desk.clock.move(microseconds=1)
    with pytest.raises(ActivationExpired):
        desk.services.sign_in.check_password(HERE, "bob", password)
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.actor) == ("password checked", "refused", "(nobody)")
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "bob", WRONG)


def test_another_one_kills_the_first_and_what_it_opened(desk: Desk) -> None:
    first = activate(desk)
    token = log_in(desk, first).token
    desk.clock.move(hours=80)
    second = desk.services.accounts.renew_activation(SHELL, "BOB")
    assert second.username == "bob"
    for dead in (first, WRONG):
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(HERE, "bob", dead)
    with pytest.raises(SessionEnded) as ended:
        desk.services.sessions.check(token, active=True)
    assert ended.value.reason is EndReason.CHANGED
    assert log_in(desk, second.password).must_change_password
    with pytest.raises(AlreadyActivated):
        desk.services.accounts.renew_activation(SHELL, "alice")


def test_a_forgotten_password_is_reset_by_the_shell_alone_and_the_second_factor_is_asked_for(
    desk: Desk,
) -> None:
    session = full_session(desk)
    with pytest.raises(NoReason):
        desk.services.passwords.reset(SHELL, "alice", " ")
    assert desk.services.sessions.check(session, active=True)
    given = desk.services.passwords.reset(SHELL, "ALICE", "forgot it")
    with pytest.raises(SessionEnded):
        desk.services.sessions.check(session, active=True)
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    half = desk.services.sign_in.check_password(HERE, "alice", given.password)
    assert isinstance(half, CodeNeeded)
    desk.clock.move(seconds=30)
    inside = desk.services.second_factor.verify(half.token, desk.code())
    assert inside.must_change_password
    with pytest.raises(PasswordChangeNeeded):
        desk.services.home.look(inside.token)
    new = desk.services.passwords.change(inside.token, given.password, NEW_PASSWORD)
    assert desk.services.home.look(new).two_factor_on


@pytest.mark.parametrize(
    ("username", "name", "number", "error"),
    [
        ("ALICE", "", None, UsernameTaken),
        ("-bob", "", None, InvalidUsername),
        ("bob", "Bob\u202e", None, UnsafeText),
        ("bob", "", "+30 1", InvalidNumber),
    ],
)
def test_what_is_refused_makes_nothing(
    desk: Desk, username: str, name: str, number: str | None, error: type[TwofoldError]
) -> None:
    before = content(desk, but=())
    with pytest.raises(error):
        desk.services.accounts.activate(SHELL, username, display_name=name, number=number)
    assert content(desk, but=()) == before


def test_an_operators_session_never_sets_a_password_that_lasts(desk: Desk) -> None:
    desk.create("root", operator=True)
    desk.enable("root")
    made = desk.services.accounts.activate(desk.log_in("root"), "bob")
    assert PASSWORD not in made.password
    assert log_in(desk, made.password).must_change_password
    assert events(desk, "account created")[-1].actor == "root"


@pytest.mark.parametrize("two", [False, True], ids=["one operator", "two operators"])
def test_no_session_renews_the_first_password_of_an_operator(desk: Desk, *, two: bool) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave") if two else (operator(desk, "carol"), None)
    assert two is (dave is not None)
    given = desk.services.accounts.activate(SHELL, "bob", role="operator").password
    error = refused(desk, ShellsAct, lambda: desk.services.accounts.renew_activation(carol, "bob"))
    assert isinstance(error, ShellsAct)
    assert error.command == "twofold account activate bob"
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.detail) == (
        "activation renewed",
        "refused",
        "for the operator bob",
    )
    assert log_in(desk, given).must_change_password, "what its owner was given opens it still"
    assert desk.services.accounts.renew_activation(SHELL, "bob")


def test_no_session_makes_an_operator_of_who_never_chose_a_password(desk: Desk) -> None:
    carol = operator(desk, "carol")
    activate(desk)
    services = desk.services
    error = refused(desk, ShellsAct, lambda: services.accounts.set_role(carol, "bob", "operator"))
    assert isinstance(error, ShellsAct)
    assert error.command == "twofold account role bob operator"
    operator(desk, "dave")
    services.policy.set(SHELL, PolicyChanges(second_approval=True))
    carol = fresh(desk, "carol")
    refused(desk, ShellsAct, lambda: services.approvals.propose_role(carol, "bob", "operator", WHY))
    number = services.approvals.propose_role(SHELL, "bob", "operator", WHY).number
    dave = fresh(desk, "dave")
    refused(desk, ShellsAct, lambda: services.approvals.approve(dave, number))
    assert services.accounts.set_role(SHELL, "bob", "operator") == "bob"
