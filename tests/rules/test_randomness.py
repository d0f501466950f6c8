"""Nothing that is to be secret can be made to come out the same twice (ASVS 6.5.3, 11.5.1)."""

import random
from collections.abc import Callable

import pytest

from store.rules import backup_codes, hashing, sessions, totp
from store.rules.hashing import Cost
from store.vault import Vault

MADE: dict[str, Callable[[], object]] = {
    "secret": totp.new_secret,
    "backup code": backup_codes.new_code,
    "token": sessions.new_token,
    "salt": hashing.new_salt,
    "dummy hash": lambda: hashing.dummy_hash(Cost(8, 1, 1)),
    "sealed value": lambda: Vault({1: bytes(32)}).seal(b"", "place"),
}


@pytest.mark.parametrize("make", MADE.values(), ids=MADE.keys())
def test_no_secret_follows_the_seed_of_random(make: Callable[[], object]) -> None:
    random.seed(1)
    first = make()
    random.seed(1)
    assert make() != first
