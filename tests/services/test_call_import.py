"""A file's calls go in once, each to its account; bad ones are told."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from store.errors import (
    BadRow,
    InvalidNumber,
    InvalidUsername,
    NoSuchAccount,
    NumberFault,
    RowFault,
    TwofoldError,
    UsernameFault,
)
from store.services import bulk
from store.services.bulk import BadLine
from store.services.call_history import NewCall
from store.services.call_import import CallRow
from tests.clocks import START
from tests.desk import SHELL, Desk
from tests.tables import content, events, rows

AT = START.isoformat()
CALL = CallRow(2, "Alice", AT, "in", "+306971234567", "61")
MISSED = CallRow(3, "alice", AT, "missed", "", "")
BOBS = CallRow(4, "bob", AT, "in", "+306971234567", "61")


def bring_in(desk: Desk, given: Iterable[CallRow | BadLine]) -> tuple[int, int, list[BadLine]]:
    portions = list(desk.services.call_import.run(SHELL, given))
    bad = [each for portion in portions for each in portion.bad]
    return sum(each.done for each in portions), sum(each.there for each in portions), bad


@pytest.fixture(autouse=True)
def bob(desk: Desk) -> None:
    desk.create("bob")


def test_each_call_goes_to_its_account_with_one_event_for_each(desk: Desk) -> None:
    assert bring_in(desk, [CALL, MISSED, BOBS]) == (3, 0, [])
    page = desk.services.call_history.page(desk.log_in(), first=1, size=5, whole_numbers=True)
    seen = [(call.at, call.direction, call.number, call.seconds) for call in page.calls]
    assert seen == [(START, "missed", None, None), (START, "in", "+30 697 123 4567", 61)]
    recorded = [(each.actor, each.account_id, each.detail) for each in events(desk, "calls recorded")]
    assert recorded == [("shell:root@host", 1, "2"), ("shell:root@host", 2, "1")]
    assert desk.services.audit_log.verify(SHELL).findings == ()
    assert all(each.sound for each in desk.services.store_check.check(SHELL))


def test_the_same_call_goes_in_once_however_it_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    desk.services.call_history.record(SHELL, "bob", [NewCall(START, "in", "+306971234567", 61)])
    elsewhere = replace(CALL, at=START.astimezone().isoformat())
    given = [CALL, elsewhere, MISSED, CALL, BOBS, replace(CALL, seconds="62")]
    assert bring_in(desk, given) == (3, 3, [])
    before = content(desk, but=())
    assert bring_in(desk, given) == (0, 6, [])
    assert content(desk, but=()) == before


BAD: list[tuple[CallRow, TwofoldError]] = [
    (replace(CALL, username="mallory"), NoSuchAccount("mallory")),
    (replace(CALL, username=""), InvalidUsername(UsernameFault.EMPTY)),
    *(
        (replace(CALL, at=at), BadRow(RowFault.MOMENT))
        for at in ("", "yesterday", "2026-11-24T14:00", "0001-01-01T00:00+00:00", "9999-12-31T23:59+00:00")
    ),
    (replace(CALL, direction="up"), BadRow(RowFault.DIRECTION)),
    (replace(CALL, number="697\x1b[2J"), InvalidNumber(NumberFault.NOT_A_NUMBER)),
    *((replace(CALL, seconds=text), BadRow(RowFault.SECONDS)) for text in ("-1", "1.5", "9" * 30, "٣")),
    (replace(CALL, seconds=""), BadRow(RowFault.LENGTH)),
    (replace(MISSED, seconds="1"), BadRow(RowFault.LENGTH)),
]


@pytest.mark.parametrize(("bad", "error"), BAD, ids=repr)
def test_a_bad_row_is_told_and_keeps_no_other_out(desk: Desk, bad: CallRow, error: TwofoldError) -> None:
    done, there, [told] = bring_in(desk, [replace(bad, line=9), MISSED, BOBS])
    assert (done, there, told.line) == (2, 0, 9)
    assert (type(told.error), vars(told.error)) == (type(error), vars(error))


def test_a_rehearsal_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    before = content(desk, but=())
    given: list[CallRow | BadLine] = [
        CALL,
        BadLine(8, BadRow(RowFault.NUL)),
        *(bad for bad, _ in BAD),
        MISSED,
    ]
    [rehearsed] = desk.services.call_import.rehearse(SHELL, given)
    assert content(desk, but=()) == before
    done, there, bad = bring_in(desk, given)
    assert (rehearsed.done, rehearsed.there) == (done, there)
    assert [each.line for each in rehearsed.bad] == [each.line for each in bad]
    assert len(rows(desk, "SELECT * FROM call")) == 2
