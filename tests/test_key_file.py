"""A store has one key file, made with it, readable by its owner alone, and never made anew (D10)."""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from store.errors import KeyUnusable, StoreUnusable
from store.key_file import add_key, create_vault, key_path, load_every_key, load_vault
from store.vault import Vault
from tests.desk import Desk
from tests.tables import change, one, rows

STORE_ID = "00112233aabbccdd"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "config" / "keys"


def unusable(folder: Path, check: bytes, store_id: str = STORE_ID) -> str:
    with pytest.raises(KeyUnusable) as error:
        load_vault(folder, store_id, check)
    assert error.value.path == key_path(folder, store_id)
    return error.value.cause


def made(folder: Path) -> tuple[Path, bytes]:
    """Make a key; return its file and the check value of its store."""
    return key_path(folder, STORE_ID), create_vault(folder, STORE_ID).check_value()


def test_what_was_made_is_loaded(folder: Path) -> None:
    first = create_vault(folder, STORE_ID)
    second = load_vault(folder, STORE_ID, first.check_value())
    assert second.open(first.seal(b"value", "place"), "place") == b"value"
    assert first.mac("name", b"x") == second.mac("name", b"x")


def test_every_key_has_256_bits_and_a_shorter_one_is_refused(folder: Path) -> None:
    path, check = made(folder)
    add_key(folder, STORE_ID)
    content = json.loads(path.read_text())
    assert [len(base64.b64decode(key)) for key in content["keys"].values()] == [32, 32]
    vault = load_vault(folder, STORE_ID, check)
    assert {len(vault._derived(purpose, key)) for purpose in ("seal", "audit") for key in (1, 2)} == {32}
    assert len(vault.mac("audit", b"")) == 32
    for length in (16, 31, 33):
        content["keys"]["1"] = base64.b64encode(bytes(length)).decode()
        path.write_text(json.dumps(content))
        assert unusable(folder, check) == "is damaged"


def test_it_is_its_owners_alone_whatever_the_umask(folder: Path) -> None:
    old = os.umask(0)
    try:
        path, _ = made(folder)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o7777 == 0o600
    assert folder.stat().st_mode & 0o7777 == 0o700


def test_it_is_never_made_over_another_or_through_a_link(folder: Path, tmp_path: Path) -> None:
    path, _ = made(folder)
    before = path.read_bytes()
    with pytest.raises(KeyUnusable) as error:
        create_vault(folder, STORE_ID)
    assert error.value.cause == "cannot be written"
    assert path.read_bytes() == before
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyUnusable):
        create_vault(folder, STORE_ID)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o602, 0o777])
def test_one_that_others_can_read_or_write_is_refused(folder: Path, mode: int) -> None:
    path, check = made(folder)
    path.chmod(mode)
    assert unusable(folder, check) == "is open to others"
    path.chmod(0o600)
    load_vault(folder, STORE_ID, check)


def test_one_behind_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    path, check = made(folder)
    elsewhere = tmp_path / "elsewhere" / "keys" / path.name
    elsewhere.parent.mkdir(parents=True)
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert unusable(folder, check) == "cannot be read"


def test_a_missing_one_is_said_to_be_missing(folder: Path) -> None:
    path, check = made(folder)
    path.unlink()
    assert unusable(folder, check) == "is missing"
    assert not path.exists()


def test_a_folder_in_its_place_is_refused(folder: Path) -> None:
    path, check = made(folder)
    path.unlink()
    path.mkdir(mode=0o700)
    assert unusable(folder, check) == "cannot be read"


def test_another_stores_key_is_refused(folder: Path) -> None:
    path, check = made(folder)
    create_vault(folder, "ffff" * 4)
    path.write_bytes(key_path(folder, "ffff" * 4).read_bytes())
    assert unusable(folder, check) == "is damaged"
    text = path.read_text().replace("ffff" * 4, STORE_ID)
    path.write_text(text)
    assert unusable(folder, check) == "is not this store's"


def damage(change_it: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def do(path: Path) -> None:
        content = json.loads(path.read_text())
        path.write_text(json.dumps(change_it(content)))

    return do


KEY = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "do",
    [
        lambda path: path.write_text(""),
        lambda path: path.write_text("{"),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text("[" * 5000),
        damage(lambda _: []),
        damage(lambda _: "text"),
        damage(lambda _: {}),
        damage(lambda content: {**content, "store": "other"}),
        damage(lambda content: {**content, "keys": {}}),
        damage(lambda content: {**content, "keys": []}),
        damage(lambda content: {**content, "keys": {"1": 5}}),
        damage(lambda content: {**content, "keys": {"1": "not base64!"}}),
        damage(lambda content: {**content, "keys": {"1": KEY[:20]}}),
        damage(lambda content: {**content, "keys": {"x": KEY}}),
        damage(lambda content: {**content, "keys": {"0": KEY}}),
        damage(lambda content: {**content, "keys": {"256": KEY}}),
    ],
)
def test_a_damaged_one_is_refused_with_a_typed_error(folder: Path, do: Callable[[Path], None]) -> None:
    path, check = made(folder)
    do(path)
    path.chmod(0o600)
    assert unusable(folder, check) == "is damaged"


def test_a_damaged_check_value_is_no_right_key(folder: Path) -> None:
    _, check = made(folder)
    for wrong in (b"", check[:-1], bytes(len(check)), Vault({1: bytes(32)}).check_value()):
        assert unusable(folder, wrong) == "is not this store's"


def test_a_lost_key_is_not_replaced_over_old_secrets(desk: Desk) -> None:
    desk.enable()
    desk.services.close()
    [key] = desk.settings.keys_folder.iterdir()
    kept = key.read_bytes()
    key.unlink()
    sealed = rows(desk, "SELECT secret FROM authenticator")
    for _ in range(2):
        with pytest.raises(KeyUnusable) as error:
            desk.another()
        assert error.value.cause == "is missing"
    assert list(desk.settings.keys_folder.iterdir()) == []
    assert rows(desk, "SELECT secret FROM authenticator") == sealed
    key.write_bytes(kept)
    key.chmod(0o600)
    desk.another().close()


def test_a_store_that_lost_its_identity_gets_no_new_one(desk: Desk) -> None:
    desk.services.close()
    change(desk, "DELETE FROM store")
    with pytest.raises(StoreUnusable):
        desk.another()
    assert one(desk, "SELECT count(*) FROM store") == 0


def test_key_and_store_name_each_other_and_two_stores_share_nothing(tmp_path: Path) -> None:
    first, second = Desk(tmp_path / "a"), Desk(tmp_path / "b")
    ids = [one(desk, "SELECT store_id FROM store") for desk in (first, second)]
    assert ids[0] != ids[1]
    for desk, store_id in zip((first, second), ids, strict=True):
        [key] = desk.settings.keys_folder.iterdir()
        assert key.name == f"{store_id}.key"
        desk.services.close()
    assert first.services.core.vault.mac("name", b"x") != second.services.core.vault.mac("name", b"x")


@pytest.mark.parametrize("named", ["../../else/" + STORE_ID, "", STORE_ID.upper(), STORE_ID + "\n"])
def test_a_store_that_says_it_is_called_otherwise_leads_to_no_key_file(folder: Path, named: str) -> None:
    vault = create_vault(folder, STORE_ID)
    for load in (load_vault, load_every_key):
        with pytest.raises(StoreUnusable) as error:
            load(folder, named, vault.check_value())
        assert error.value.cause == "damaged"


def test_who_is_told_that_a_store_is_called_otherwise_is_told_which_store(desk: Desk) -> None:
    change(desk, "UPDATE store SET store_id = '../../elsewhere'")
    with pytest.raises(StoreUnusable) as error:
        desk.another()
    assert (error.value.cause, error.value.path) == ("damaged", desk.settings.store_path)
