"""Two operators with 2FA in the store that commands are run on."""

import base64

from store.rules import totp
from store.rules.policy import PolicyChanges
from store.services.bundle import Services
from tests.cli.test_account import now_clock
from tests.desk import HERE, PASSWORD, SHELL, Desk

NAMES = ("carol", "dave")


def make_operators(services: Services, password: str = PASSWORD) -> None:
    """Make two operators who can be two."""
    for name in NAMES:
        services.accounts.create(SHELL, name, password, operator=True)
        token = services.sign_in.check_password(HERE, name, password).token
        secret = base64.b32decode(services.enrollment.begin(token).setup_key)
        step = totp.step_at(services.core.clock.now())
        services.enrollment.confirm(token, totp.code_at(secret, step))
        services.backup_codes.agree(token)


def ask_for_two(desk: Desk) -> None:
    """Have two operators, and a policy that asks for them, as of this machine's time."""
    desk.clock = now_clock()
    services = desk.another()
    make_operators(services)
    services.policy.set(SHELL, PolicyChanges(second_approval=True))
    services.close()
