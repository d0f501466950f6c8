"""How hard a target is tried: a little and the same in every run, or for long and ever new."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUICK = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    # How long it takes says how busy the machine is; what must not take long is timed on its own.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
LONG = settings(QUICK, max_examples=20_000, derandomize=False)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Lone surrogates too: what a terminal or a file name may hand over."""


def fuzz(
    *given_by: st.SearchStrategy[object], share: float = 1
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of a target that has to bear whatever the strategies come up with.

    A slow target takes its `share` of the examples.
    """

    def decorate(target: Callable[..., None]) -> Callable[..., None]:
        def test(effort: settings) -> None:
            examples = int(effort.max_examples * share)
            settings(effort, max_examples=examples)(given(*given_by)(target))()

        test.__name__, test.__doc__, test.__module__ = target.__name__, target.__doc__, target.__module__
        efforts = [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.long)]
        return pytest.mark.parametrize("effort", efforts)(test)

    return decorate


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail where it takes this process longer than that, whatever else the machine does."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds
