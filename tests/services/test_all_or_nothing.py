"""An act that cannot be recorded or committed does not happen, in the store or in memory; then it can."""

from contextlib import suppress
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import SessionTransaction

from store.errors import StoreUnusable, TwofoldError
from store.services import audit
from tests.desk import Desk
from tests.services.acts import ACTS, Act
from tests.tables import content, events

acts = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)

COUNTED = ("throttle",)
"""Attempts are reserved, and committed, before they are verified: these stay (D9)."""


def no_room(*_: object, **__: object) -> NoReturn:
    raise StoreUnusable("full")


@acts
def test_without_its_audit_event_nothing_happens_and_afterwards_it_can(
    desk: Desk, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = act.ready(desk)
    before = content(desk, but=COUNTED)
    with monkeypatch.context() as patched:
        patched.setattr(audit, "append", no_room)
        with pytest.raises(StoreUnusable):
            do()
    assert content(desk, but=COUNTED) == before
    with suppress(*([] if act.done else [TwofoldError])):
        do()
    assert content(desk, but=COUNTED) != before


@acts
def test_an_act_that_cannot_be_committed_leaves_nothing_half_done(
    desk: Desk, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = act.ready(desk)
    recorded = len(events(desk))
    before = content(desk, but=COUNTED)
    commit = SessionTransaction.commit
    appended: list[object] = []
    append = audit.append

    def remember(*given: object, **named: object) -> None:
        append(*given, **named)  # type: ignore[arg-type]  # handed on as it came
        appended.append(given)

    def fail(transaction: SessionTransaction, *given: object, **named: object) -> None:
        if appended and transaction.parent is None:
            raise OperationalError("COMMIT", {}, Exception("disk full"))
        commit(transaction, *given, **named)  # type: ignore[arg-type]  # handed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(audit, "append", remember)
        patched.setattr(SessionTransaction, "commit", fail)
        with pytest.raises(StoreUnusable):
            do()
    assert appended
    assert len(events(desk)) == recorded
    assert content(desk, but=COUNTED) == before
    with suppress(*([] if act.done else [TwofoldError])):
        do()
    assert len(events(desk, act.event)) > 0
