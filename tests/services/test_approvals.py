"""What one operator proposes another one decides, who counted before that and counts still (design D20)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import (
    AlreadyEnabled,
    ApprovalClosed,
    ApprovalState,
    Covered,
    LastOperator,
    NoLongerCounts,
    NoReason,
    NoSuchApproval,
    OneIsEnough,
    OwnApproval,
    ProposedAlready,
    SameRole,
    ShellsAct,
    TooFewOperators,
    TooNewToApprove,
    TwoNeeded,
)
from store.rules.policy import PolicyChanges, Whom
from store.services import approvals
from store.services.principals import SessionToken, Shell
from store.services.views import TwoOperators
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.two_operators import PROOF, WHY, ask_for_two, fresh, operator, refused
from tests.tables import change, events

LOWER = PolicyChanges(second_approval=False)


def asked(desk: Desk) -> bool:
    return desk.services.policy.show(SHELL).second_approval


def role(desk: Desk, name: str) -> str:
    return desk.services.accounts.show(SHELL, name).role


def demote(desk: Desk, name: str) -> None:
    desk.services.accounts.set_role(SHELL, name, "user", WHY)


def demote_and_back(desk: Desk, name: str) -> None:
    demote(desk, name)
    desk.services.accounts.set_role(SHELL, name, "operator")


def disable(desk: Desk, name: str) -> None:
    desk.services.access.disable(SHELL, name, WHY)


def disable_and_back(desk: Desk, name: str) -> None:
    disable(desk, name)
    desk.services.access.enable(SHELL, name)


def lock(desk: Desk, name: str) -> None:
    desk.services.access.lock(SHELL, name, timedelta(hours=1), WHY)


def lock_and_lift(desk: Desk, name: str) -> None:
    lock(desk, name)
    desk.services.accounts.unlock(SHELL, name)


def lock_and_wait(desk: Desk, name: str) -> None:
    lock(desk, name)
    desk.clock.move(hours=1)


def lock_wait_and_lift(desk: Desk, name: str) -> None:
    lock_and_wait(desk, name)
    desk.services.accounts.unlock(SHELL, name)


def suspend_and_lift(desk: Desk, name: str) -> None:
    case = desk.services.recovery.open(SHELL, name, PROOF, stolen=True)
    desk.services.recovery.cancel(SHELL, case.number, WHY)


def suspend(desk: Desk, name: str) -> None:
    desk.services.recovery.open(SHELL, name, PROOF, stolen=True)


def reset(desk: Desk, name: str) -> str:
    return desk.services.reset.reset_two_factor(SHELL, name, WHY)


def reset_and_back(desk: Desk, name: str) -> None:
    code = reset(desk, name)
    half = desk.services.sign_in.check_password(HERE, name, PASSWORD).token
    token = desk.services.reset.use_code(half, code)
    desk.show_codes(token, name)
    desk.services.backup_codes.agree(token)


def switch_off(desk: Desk, name: str) -> None:
    for table in ("authenticator", "backup_set"):
        change(
            desk,
            f"UPDATE {table} SET disabled_at = 1 "  # noqa: S608 - names of tables
            "WHERE account_id = (SELECT id FROM account WHERE username = ?)",
            name,
        )


def forget(desk: Desk, name: str) -> None:
    desk.services.passwords.reset(SHELL, name, WHY)


GONE: list[Callable[[Desk, str], object]] = [demote, disable, lock, suspend, reset, switch_off, forget]
BROKEN: list[Callable[[Desk, str], object]] = [
    *GONE,
    demote_and_back,
    disable_and_back,
    lock_and_lift,
    lock_and_wait,
    lock_wait_and_lift,
    suspend_and_lift,
    reset_and_back,
]


def named(act: Callable[[Desk, str], object]) -> str:
    return act.__name__


# What takes two

COVERED: list[tuple[str, Callable[[Desk, SessionToken], object]]] = [
    ("make operator", lambda desk, by: desk.services.accounts.set_role(by, "alice", "operator")),
    ("make user", lambda desk, by: desk.services.accounts.set_role(by, "erin", "user", WHY)),
    (
        "make an operator's account",
        lambda desk, by: desk.services.accounts.activate(by, "z", role="operator"),
    ),
    ("enable an operator", lambda desk, by: desk.services.access.enable(by, "frank")),
    ("lift", lambda desk, by: desk.services.recovery.cancel(by, 1, WHY)),
    ("lower the rule", lambda desk, by: desk.services.policy.set(by, LOWER)),
]


@pytest.mark.parametrize(("name", "act"), COVERED, ids=[each[0] for each in COVERED])
def test_what_could_undo_the_rule_is_no_single_sessions_but_the_shells(
    desk: Desk, name: str, act: Callable[[Desk, SessionToken | Shell], object]
) -> None:
    desk.enable()
    carol, *_ = ask_for_two(desk, "carol", "dave", "erin", "frank")
    disable(desk, "frank")
    suspend(desk, "alice")
    refused(desk, TwoNeeded, lambda: act(desk, carol))
    last = events(desk)[-1]
    assert (last.outcome, last.actor, last.detail) == ("refused", "carol", "takes two operators")
    act(desk, SHELL)
    assert events(desk)[-1].actor == "shell:root@host", name


def test_a_proposal_says_what_why_who_and_until_when(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    made = desk.services.approvals.propose_role(carol, " Alice", "operator", f" {WHY}\n")
    assert (made.number, made.act, made.username, made.state) == (
        1,
        Covered.MAKE_OPERATOR,
        "alice",
        ApprovalState.OPEN,
    )
    assert (made.reason, made.proposed_by, made.proposed_at) == (WHY, "carol", desk.clock.now())
    assert made.expires_at == desk.clock.now() + timedelta(days=7)
    assert desk.services.approvals.show(SHELL, 1) == made
    assert list(desk.services.approvals.list(SHELL)) == [made]
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.detail) == (
        "approval proposed",
        "done",
        f"approval 1, make operator: {WHY}",
    )
    assert role(desk, "alice") == "user"


def test_another_operator_carries_it_out_by_approving_and_the_log_names_both(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    services = desk.services.approvals
    number = services.propose_role(carol, "alice", "operator", WHY).number
    refused(desk, OwnApproval, lambda: services.approve(carol, number))
    refused(desk, OwnApproval, lambda: services.approve(Shell("carol", "elsewhere"), number))
    done = services.approve(dave, number)
    assert (done.state, done.decided_by, done.decided_at) == (
        ApprovalState.DONE,
        "dave",
        desk.clock.now(),
    )
    assert role(desk, "alice") == "operator"
    [changed] = events(desk, "role changed")
    assert (changed.actor, changed.detail) == (
        "dave",
        f"operator: approval 1, proposed by carol: {WHY}",
    )
    assert list(services.list(SHELL)) == []
    assert list(services.list(SHELL, open_only=False)) == [done]
    error = refused(desk, ApprovalClosed, lambda: services.approve(dave, number))
    assert isinstance(error, ApprovalClosed)
    assert error.state is ApprovalState.DONE


def test_each_proposal_does_what_it_says(desk: Desk) -> None:
    desk.enable()
    carol, dave, *_ = ask_for_two(desk, "carol", "dave", "erin", "frank")
    services = desk.services.approvals
    disable(desk, "frank")
    services.approve(dave, services.propose_enable(carol, "frank", WHY).number)
    assert desk.services.accounts.show(SHELL, "frank").enabled
    services.approve(dave, services.propose_role(carol, "erin", "user", WHY).number)
    assert role(desk, "erin") == "user"
    case = desk.services.recovery.open(carol, "alice", PROOF, stolen=True).number
    lifted = services.propose_lift(carol, case, WHY)
    assert (lifted.username, lifted.case_number) == ("alice", case)
    services.approve(dave, lifted.number)
    assert desk.services.accounts.show(SHELL, "alice").case is None
    assert events(desk, "2FA restored")[-1].actor == "dave"
    desk.log_in("alice")
    dave, carol = fresh(desk, "dave"), fresh(desk, "carol")
    services.approve(dave, services.propose_one_operator(carol, WHY).number)
    assert not asked(desk)


def test_a_proposal_ends_after_seven_days(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    services = desk.services.approvals
    number = services.propose_one_operator(carol, WHY).number
    desk.clock.move(days=7)
    dave = fresh(desk, "dave")
    error = refused(desk, ApprovalClosed, lambda: services.approve(dave, number))
    assert isinstance(error, ApprovalClosed)
    assert error.state is services.show(SHELL, number).state is ApprovalState.EXPIRED
    assert list(services.list(SHELL)) == []
    assert services.propose_one_operator(dave, WHY).number == number + 1


def test_declining_does_nothing_and_says_why(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    services = desk.services.approvals
    number = services.propose_one_operator(carol, WHY).number
    refused(desk, NoReason, lambda: services.decline(dave, number, " "))
    assert services.decline(dave, number, "no").state is ApprovalState.DECLINED
    assert events(desk)[-1].detail == "approval 1, one operator: no"
    refused(desk, ApprovalClosed, lambda: services.approve(dave, number))
    assert (
        services.decline(carol, services.propose_one_operator(carol, WHY).number, "mine").decided_by
        == "carol"
    )
    assert asked(desk)


def test_what_makes_no_proposal_is_refused(desk: Desk) -> None:
    carol = operator(desk, "carol")
    services = desk.services.approvals
    refused(desk, OneIsEnough, lambda: services.propose_one_operator(carol, WHY))
    operator(desk, "dave")
    desk.services.policy.set(SHELL, PolicyChanges(second_approval=True))
    carol = fresh(desk, "carol")
    refused(desk, NoReason, lambda: services.propose_one_operator(carol, " "))
    refused(desk, SameRole, lambda: services.propose_role(carol, "alice", "user", WHY))
    refused(desk, AlreadyEnabled, lambda: services.propose_enable(carol, "dave", WHY))
    refused(desk, NoSuchApproval, lambda: services.approve(carol, 99))
    disable(desk, "alice")
    refused(desk, OneIsEnough, lambda: services.propose_enable(carol, "alice", WHY))
    assert desk.services.access.enable(carol, "alice"), "a user's account is one operator's"
    desk.enable()
    carol = fresh(desk, "carol")
    case = desk.services.recovery.open(carol, "alice", PROOF).number
    refused(desk, OneIsEnough, lambda: services.propose_lift(carol, case, WHY))
    assert desk.services.recovery.cancel(carol, case, WHY), "what suspends nothing is one operator's to end"
    number = services.propose_one_operator(carol, WHY).number
    error = refused(desk, ProposedAlready, lambda: services.propose_one_operator(carol, "again"))
    assert isinstance(error, ProposedAlready)
    assert error.number == number


def test_proposals_come_the_latest_first_a_page_at_a_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals, "PAGE", 2)
    carol, _ = ask_for_two(desk, "carol", "dave")
    for _ in range(5):
        number = desk.services.approvals.propose_one_operator(carol, WHY).number
        desk.services.approvals.decline(carol, number, WHY)
    assert [each.number for each in desk.services.approvals.list(SHELL, open_only=False)] == [5, 4, 3, 2, 1]


# Who counts


@pytest.mark.parametrize("broken", BROKEN, ids=named)
def test_a_proposer_who_stopped_counting_meanwhile_is_none(
    desk: Desk, broken: Callable[[Desk, str], object]
) -> None:
    carol, *_ = ask_for_two(desk, "carol", "dave", "erin")
    number = desk.services.approvals.propose_one_operator(carol, WHY).number
    broken(desk, "carol")
    dave = fresh(desk, "dave")
    error = refused(desk, NoLongerCounts, lambda: desk.services.approvals.approve(dave, number))
    assert isinstance(error, NoLongerCounts)
    assert error.who == "carol"
    again = desk.services.approvals.propose_one_operator(dave, WHY).number
    assert again == number + 1, "what leads nowhere stands in nobody's way"


def test_a_second_account_of_ones_own_made_an_operator_later_approves_nothing(desk: Desk) -> None:
    carol, *_ = ask_for_two(desk, "carol", "dave")
    desk.enable()
    carol = fresh(desk, "carol")
    number = desk.services.approvals.propose_one_operator(carol, WHY).number
    desk.services.accounts.set_role(SHELL, "alice", "operator")
    alice = fresh(desk, "alice")
    refused(desk, TooNewToApprove, lambda: desk.services.approvals.approve(alice, number))


def test_an_operator_whose_2fa_is_younger_than_the_proposal_approves_nothing(desk: Desk) -> None:
    desk.create("erin", operator=True)
    carol, *_ = ask_for_two(desk, "carol", "dave")
    number = desk.services.approvals.propose_one_operator(carol, WHY).number
    desk.enable("erin")
    erin = fresh(desk, "erin")
    refused(desk, TooNewToApprove, lambda: desk.services.approvals.approve(erin, number))


def test_another_app_in_the_place_of_the_old_one_breaks_nothing(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    number = desk.services.approvals.propose_one_operator(carol, WHY).number
    desk.show_codes(dave, "dave")
    desk.services.backup_codes.agree(dave)
    assert desk.services.approvals.approve(fresh(desk, "dave"), number)


@pytest.mark.parametrize(
    "broken",
    [
        demote_and_back,
        disable_and_back,
        lock_and_lift,
        lock_and_wait,
        lock_wait_and_lift,
        suspend_and_lift,
        reset_and_back,
    ],
)
def test_an_approver_who_came_back_after_the_proposal_approves_nothing(
    desk: Desk, broken: Callable[[Desk, str], object]
) -> None:
    carol, *_ = ask_for_two(desk, "carol", "dave", "erin")
    number = desk.services.approvals.propose_one_operator(carol, WHY).number
    broken(desk, "dave")
    dave = fresh(desk, "dave")
    refused(desk, TooNewToApprove, lambda: desk.services.approvals.approve(dave, number))


# The rule itself


def test_the_rule_begins_only_while_two_can_keep_it(desk: Desk) -> None:
    operator(desk, "carol")
    desk.create("dave", operator=True)
    carol = fresh(desk, "carol")
    two = PolicyChanges(second_approval=True)
    refused(desk, TooFewOperators, lambda: desk.services.policy.set(SHELL, two))
    assert desk.services.approvals.standing(carol) == TwoOperators(asked=False, counting=1)
    desk.enable("dave")
    carol = fresh(desk, "carol")
    error = refused(desk, ShellsAct, lambda: desk.services.policy.set(carol, two))
    assert isinstance(error, ShellsAct), "who owns the host says who the two are"
    assert error.command == "twofold policy set --second-approval yes"
    assert events(desk)[-1].outcome == "refused"
    assert desk.services.policy.set(SHELL, two).second_approval
    assert desk.services.approvals.standing(carol) == TwoOperators(asked=True, counting=2)


@pytest.mark.parametrize("gone", GONE, ids=named)
def test_who_cannot_log_in_with_a_working_second_factor_is_none_of_two(
    desk: Desk, gone: Callable[[Desk, str], object]
) -> None:
    for name in ("carol", "dave"):
        operator(desk, name)
    gone(desk, "dave")
    refused(
        desk, TooFewOperators, lambda: desk.services.policy.set(SHELL, PolicyChanges(second_approval=True))
    )


def test_the_rest_of_the_policy_stays_one_operators(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    assert desk.services.policy.set(
        carol, PolicyChanges(second_factor_for=Whom.EVERYBODY, second_approval=True)
    )


TAKING: list[tuple[str, Callable[[Desk, SessionToken | Shell, str], object]]] = [
    ("disable", lambda desk, by, name: desk.services.access.disable(by, name, WHY)),
    ("lock", lambda desk, by, name: desk.services.access.lock(by, name, timedelta(hours=1), WHY)),
    ("suspend", lambda desk, by, name: desk.services.recovery.open(by, name, PROOF, stolen=True)),
]


@pytest.mark.parametrize(("name", "act"), TAKING, ids=[each[0] for each in TAKING])
def test_no_session_takes_the_second_last_away_and_each_refusal_names_the_command(
    desk: Desk, name: str, act: Callable[[Desk, SessionToken | Shell, str], object]
) -> None:
    carol, *_ = ask_for_two(desk, "carol", "dave", "erin")
    act(desk, carol, "erin")
    error = refused(desk, TooFewOperators, lambda: act(desk, carol, "dave"))
    assert isinstance(error, TooFewOperators)
    assert error.command.startswith("twofold ")
    assert "dave" in error.command
    act(desk, SHELL, "dave")
    assert desk.services.approvals.standing(carol).too_few, name


def test_no_session_takes_itself_away_as_the_second_last(desk: Desk) -> None:
    desk.services.policy.set(SHELL, PolicyChanges(second_factor_for=Whom.NOBODY))
    carol, dave, erin = ask_for_two(desk, "carol", "dave", "erin")
    desk.services.two_factor.disable(erin, PASSWORD)
    refused(desk, TooFewOperators, lambda: desk.services.two_factor.disable(dave, PASSWORD))
    refused(desk, TooFewOperators, lambda: desk.services.access.disable(carol, "carol", WHY))


def test_not_even_two_demote_the_second_last(desk: Desk) -> None:
    carol, dave, _ = ask_for_two(desk, "carol", "dave", "erin")
    services = desk.services.approvals
    services.approve(dave, services.propose_role(carol, "erin", "user", WHY).number)
    number = services.propose_role(carol, "dave", "user", WHY).number
    refused(desk, TooFewOperators, lambda: services.approve(dave, number))
    assert services.show(SHELL, number).state is ApprovalState.OPEN


def test_with_fewer_than_two_left_nothing_is_proposed_and_the_refusal_names_the_command(desk: Desk) -> None:
    carol, _ = ask_for_two(desk, "carol", "dave")
    demote(desk, "dave")
    propose = desk.services.approvals
    for act, command in (
        (lambda: propose.propose_one_operator(carol, WHY), "twofold policy set --second-approval no"),
        (
            lambda: propose.propose_role(carol, "dave", "operator", WHY),
            "twofold account role dave operator --reason TEXT",
        ),
        (
            lambda: desk.services.recovery.open(carol, "dave", PROOF, password=True),
            "twofold account reset-password dave --reason TEXT",
        ),
    ):
        error = refused(desk, TooFewOperators, act)
        assert isinstance(error, TooFewOperators)
        assert error.command == command
    desk.services.policy.set(SHELL, LOWER)
    assert desk.services.accounts.set_role(fresh(desk, "carol"), "dave", "operator")


def test_the_last_operator_who_can_log_in_is_none_whose_factors_are_switched_off(desk: Desk) -> None:
    operator(desk, "carol")
    operator(desk, "dave")
    switch_off(desk, "dave")
    refused(desk, LastOperator, lambda: disable(desk, "carol"))
    change(desk, "UPDATE backup_set SET disabled_at = NULL")
    disable(desk, "carol")


def test_what_was_approved_while_the_act_became_impossible_stays_open(desk: Desk) -> None:
    carol, dave = ask_for_two(desk, "carol", "dave")
    services = desk.services.approvals
    number = services.propose_role(carol, "alice", "operator", WHY).number
    desk.services.accounts.set_role(SHELL, "alice", "operator")
    refused(desk, SameRole, lambda: services.approve(dave, number))
    assert services.show(SHELL, number).state is ApprovalState.OPEN
