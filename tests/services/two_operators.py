"""A store where policy asks for two operators."""

from collections.abc import Callable

import pytest

from store.errors import TwofoldError
from store.rules.policy import PolicyChanges
from store.services.principals import SessionToken
from tests.desk import SHELL, Desk
from tests.tables import content

WHY = "both of us looked at it"
PROOF = "showed a passport at the front desk"


def operator(desk: Desk, username: str) -> SessionToken:
    """Make an operator with 2FA; return a session that has just proven it."""
    desk.create(username, operator=True)
    desk.enable(username)
    return desk.log_in(username)


def fresh(desk: Desk, username: str) -> SessionToken:
    """Return another session of somebody who has 2FA, in which a code was typed just now."""
    return desk.log_in(username)


def ask_for_two(desk: Desk, *names: str) -> list[SessionToken]:
    """Have these operators, and the rule of two; return a session of each."""
    for name in names:
        operator(desk, name)
    desk.services.policy.set(SHELL, PolicyChanges(second_approval=True))
    return [fresh(desk, name) for name in names]


def refused(desk: Desk, error: type[TwofoldError], act: Callable[[], object]) -> TwofoldError:
    """See that it is refused and that nothing changes."""
    before = content(desk)
    with pytest.raises(error) as refusal:
        act()
    assert content(desk) == before
    return refusal.value
