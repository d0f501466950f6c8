"""Accounts are made and seen by the host's shell, and a name is given away once (D1)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import (
    InvalidUsername,
    NoSuchAccount,
    NotAllowed,
    PasswordFault,
    StoreNotFresh,
    UnsafeText,
    UsernameFault,
    UsernameTaken,
    WeakPassword,
)
from store.rules import usernames
from store.services.accounts import PAGE
from store.services.principals import Shell
from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import wrong_backup_codes, wrong_codes, wrong_passwords
from tests.tables import change, content, events, one, rows


def test_an_account_can_log_in_once_it_is_made(desk: Desk) -> None:
    assert desk.services.accounts.create(SHELL, "  Bob.Smith@Example ", PASSWORD) == "bob.smith@example"
    outcome = desk.services.sign_in.check_password(HERE, "bob.smith@example", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    view = desk.services.accounts.show(SHELL, "BOB.SMITH@example")
    assert (view.username, view.role, view.enabled, view.second_factor) == (
        "bob.smith@example",
        "user",
        True,
        "off",
    )
    assert (view.codes_left, view.set_number, view.password_locked_for) == (None, None, timedelta())


def test_an_operator_is_made_as_one(desk: Desk) -> None:
    desk.services.accounts.create(SHELL, "root", PASSWORD, operator=True, display_name="Ρούτα")
    view = desk.services.accounts.show(SHELL, "root")
    assert (view.role, view.display_name) == ("operator", "Ρούτα")
    desk.enable("root")
    assert desk.services.home.look(desk.log_in("root")).operator
    assert not desk.services.home.look(desk.log_in("alice")).operator
    assert [each.detail for each in events(desk, "account created")] == ["user", "operator"]


@pytest.mark.parametrize("form", ["alice", "ALICE", " alice ", "Alice\n"])
def test_a_name_is_never_given_away_twice(desk: Desk, form: str) -> None:
    change(desk, "UPDATE account SET enabled = 0")
    before = content(desk)
    with pytest.raises(UsernameTaken) as taken:
        desk.services.accounts.create(SHELL, form, PASSWORD)
    assert taken.value.username == "alice"
    with pytest.raises(UsernameTaken):
        desk.services.accounts.check_new(SHELL, form)
    assert content(desk) == before


@pytest.mark.parametrize(
    ("username", "fault"),
    [
        ("", UsernameFault.EMPTY),
        ("a" * 41, UsernameFault.TOO_LONG),
        ("-bob", UsernameFault.FIRST),
        ("bo:b", UsernameFault.CHARACTER),
        ("bób", UsernameFault.CHARACTER),
        ("a+b+c@d", UsernameFault.TOO_MANY_SIGNS),
    ],
)
def test_a_name_follows_the_rules(desk: Desk, username: str, fault: UsernameFault) -> None:
    before = content(desk)
    with pytest.raises(InvalidUsername) as invalid:
        desk.services.accounts.create(SHELL, username, PASSWORD)
    assert invalid.value.fault is fault
    with pytest.raises(InvalidUsername) as invalid:
        desk.services.accounts.check_new(SHELL, username)
    assert invalid.value.fault is fault
    assert content(desk) == before


def test_a_password_and_a_display_name_follow_the_rules(desk: Desk) -> None:
    before = content(desk)
    with pytest.raises(WeakPassword) as weak:
        desk.services.accounts.create(SHELL, "bob", "bob bob bob bob bob")
    assert weak.value.fault is PasswordFault.GUESSABLE
    with pytest.raises(UnsafeText):
        desk.services.accounts.create(SHELL, "bob", PASSWORD, display_name="Bob\x1b[2J")
    with pytest.raises(UnsafeText):
        desk.services.accounts.create(SHELL, "bob", PASSWORD, display_name="Bob\u202e")
    assert content(desk) == before


@pytest.mark.parametrize("name", sorted(usernames.RESERVED))
def test_a_reserved_name_is_given_to_nobody_and_left_to_who_has_it(desk: Desk, name: str) -> None:
    makers: tuple[Callable[[], object], ...] = (
        lambda: desk.services.accounts.create(SHELL, name.upper(), PASSWORD),
        lambda: desk.services.accounts.activate(SHELL, name),
        lambda: desk.services.accounts.check_new(SHELL, name),
        lambda: desk.services.accounts.create_first_operator(HERE, name, PASSWORD),
    )
    before = content(desk, but=())
    for make in makers:
        with pytest.raises(InvalidUsername) as refused:
            make()
        assert refused.value.fault is UsernameFault.RESERVED
    assert content(desk, but=()) == before
    change(desk, "UPDATE account SET username = ? WHERE username = 'alice'", name)
    desk.log_in(name)
    assert desk.services.accounts.show(SHELL, name).username == name


def test_the_log_calls_itself_by_no_name_that_an_account_can_have(desk: Desk) -> None:
    wrong_passwords(desk, 1)
    desk.services.sessions.record_crash(HERE, "x")
    with pytest.raises(NotAllowed):
        desk.services.accounts.show(HERE, "alice")
    desk.log_in()
    actors = {each.actor for each in events(desk)} - {"alice"}
    assert actors == {"shell:root@host", "(nobody)", "(console)"}
    for actor in (*actors, "first run"):
        with pytest.raises(InvalidUsername):
            usernames.enforce(actor)


def test_checking_a_new_name_makes_nothing(desk: Desk) -> None:
    before = content(desk, but=())
    assert desk.services.accounts.check_new(SHELL, " Bob ") == "bob"
    assert content(desk, but=()) == before


def test_the_list_is_by_name_and_goes_over_its_pages(desk: Desk) -> None:
    many = PAGE + 3
    change(
        desk,
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?)"
        " INSERT INTO account (username, display_name, role, enabled, number, password_hash,"
        " password_changed_at, second_factor, had_second_factor, epoch, created_at)"
        " SELECT printf('user%04d', i), '', role, enabled, number, password_hash,"
        " password_changed_at, second_factor, had_second_factor, epoch, created_at FROM account, n WHERE id = 1",
        many,
    )
    listed = [each.username for each in desk.services.accounts.list(SHELL)]
    assert listed == ["alice", *(f"user{number:04}" for number in range(many))]


def test_an_account_that_is_not_there_is_named(desk: Desk) -> None:
    before = content(desk, but=())
    for call in (desk.services.accounts.show, desk.services.accounts.unlock):
        with pytest.raises(NoSuchAccount) as missing:
            call(SHELL, "nobody")
        assert missing.value.username == "nobody"
    assert content(desk, but=()) == before


def test_every_lock_is_shown_and_lifted_at_once(desk: Desk) -> None:
    desk.create("bob")
    desk.enable()
    full = desk.log_in()
    wrong_codes(desk, full, 5)
    wrong_backup_codes(desk, full, 5)
    wrong_passwords(desk, 5)
    wrong_passwords(desk, 5, "bob")
    minute = timedelta(minutes=1)
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.password_locked_for, view.code_locked_for, view.backup_code_locked_for) == (minute,) * 3
    assert desk.services.accounts.unlock(Shell("ops", "desk"), "alice") == view
    after = desk.services.accounts.show(SHELL, "alice")
    assert (after.password_locked_for, after.code_locked_for, after.backup_code_locked_for) == (
        timedelta(),
    ) * 3
    assert desk.services.accounts.show(SHELL, "bob").password_locked_for == minute
    assert [each.actor for each in events(desk, "account unlocked")] == ["shell:ops@desk"]
    desk.services.second_factor.verify(desk.half(), desk.code(steps=1))
    wrong_backup_codes(desk, desk.half(), 1)


def test_two_factor_is_shown_with_its_set_and_what_is_left(desk: Desk) -> None:
    codes = desk.enable()
    desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    view = desk.services.accounts.show(SHELL, "alice")
    assert (view.second_factor, view.codes_left) == ("on", 9)
    assert view.set_number == one(desk, "SELECT number FROM backup_set")
    assert view.last_login_at == desk.clock.now()


def test_first_run_makes_one_operator_and_is_over(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    accounts = desk.services.accounts
    assert accounts.is_fresh()
    with pytest.raises(WeakPassword):
        accounts.create_first_operator(HERE, "root", "too short")
    assert accounts.is_fresh()
    assert accounts.create_first_operator(HERE, "Root", PASSWORD) == "root"
    assert not accounts.is_fresh()
    with pytest.raises(StoreNotFresh):
        accounts.create_first_operator(HERE, "second", PASSWORD)
    assert rows(desk, "SELECT username, role FROM account") == [("root", "operator")]
    assert [(each.actor, each.source) for each in events(desk, "account created")] == [
        ("first run", HERE.source)
    ]
    desk.services.close()


def test_a_store_with_any_account_is_not_fresh(desk: Desk) -> None:
    change(desk, "UPDATE account SET enabled = 0")
    assert not desk.services.accounts.is_fresh()
    with pytest.raises(StoreNotFresh):
        desk.services.accounts.create_first_operator(HERE, "root", PASSWORD)


def test_a_fresh_store_has_no_account_to_log_in_to(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert rows(desk, "SELECT * FROM account") == []
    for name in ("admin", "root", "operator", "twofold"):
        wrong_passwords(desk, 1, name)
    desk.services.close()


def test_a_list_of_accounts_keeps_no_console_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    token, other = desk.log_in(), desk.another()
    digest = desk.services.core.name_digest
    asked: list[str] = []

    def meanwhile(form: str) -> bytes:
        """In the middle of a page, have another console write."""
        asked.append(form)
        other.call_forwarding.forward(token, "+306971234567")
        return digest(form)

    monkeypatch.setattr(desk.services.core, "name_digest", meanwhile)
    assert [view.username for view in desk.services.accounts.list(SHELL)] == ["alice"]
    assert asked == ["alice"]
    other.close()


@pytest.mark.parametrize("typed", ["\u017fam", "sam\u200b", "\uff53am"])
def test_a_name_that_only_looks_alike_is_nobodys_for_an_operator_too(desk: Desk, typed: str) -> None:
    desk.create("sam")
    for act in (
        desk.services.accounts.show,
        desk.services.accounts.unlock,
        lambda principal, name: desk.services.reset.reset_two_factor(principal, name, "lost the phone"),
    ):
        with pytest.raises(NoSuchAccount):
            act(SHELL, typed)
