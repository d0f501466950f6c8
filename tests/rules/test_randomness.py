"""Nothing that is to be secret can be made to come out the same twice (ASVS 6.5.3, 11.5.1)."""

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from store.key_file import add_key, create_vault, key_path
from store.rules import backup_codes, hashing, sessions, totp
from store.rules.hashing import Cost
from store.vault import KEY_BYTES, Vault

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


def test_each_byte_of_a_key_is_random(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "keys"
    keys: list[bytes] = []
    for store in (f"{number:016x}" for number in range(4)):
        create_vault(folder, store)
        add_key(folder, store)
        content = json.loads(key_path(folder, store).read_text())["keys"]
        keys += [base64.b64decode(key) for key in content.values()]
    parts = [key[at : at + 4] for key in keys for at in range(0, KEY_BYTES, 4)]
    assert len(parts) == 64
    # That four random bytes come twice among so many is as likely as a hit in two million.
    assert len({*parts}) == len(parts)
