"""Proof by machine: while the rule is on, no single person's session reaches another account's second factor (D20)."""

import random

import pytest
from hypothesis import settings

from tests.machine import promises
from tests.machine.holes import HOLES
from tests.machine.house import House
from tests.machine.model_rule import ALONE
from tests.machine.outcomes import OF_TWO, REACHED
from tests.machine.ready import ready
from tests.machine.test_machine import EVERY_RUN, run

EXAMPLES, STEPS = 10, 50
HOW = settings(EVERY_RUN, max_examples=EXAMPLES, stateful_step_count=STEPS, print_blob=False)
MOST_STEPS = 100_000
SEEDS = MOST_STEPS // (EXAMPLES * STEPS)


@pytest.fixture(autouse=True)
def nothing_reached_yet() -> None:
    ready()
    REACHED.clear()


def test_no_single_session_reaches_another_accounts_factor_while_the_rule_is_on() -> None:
    """500 steps, the same in every run."""
    run(0, HOW, House)


@pytest.mark.long
def test_no_single_session_reaches_another_accounts_factor_for_long() -> None:
    """100,000 steps, others in every run."""
    first = random.SystemRandom().randrange(1_000_000)
    for number in range(first, first + SEEDS):
        run(number, HOW, House)
    assert not OF_TWO - REACHED.keys()


@pytest.mark.long
@pytest.mark.parametrize("hole", HOLES)
def test_a_way_round_the_rule_is_found(hole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 100,000 steps; -s shows within how many. The other promises are not looked at meanwhile."""
    HOLES[hole](monkeypatch)
    monkeypatch.setattr(promises, "PROMISES", [])
    first = random.SystemRandom().randrange(1_000_000)
    for number in range(SEEDS):
        try:
            run(first + number, HOW, House)
        except AssertionError as found:
            assert ALONE in str(found)
            print(f"{hole}: found within {(number + 1) * EXAMPLES * STEPS} steps")  # noqa: T201
            return
    pytest.fail(f"not found within {MOST_STEPS} steps")
