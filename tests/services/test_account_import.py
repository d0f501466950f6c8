"""A file's good rows go in, each with a password that was kept before; bad ones are told; again changes nothing."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NoReturn

import pytest

from store.errors import (
    BadRow,
    InvalidNumber,
    InvalidUsername,
    NumberFault,
    RowFault,
    TwofoldError,
    UnsafeText,
    UsernameFault,
)
from store.rules.hashing import hash_activation_password
from store.services import bulk
from store.services.account_import import AccountRow
from store.services.bulk import BadLine, Portion
from store.services.views import Activation, Sought
from tests.desk import SHELL, Desk
from tests.tables import content, events, one, rows, store_path

CARLA = AccountRow(2, "Carla", "Καρλα Ωμ", "+30 697 123 4567", "operator")
DAN = AccountRow(3, "dan")


def bring_in(desk: Desk, given: Iterable[AccountRow | BadLine]) -> tuple[list[Activation], Portion]:
    """Import; return what was kept, and the sum of all portions."""
    kept: list[Activation] = []
    portions = list(desk.services.account_import.run(SHELL, given, kept.extend))
    return kept, summed(portions)


def summed(portions: Sequence[Portion]) -> Portion:
    bad = tuple(each for portion in portions for each in portion.bad)
    return Portion(sum(each.done for each in portions), sum(each.there for each in portions), bad)


def told(portion: Portion) -> list[tuple[int, str]]:
    return [(each.line, f"{type(each.error).__name__} {vars(each.error)}") for each in portion.bad]


def test_the_rows_become_accounts_that_their_passwords_open(desk: Desk) -> None:
    kept, outcome = bring_in(desk, [CARLA, DAN])
    assert (outcome, [each.username for each in kept]) == (Portion(2, 0, ()), ["carla", "dan"])
    assert {each.valid_for for each in kept} == {timedelta(hours=72)}
    assert kept[0].password not in repr(kept[0])
    view = desk.services.accounts.show(SHELL, "carla")
    assert (view.display_name, view.own_number, view.role) == ("Καρλα Ωμ", "+306971234567", "operator")
    for each in kept:
        where = "FROM account WHERE username = ?"
        assert one(desk, f"SELECT must_change_password {where}", each.username) == 1
        length = one(desk, f"SELECT activation_ends_at - password_changed_at {where}", each.username)
        assert length == 72 * 3600 * 10**6
        assert desk.log_in(each.username, each.password)


def test_each_account_leaves_one_event_in_a_chain_that_is_whole(desk: Desk) -> None:
    bring_in(desk, [CARLA, DAN])
    made = [(each.actor, each.account_id, each.detail) for each in events(desk, "account created")][1:]
    assert made == [
        ("shell:root@host", 2, "operator, to be activated"),
        ("shell:root@host", 3, "user, to be activated"),
    ]
    assert desk.services.audit_log.verify(SHELL).findings == ()
    assert all(each.sound for each in desk.services.store_check.check(SHELL))


def test_they_are_counted_and_found_at_once(desk: Desk) -> None:
    bring_in(desk, [CARLA, DAN])
    assert desk.services.directory.counts(SHELL).total == 3
    for typed in ("ωμ", "carl", "697123"):
        [found] = desk.services.directory.page(SHELL, Sought(text=typed)).accounts
        assert found.username == "carla"


def test_once_more_changes_nothing_and_keeps_no_password(desk: Desk) -> None:
    bring_in(desk, [CARLA, DAN])
    before = content(desk, but=())
    assert bring_in(desk, [CARLA, DAN]) == ([], Portion(0, 2, ()))
    assert content(desk, but=()) == before


def test_passwords_are_kept_before_their_accounts_are_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "PORTION", 2)
    seen: list[int] = []

    def keep(made: Sequence[Activation]) -> None:
        seen.append(one(desk, "SELECT count(*) FROM account"))
        if len(seen) == 3:
            raise KeyboardInterrupt

    given = [AccountRow(number, f"u{number}") for number in range(2, 9)]
    with pytest.raises(KeyboardInterrupt):
        list(desk.services.account_import.run(SHELL, given, keep))
    assert seen == [1, 3, 5]
    assert one(desk, "SELECT count(*) FROM account") == 5
    kept, outcome = bring_in(desk, given)
    assert (outcome, [each.username for each in kept]) == (Portion(3, 4, ()), ["u6", "u7", "u8"])


def test_where_a_password_cannot_be_kept_no_account_is_made(desk: Desk) -> None:
    def keep(_: Sequence[Activation]) -> NoReturn:
        raise RuntimeError

    before = content(desk, but=())
    with pytest.raises(RuntimeError):
        list(desk.services.account_import.run(SHELL, [CARLA], keep))
    assert content(desk, but=()) == before


BAD: list[tuple[AccountRow, TwofoldError]] = [
    (AccountRow(9, ""), InvalidUsername(UsernameFault.EMPTY)),
    (AccountRow(9, "x" * 41), InvalidUsername(UsernameFault.TOO_LONG)),
    (AccountRow(9, "Nobody"), InvalidUsername(UsernameFault.RESERVED)),
    (AccountRow(9, "=cmd|x"), InvalidUsername(UsernameFault.CHARACTER)),
    (AccountRow(9, "\u0430lice"), InvalidUsername(UsernameFault.CHARACTER)),
    (AccountRow(9, "eve", "a\u202eb"), UnsafeText("\u202e")),
    (AccountRow(9, "eve", "a\x1b[2J"), UnsafeText("\x1b")),
    (AccountRow(9, "eve", "x" * 81), BadRow(RowFault.NAME_TOO_LONG)),
    *((AccountRow(9, "eve", f"{sign}1"), BadRow(RowFault.FORMULA)) for sign in "=+-@"),
    (AccountRow(9, "eve", "", "697 123 4567"), InvalidNumber(NumberFault.NO_COUNTRY)),
    (AccountRow(9, "eve", "", "+30 12"), InvalidNumber(NumberFault.INVALID)),
    (AccountRow(9, "eve", "", "=1+1"), InvalidNumber(NumberFault.NOT_A_NUMBER)),
    (AccountRow(9, "eve", role="root"), BadRow(RowFault.ROLE)),
    (AccountRow(9, "alice", "Another"), BadRow(RowFault.OTHER_FACTS)),
    (AccountRow(9, "alice", role="operator"), BadRow(RowFault.OTHER_FACTS)),
    (AccountRow(9, "Carla"), BadRow(RowFault.TWICE, 2)),
]


@pytest.mark.parametrize(("bad", "error"), BAD, ids=repr)
def test_a_bad_row_is_told_and_keeps_no_other_out(desk: Desk, bad: AccountRow, error: TwofoldError) -> None:
    kept, outcome = bring_in(desk, [CARLA, bad, AccountRow(10, "dan")])
    assert (outcome.done, told(outcome)) == (2, [(9, f"{type(error).__name__} {vars(error)}")])
    assert [each.username for each in kept] == ["carla", "dan"]


def test_a_name_stands_once_in_a_file_however_far_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PORTION", 1)
    given = [AccountRow(2, "carla", role="boss"), AccountRow(3, "carla"), DAN, AccountRow(5, "CARLA")]
    _, outcome = bring_in(desk, given)
    assert outcome.done == 2
    assert told(outcome) == [(each.line, told(Portion(0, 0, (each,)))[0][1]) for each in outcome.bad]
    assert [(each.line, vars(each.error)) for each in outcome.bad] == [
        (2, {"fault": RowFault.ROLE, "earlier": 0}),
        (5, {"fault": RowFault.TWICE, "earlier": 3}),
    ]


def test_a_rehearsal_tells_the_same_and_changes_nothing(desk: Desk) -> None:
    unread = BadLine(4, BadRow(RowFault.NUL))
    given: list[AccountRow | BadLine] = [DAN, unread, *(bad for bad, _ in BAD), CARLA]
    before = content(desk, but=())
    rehearsed = summed(list(desk.services.account_import.rehearse(SHELL, given)))
    assert content(desk, but=()) == before
    _, outcome = bring_in(desk, given)
    assert told(rehearsed) == told(outcome)
    assert (rehearsed.done, rehearsed.there) == (outcome.done, outcome.there)


def test_no_password_stands_in_the_store(desk: Desk) -> None:
    kept, _ = bring_in(desk, [CARLA, DAN])
    hashes = [password_hash for (password_hash,) in rows(desk, "SELECT password_hash FROM account")]
    assert hashes[1:] == [hash_activation_password(each.password) for each in kept]
    stored = store_path(desk).read_bytes()
    assert not any(each.password.encode() in stored for each in kept)
