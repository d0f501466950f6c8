"""The ways round the rule of two operators, each as the machine went it: closed, and seen where it is opened again."""

from collections.abc import Callable, Iterator

import pytest

from store.rules.policy import PolicyChanges
from tests.machine.acts import Acts
from tests.machine.holes import HOLES
from tests.machine.model_rule import ALONE
from tests.machine.owner import at_a_desk, let_in
from tests.machine.people import Seat
from tests.machine.ready import copy_of_ready

VICTIM = "alice"


@pytest.fixture
def acts() -> Iterator[Acts]:
    """Return a store where olga and otto are operators, bob is olga's second account, and two are asked for."""
    stage = copy_of_ready()
    stage.set_policy(None, PolicyChanges(second_approval=True))
    yield stage
    stage.close()


def at(acts: Acts, name: str) -> Seat:
    seat = at_a_desk(acts, acts.model.people[name])
    assert seat is not None
    return seat


def olga_turns_the_rule_off_and_on_again(acts: Acts) -> None:
    acts.set_policy(at(acts, "olga"), PolicyChanges(second_approval=False))
    acts.reset_two_factor(at(acts, "olga"), VICTIM)
    acts.set_policy(None, PolicyChanges(second_approval=True))


def olgas_second_account_approves(acts: Acts) -> None:
    bob, victim = acts.model.people["bob"], acts.model.people[VICTIM]
    acts.set_role(at(acts, "olga"), "bob", "operator")
    let_in(acts, bob, "phone")
    acts.open_case(at(acts, "olga"), VICTIM, stolen=False)
    acts.approve_case(at(acts, "bob"), victim)
    acts.complete_case(at(acts, "olga"), victim)


def otto_approves_and_is_demoted(acts: Acts) -> None:
    victim = acts.model.people[VICTIM]
    acts.open_case(at(acts, "olga"), VICTIM, stolen=False)
    acts.approve_case(at(acts, "otto"), victim)
    acts.set_role(None, "otto", "user")
    acts.complete_case(at(acts, "olga"), victim)


def olga_lifts_what_otto_suspended(acts: Acts) -> None:
    acts.open_case(at(acts, "otto"), VICTIM, stolen=True)
    acts.cancel_case(at(acts, "olga"), acts.model.people[VICTIM])


WAYS: dict[str, Callable[[Acts], None]] = {
    "the rule is turned off, and on again": olga_turns_the_rule_off_and_on_again,
    "a second account of one's own approves": olgas_second_account_approves,
    "an approver who was demoted still counts": otto_approves_and_is_demoted,
    "one alone lifts a suspension": olga_lifts_what_otto_suspended,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_round_the_rule_reaches_a_second_factor(way: str, acts: Acts) -> None:
    victim = acts.model.people[VICTIM]
    secret = victim.secret
    WAYS[way](acts)
    assert (victim.factor, victim.secret) == ("on", secret)
    assert victim.suspended == (WAYS[way] is olga_lifts_what_otto_suspended)


@pytest.mark.parametrize("way", WAYS)
def test_a_way_that_is_open_again_is_seen(way: str, acts: Acts, monkeypatch: pytest.MonkeyPatch) -> None:
    HOLES[way](monkeypatch)
    with pytest.raises(AssertionError, match=ALONE):
        WAYS[way](acts)
