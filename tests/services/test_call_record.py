"""Calls come into the history in batches, from the host's shell only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.errors import InvalidNumber, NoSuchAccount, NotAllowed
from store.services.call_history import Direction, NewCall
from tests.clocks import START
from tests.desk import HERE, SHELL, Desk

CALLS = [
    NewCall(START - timedelta(days=2), "in", "+302105550163", 61),
    NewCall(START - timedelta(days=1), "missed", None, None),
    NewCall(START - timedelta(hours=1), "out", "+442079460018", 0),
]


def events(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.services.core.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT event, actor, detail FROM audit_event").all()
    return [(row[0], row[1], row[2]) for row in rows if row[0] == "calls recorded"]


def test_a_batch_is_recorded_whole_and_audited_once(desk: Desk) -> None:
    history = desk.services.call_history
    assert history.record(SHELL, "Alice", CALLS) == 3
    assert history.record(SHELL, "alice", []) == 0
    page = history.page(desk.log_in(), first=1, size=10, whole_numbers=True)
    seen = [(call.at, call.direction, call.number, call.seconds) for call in page.calls]
    assert seen == [
        (CALLS[2].at, "out", "+44 20 7946 0018", 0),
        (CALLS[1].at, "missed", None, None),
        (CALLS[0].at, "in", "+30 21 0555 0163", 61),
    ]
    assert events(desk) == [
        ("calls recorded", "shell:root@host", "3"),
        ("calls recorded", "shell:root@host", "0"),
    ]


def test_nobody_but_the_shell_records(desk: Desk) -> None:
    token = desk.log_in()
    for principal in (HERE, token):
        with pytest.raises(NotAllowed):
            desk.services.call_history.record(principal, "alice", CALLS)
    assert desk.services.call_history.page(token, first=1, size=10).total == 0


def test_one_wrong_call_or_name_refuses_the_batch(desk: Desk) -> None:
    history = desk.services.call_history
    bad = [*CALLS, NewCall(START, "in", "2105550163", 5)]
    with pytest.raises(InvalidNumber):
        history.record(SHELL, "alice", bad)
    with pytest.raises(NoSuchAccount):
        history.record(SHELL, "nobody", CALLS)
    assert history.page(desk.log_in(), first=1, size=10).total == 0
    assert events(desk) == []


@pytest.mark.parametrize(("direction", "seconds"), [("missed", 3), ("in", None), ("out", None), ("in", -1)])
def test_a_call_that_cannot_have_been_is_none(direction: Direction, seconds: int | None) -> None:
    with pytest.raises(ValueError, match="length"):
        NewCall(START, direction, None, seconds)
