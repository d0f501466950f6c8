"""Proof by machine: the services keep every promise, whatever is done in whatever order (issue 3, item 7)."""

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import Machine
from tests.machine.ready import ready

STEPS = 15
EVERY_RUN = settings(
    max_examples=100,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    phases=[Phase.generate, Phase.shrink],
    # How long a step takes says how busy the machine is, not how good the test is.
    suppress_health_check=[HealthCheck.too_slow],
)
LONG = settings(EVERY_RUN, max_examples=5000, stateful_step_count=40, derandomize=False)


@pytest.mark.parametrize("third", [1, 2, 3])
def test_the_services_keep_every_promise(third: int) -> None:
    """300 examples, the same in every run, in three parts so that they share the processors."""

    @seed(third)
    class Third(Machine):
        pass

    ready()
    run_state_machine_as_test(Third, settings=EVERY_RUN)


@pytest.mark.long
def test_the_services_keep_every_promise_for_long() -> None:
    run_state_machine_as_test(Machine, settings=LONG)
