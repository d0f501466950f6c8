"""Proof by machine: the services keep every promise, whatever is done in whatever order."""

import random
import time

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.base import Base
from tests.machine.machine import Machine
from tests.machine.outcomes import OFTEN, REACHED, SELDOM
from tests.machine.ready import ready

PARTS, SEEDS, EXAMPLES = 2, 10, 10
"""200 examples. After ten of one seed Hypothesis turns to copies of those with a part replaced; fresh ones
reach more, and so there are many seeds. The parts share the processors."""

EVERY_RUN = settings(
    max_examples=EXAMPLES,
    stateful_step_count=10,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    report_multiple_bugs=False,
    # Ten steps can be read as they are; to make them fewer takes minutes. That is for the long mode.
    phases=[Phase.generate],
    # How long a step takes says how busy the machine is, not how good the test is.
    suppress_health_check=[HealthCheck.too_slow],
)
LONG = settings(
    EVERY_RUN,
    max_examples=20,
    stateful_step_count=30,
    phases=[Phase.generate, Phase.shrink],
)
LONG_SEEDS = 150


@pytest.fixture(autouse=True)
def nothing_reached_yet() -> None:
    ready()
    REACHED.clear()


@pytest.mark.parametrize("part", range(PARTS))
def test_the_services_keep_every_promise(part: int) -> None:
    """200 examples, the same in every run."""
    for number in range(part * SEEDS, (part + 1) * SEEDS):
        run(number, EVERY_RUN)
    assert not OFTEN - REACHED.keys()


@pytest.mark.long
def test_the_services_keep_every_promise_for_long() -> None:
    """3,000 examples, others in every run; -s shows how far it is."""
    first, began = random.SystemRandom().randrange(1_000_000), time.monotonic()
    for number in range(first, first + LONG_SEEDS):
        print(f"seed {number}, {time.monotonic() - began:.0f} s, {REACHED.total()} acts", flush=True)  # noqa: T201
        run(number, LONG)
    for outcome, times in sorted(REACHED.items()):
        print(f"{times:7} {outcome}")  # noqa: T201
    assert not (OFTEN | SELDOM) - REACHED.keys()


def run(number: int, how: settings, machine: type[Base] = Machine) -> None:
    run_state_machine_as_test(seed(number)(type(machine.__name__, (machine,), {})), settings=how)
