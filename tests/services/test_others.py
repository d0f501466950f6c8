"""What one person does leaves everybody else's second factor, sessions and pages as they are."""

from collections.abc import Callable

import pytest

from store.services.principals import SessionToken
from tests.desk import PASSWORD, SHELL, Desk
from tests.tables import rows

TABLES = {
    "authenticator": "account_id",
    "backup_set": "account_id",
    "backup_code": "(SELECT account_id FROM backup_set WHERE id = set_id)",
    "reset_code": "account_id",
    "call_forwarding": "account_id",
    "session": "account_id",
    "account": "id",
}


def belongings(desk: Desk, account_id: int) -> list[object]:
    """Return every row that belongs to an account."""
    return [
        rows(desk, f"SELECT * FROM {table} WHERE {owner} = ? ORDER BY rowid", account_id)  # noqa: S608
        for table, owner in TABLES.items()
    ]


def enable(desk: Desk) -> None:
    desk.enable("bob")


def agree_to_new_codes(desk: Desk) -> None:
    desk.enable("bob")
    token = desk.log_in("bob")
    desk.services.backup_codes.new_set(token)
    desk.services.backup_codes.agree(token)


def replace(desk: Desk) -> None:
    desk.enable("bob")
    token = desk.log_in("bob")
    desk.show_codes(token, "bob")
    desk.services.backup_codes.agree(token)


def disable(desk: Desk) -> None:
    desk.enable("bob")
    desk.services.two_factor.disable(desk.log_in("bob"), PASSWORD)


def reset(desk: Desk) -> None:
    desk.enable("bob")
    desk.services.reset.reset_two_factor(SHELL, "bob", "lost phone and codes")


def change_password(desk: Desk) -> None:
    desk.services.passwords.change(desk.log_in("bob"), PASSWORD, "marble ladder comet soup")


@pytest.mark.parametrize("act", [enable, agree_to_new_codes, replace, disable, reset, change_password])
def test_the_people_before_and_after_keep_what_they_have(desk: Desk, act: Callable[[Desk], None]) -> None:
    desk.create("bob")
    desk.create("carol")
    for name in ("carol", "alice"):
        desk.enable(name)
        desk.services.call_forwarding.forward(desk.log_in(name), "+306971234567")
    before = [belongings(desk, each) for each in (1, 3)]
    assert all(map(all, ([*each[:3], *each[4:]] for each in before)))
    act(desk)
    assert [belongings(desk, each) for each in (1, 3)] == before


def shown(desk: Desk, token: SessionToken) -> tuple[object, ...]:
    home = desk.services.home.look(token)
    return (home.two_factor_on, home.two_factor_since, home.set_number, home.codes_left, home.forwarding_to)


def test_who_has_nothing_sees_nothing_of_the_people_before_and_after(desk: Desk) -> None:
    desk.create("bob")
    desk.create("carol")
    for name in ("carol", "alice"):
        desk.enable(name)
        desk.services.call_forwarding.forward(desk.log_in(name), "+306971234567")
    assert shown(desk, desk.log_in("bob")) == (False, None, None, None, None)
