"""A recovery case where policy asks for two: two who count carry it to its end, or the host's shell (D20)."""

from collections.abc import Callable

import pytest

from store.errors import (
    ActivationSpent,
    ApprovalNeeded,
    CaseOpenAlready,
    CaseState,
    NoLongerCounts,
    NotInThatState,
    OwnApproval,
    OwnCase,
    ShellsAct,
    SignInRefused,
    TooFewOperators,
    TooNewToApprove,
    TwofoldError,
)
from store.rules.policy import PolicyChanges
from store.services.principals import Principal
from store.services.views import CodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import NEW_PASSWORD
from tests.services.test_approvals import BROKEN, demote, demote_and_back, named
from tests.services.two_operators import PROOF, WHY, ask_for_two, fresh, operator, refused
from tests.tables import events, one


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A store where alice has 2FA."""
    desk.enable()
    return desk


def opened(desk: Desk, by: Principal, *, stolen: bool = False, password: bool = False) -> int:
    return desk.services.recovery.open(by, "alice", PROOF, stolen=stolen, password=password).number


def turn(desk: Desk, *, on: bool) -> None:
    desk.services.policy.set(SHELL, PolicyChanges(second_approval=on))


@pytest.mark.parametrize("broken", BROKEN, ids=named)
@pytest.mark.parametrize("who", ["carol", "dave"])
@pytest.mark.parametrize("password", [False, True], ids=["2FA", "password"])
def test_who_opened_and_who_approved_are_looked_at_again_when_it_is_completed(
    desk: Desk,
    who: str,
    password: bool,  # noqa: FBT001 - what the case is about
    broken: Callable[[Desk, str], object],
) -> None:
    carol, dave, _ = ask_for_two(desk, "carol", "dave", "erin")
    number = opened(desk, carol, password=password)
    desk.services.recovery.approve(dave, number)
    broken(desk, who)
    erin = fresh(desk, "erin")
    error: type[TwofoldError] = ApprovalNeeded if who == "dave" else NoLongerCounts
    refused(desk, error, lambda: desk.services.recovery.complete(erin, number))
    assert one(desk, "SELECT second_factor FROM account WHERE username = 'alice'") == "on"


def test_another_approves_in_the_place_of_one_who_counts_no_more(desk: Desk) -> None:
    carol, dave, erin = ask_for_two(desk, "carol", "dave", "erin")
    services = desk.services.recovery
    number = opened(desk, carol)
    assert not services.approve(dave, number).approval_needed
    refused(desk, NotInThatState, lambda: services.approve(erin, number))
    demote(desk, "dave")
    assert services.show(erin, number).approval_needed
    assert services.approve(erin, number).approved_by == "erin"
    assert services.complete(carol, number)


@pytest.mark.parametrize("stolen", [False, True], ids=["lost", "stolen"])
def test_a_case_whose_opener_counts_no_more_gives_way_to_a_new_one_and_suspends_on(
    desk: Desk, *, stolen: bool
) -> None:
    carol, dave, _ = ask_for_two(desk, "carol", "dave", "erin")
    services = desk.services.recovery
    number = opened(desk, carol, stolen=stolen)
    refused(desk, CaseOpenAlready, lambda: opened(desk, dave))
    demote(desk, "carol")
    erin = fresh(desk, "erin")
    refused(desk, NoLongerCounts, lambda: services.approve(erin, number))
    dave = fresh(desk, "dave")
    new = services.open(dave, "alice", PROOF)
    assert (new.number, new.stolen) == (number + 1, stolen)
    assert services.show(SHELL, number).state is CaseState.CANCELLED
    assert events(desk, "2FA restored") == []


def test_a_second_account_of_ones_own_made_an_operator_later_approves_no_case(desk: Desk) -> None:
    desk.create("second")
    desk.enable("second")
    carol, _ = ask_for_two(desk, "carol", "dave")
    number = opened(desk, carol)
    desk.services.accounts.set_role(SHELL, "second", "operator")
    second = fresh(desk, "second")
    refused(desk, TooNewToApprove, lambda: desk.services.recovery.approve(second, number))


def test_a_case_that_was_opened_and_approved_before_the_rule_is_looked_at_like_any_other(desk: Desk) -> None:
    carol = operator(desk, "carol")
    operator(desk, "dave")
    turn(desk, on=False)
    number = opened(desk, carol)
    desk.create("second", operator=True)
    desk.enable("second")
    second = fresh(desk, "second")
    refused(desk, TooNewToApprove, lambda: desk.services.recovery.approve(second, number))
    turn(desk, on=True)
    carol = fresh(desk, "carol")
    refused(desk, ApprovalNeeded, lambda: desk.services.recovery.complete(carol, number))
    desk.services.recovery.approve(fresh(desk, "dave"), number)
    demote_and_back(desk, "dave")
    carol = fresh(desk, "carol")
    refused(desk, ApprovalNeeded, lambda: desk.services.recovery.complete(carol, number))


def test_the_shell_completes_and_lifts_alone_and_is_one_of_two_where_it_opened(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    services = desk.services.recovery
    services.cancel(SHELL, opened(desk, carol, stolen=True), WHY)
    number = services.open(SHELL, "alice", PROOF).number
    refused(desk, ApprovalNeeded, lambda: services.complete(carol, number))
    services.approve(dave, number)
    assert services.complete(carol, number)
    assert services.complete(SHELL, services.open(carol, "alice", PROOF).number)
    assert events(desk, "recovery completed")[-1].actor == "shell:root@host"
    assert desk.services.reset.reset_two_factor(SHELL, "alice", WHY)


def test_with_fewer_than_two_left_completing_names_the_command(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    number = opened(desk, carol)
    demote(desk, "dave")
    error = refused(desk, TooFewOperators, lambda: desk.services.recovery.complete(carol, number))
    assert isinstance(error, TooFewOperators)
    assert error.command == f"twofold recovery complete {number}"


def test_no_case_takes_the_second_last_operator_away(desk: Desk) -> None:
    carol, dave, erin = ask_for_two(desk, "carol", "dave", "erin")
    services = desk.services.recovery
    number = services.open(carol, "erin", PROOF).number
    services.approve(dave, number)
    refused(desk, OwnCase, lambda: services.complete(erin, number))
    assert services.complete(carol, number)
    number = services.open(carol, "dave", PROOF).number
    error = refused(desk, TooFewOperators, lambda: services.complete(carol, number))
    assert isinstance(error, TooFewOperators)


# A forgotten password


def test_a_forgotten_password_ends_in_one_for_a_single_log_in_and_2fa_stays_asked(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    session = desk.log_in("alice")
    services = desk.services.recovery
    case = services.open(carol, "alice", PROOF, password=True)
    assert (case.password, case.stolen, case.approval_needed) == (True, False, True)
    assert desk.services.home.look(session), "nothing has changed yet"
    refused(desk, ApprovalNeeded, lambda: services.complete(carol, case.number))
    refused(desk, OwnApproval, lambda: services.approve(carol, case.number))
    services.approve(dave, case.number)
    password = services.complete(carol, case.number)
    assert (events(desk)[-1].event, events(desk)[-1].detail) == ("password reset", f"case {case.number}")
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    half = desk.services.sign_in.check_password(HERE, "alice", password)
    assert isinstance(half, CodeNeeded)
    desk.clock.move(seconds=30)
    inside = desk.services.second_factor.verify(half.token, desk.code())
    assert inside.must_change_password
    with pytest.raises(ActivationSpent):
        desk.services.sign_in.check_password(HERE, "alice", password)
    assert desk.services.passwords.change(inside.token, password, NEW_PASSWORD)


def test_where_one_operator_is_enough_a_forgotten_password_is_the_shells(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    services = desk.services.recovery
    number = opened(desk, carol, password=True)
    services.approve(dave, number)
    turn(desk, on=False)
    for act in (
        lambda: services.complete(carol, number),
        lambda: services.open(carol, "dave", PROOF, password=True),
    ):
        error = refused(desk, ShellsAct, act)
        assert isinstance(error, ShellsAct)
        assert error.command.startswith("twofold account reset-password ")
    assert services.complete(SHELL, number)


def test_a_password_case_lifts_no_suspension(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    opened(desk, carol, stolen=True)
    refused(desk, CaseOpenAlready, lambda: opened(desk, dave, password=True))
    desk.clock.move(days=7)
    dave = fresh(desk, "dave")
    refused(desk, CaseOpenAlready, lambda: opened(desk, dave, password=True))


def test_a_password_that_is_known_after_all_cancels_the_case(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    number = opened(desk, carol, password=True)
    desk.log_in("alice")
    case = desk.services.recovery.show(SHELL, number)
    assert (case.state, case.closed_by, case.closed_by_login) == (CaseState.CANCELLED, "alice", True)
    token = desk.log_in("alice")
    number = opened(desk, SHELL, password=True)
    desk.services.passwords.change(token, PASSWORD, NEW_PASSWORD)
    assert desk.services.recovery.show(SHELL, number).closed_by_login
    number = opened(desk, SHELL, password=True)
    desk.services.passwords.reset(SHELL, "alice", WHY)
    case = desk.services.recovery.show(SHELL, number)
    assert (case.state, case.closed_by_login) == (CaseState.CANCELLED, False)


def test_a_code_cancels_no_case_of_a_password_nor_a_password_one_of_a_lost_phone(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    token = desk.log_in("alice")
    number = opened(desk, carol, password=True)
    desk.clock.move(seconds=30)
    desk.services.second_factor.verify(token, desk.code())
    assert desk.services.recovery.show(SHELL, number).live
    desk.services.recovery.cancel(SHELL, number, WHY)
    token = desk.log_in("alice")
    number = opened(desk, carol)
    desk.services.passwords.change(token, PASSWORD, NEW_PASSWORD)
    assert desk.services.recovery.show(SHELL, number).live


@pytest.mark.parametrize("by", ["code", "backup code"])
def test_a_step_up_with_what_was_said_to_be_lost_cancels_the_case(desk: Desk, by: str) -> None:
    token = desk.log_in("alice")
    number = opened(desk, SHELL)
    desk.clock.move(seconds=30)
    if by == "code":
        desk.services.second_factor.verify(token, desk.code())
    else:
        desk.services.second_factor.use_backup_code(token, desk.codes["alice"][0])
    case = desk.services.recovery.show(SHELL, number)
    assert (case.state, case.closed_by_login) == (CaseState.CANCELLED, True)
    assert events(desk)[-1].event == "recovery cancelled by a log-in"


def test_an_operator_who_cancels_a_case_of_their_own_did_not_log_in_by_it(desk: Desk) -> None:
    carol = operator(desk, "carol")
    number = desk.services.recovery.open(SHELL, "carol", PROOF).number
    case = desk.services.recovery.cancel(carol, number, "I never asked for it")
    assert (case.closed_by, case.closed_by_login) == ("carol", False)


def test_a_week_is_what_a_case_of_a_password_lasts_too(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    number = opened(desk, carol, password=True)
    desk.services.recovery.approve(dave, number)
    desk.clock.move(days=7)
    late = fresh(desk, "carol")
    refused(desk, NotInThatState, lambda: desk.services.recovery.complete(late, number))
