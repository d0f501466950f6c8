"""What a policy may say, whom it is about, and when the time of grace is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import InvalidPolicy, PolicyFault, UnsafeText
from store.rules.policy import BOUNDS, PolicyChanges, Whom, check, covers, grace_left
from store.rules.sessions import KIOSK_WARNING, Limits

START = datetime(2026, 11, 24, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = timedelta(days=1)


def changed(fault: PolicyFault, length: timedelta) -> PolicyChanges:
    change: dict[str, Any] = {fault: length}
    return replace(PolicyChanges(), **change)


@pytest.mark.parametrize("fault", BOUNDS)
def test_each_length_of_time_has_its_bounds_and_may_be_at_them(fault: PolicyFault) -> None:
    for bound, beyond in zip(BOUNDS[fault], (-TICK, TICK), strict=True):
        assert getattr(check(changed(fault, bound)), fault) == bound
        with pytest.raises(InvalidPolicy) as refused:
            check(changed(fault, bound + beyond))
        assert refused.value.fault is fault


def test_names_are_trimmed_and_have_their_bounds() -> None:
    assert check(PolicyChanges(name="  Acme   phones ", issuer=" Acme ")) == PolicyChanges(
        name="Acme phones", issuer="Acme"
    )
    assert check(PolicyChanges(name="x" * 30, issuer="")).name == "x" * 30
    for changes, fault in (
        (PolicyChanges(name="x" * 31), PolicyFault.NAME),
        (PolicyChanges(issuer="Acme phones"), PolicyFault.ISSUER),
        (PolicyChanges(issuer="x" * 16), PolicyFault.ISSUER),
    ):
        with pytest.raises(InvalidPolicy) as refused:
            check(changes)
        assert refused.value.fault is fault
    for unsafe in ("a\x1b[2Jb", "a\u202eb", "a\u200bb"):
        with pytest.raises(UnsafeText):
            check(PolicyChanges(name=unsafe))


def test_a_demand_is_about_nobody_operators_or_everybody() -> None:
    assert [(covers(whom, operator=True), covers(whom, operator=False)) for whom in Whom] == [
        (False, False),
        (True, False),
        (True, True),
    ]


def test_grace_begins_with_the_demand_or_with_the_account_if_that_is_later() -> None:
    old, new = START - 100 * DAY, START + 3 * DAY
    assert grace_left(14 * DAY, START, old, START + 4 * DAY) == 10 * DAY
    assert grace_left(14 * DAY, START, new, START + 4 * DAY) == 13 * DAY
    assert grace_left(14 * DAY, START, old, START + 14 * DAY - TICK) == TICK
    assert grace_left(14 * DAY, START, old, START + 14 * DAY) == timedelta()
    assert grace_left(timedelta(), None, START, START) == timedelta()


@given(back=st.timedeltas(timedelta(), timedelta(days=400)))
def test_a_clock_set_back_gives_no_more_than_the_whole_grace(back: timedelta) -> None:
    assert grace_left(14 * DAY, START, START, START - back) == 14 * DAY


@given(
    kiosk_idle=st.timedeltas(*BOUNDS[PolicyFault.KIOSK_IDLE]), idle=st.timedeltas(*BOUNDS[PolicyFault.IDLE])
)
def test_within_the_bounds_a_kiosk_covers_before_it_ends_and_keys_count_in_time(
    kiosk_idle: timedelta, idle: timedelta
) -> None:
    limits = Limits(idle=idle, kiosk_idle=kiosk_idle)
    assert timedelta() < limits.kiosk_cover <= kiosk_idle - KIOSK_WARNING
    assert limits.seen_every(kiosk=True) < kiosk_idle / 2
    assert limits.seen_every(kiosk=False) < idle / 2
