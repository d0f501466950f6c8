"""Whatever is wrong with store or key, each command says it in one sentence, by its exit code, and mends nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store.services.bundle import open_services
from tests.cli.shell import Ended, Shell
from tests.desk import PASSWORD, Desk
from tests.tables import store_path

COMMANDS = [
    ["account", "create", "bob"],
    ["account", "list"],
    ["account", "list", "--json"],
    ["account", "show", "alice"],
    ["account", "unlock", "alice"],
    ["account", "reset-2fa", "alice", "--reason", "lost"],
    ["account", "lock", "alice", "--for", "2h", "--reason", "lost"],
    ["account", "edit", "alice", "--display-name", "Alice"],
    ["audit", "verify"],
    ["store", "upgrade"],
    ["store", "check"],
    ["store", "backup", "{folder}/copy.db"],
    ["key", "rotate"],
]

Spoil = Callable[[Path, Path], object]
"""What is done to the store and to its key file."""


def write(path: Path, content: bytes) -> None:
    """As another program would, in place: mode and owner stay."""
    path.write_bytes(content)


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def without_pages(store: Path, _key: Path) -> None:
    write(store, store.read_bytes()[:4096] + b"\xa5" * 40960)


def cut(store: Path, _key: Path) -> None:
    write(store, store.read_bytes()[:10_000])


def anothers_key(_store: Path, key: Path) -> None:
    """The key of another store under this one's name."""
    other = Desk(key.parent / "elsewhere")
    other.services.close()
    [others] = other.settings.keys_folder.iterdir()
    write(key, others.read_bytes().replace(others.stem.encode(), key.stem.encode()))
    shutil.rmtree(key.parent / "elsewhere")


STORES: list[tuple[str, Spoil, str]] = [
    ("not a store", lambda store, _: write(store, b"My diary. " * 900), "This is not a Twofold store: {store}"),
    ("damaged", without_pages, "The store is damaged: {store}. Bring back a backup."),
    ("cut", cut, "The store is damaged: {store}. Bring back a backup."),
    ("emptied", lambda store, _: write(store, b""), "The store is empty though it has a key: {store}. "),
    ("open to others", lambda store, _: store.chmod(0o644), "Other users can read the store. Run: chmod 600 {store}"),
    ("a folder", lambda store, _: make_folder(store), "The store cannot be opened there: {store}"),
]  # fmt: skip
KEYS: list[tuple[str, Spoil, str]] = [
    ("missing", lambda _, key: key.unlink(), "The store's key file is missing: {key}. Bring it back from your backup."),
    ("open to others", lambda _, key: key.chmod(0o640), "Other users can read the key file. Run: chmod 600 {key}"),
    ("another's", anothers_key, "The key file is not the one of this store: {key}"),
    ("damaged", lambda _, key: write(key, b"{"), "The key file is damaged: {key}"),
    ("a folder", lambda _, key: make_folder(key), "The key file cannot be read: {key}"),
]  # fmt: skip
CASES = [(3, *each) for each in STORES] + [(4, *each) for each in KEYS]


@pytest.fixture
def kept(desk: Desk) -> Desk:
    """alice has 2FA; the store lies closed where the commands are told to look."""
    desk.enable()
    desk.services.core.database.forget_deleted()
    desk.services.close()
    return desk


def each_command(desk: Desk) -> list[Ended]:
    """Run every command at the desk's store, whose key is where commands look for keys."""
    config = desk.folder / "xdg" / "twofold"
    config.mkdir(parents=True, exist_ok=True)
    (config / "keys").unlink(missing_ok=True)
    (config / "keys").symlink_to(desk.settings.keys_folder)
    where = ["--store", desk.settings.store_url]
    shell = Shell(desk.folder, Path("twofold"))
    env = {"XDG_CONFIG_HOME": str(config.parent)}
    return [
        shell.run(*where, *(word.format(folder=desk.folder) for word in each), typed=f"{PASSWORD}\n", env=env)
        for each in COMMANDS
    ]


def there(desk: Desk) -> dict[str, bytes | None]:
    """Everything in store and key folder, but for SQLite's logs."""
    folders = (store_path(desk).parent, desk.settings.keys_folder)
    found = (
        path for folder in folders for path in folder.rglob("*") if not path.name.endswith(("-wal", "-shm"))
    )
    return {str(path): path.read_bytes() if path.is_file() else None for path in found}


@pytest.mark.parametrize(
    ("status", "name", "spoil", "sentence"), CASES, ids=lambda each: each if isinstance(each, str) else ""
)
def test_each_command_says_what_is_wrong_and_makes_nothing_anew(
    kept: Desk, status: int, name: str, spoil: Spoil, sentence: str
) -> None:
    [key] = kept.settings.keys_folder.iterdir()
    spoil(store_path(kept), key)
    said = sentence.format(store=store_path(kept), key=kept.folder / "xdg" / "twofold" / "keys" / key.name)
    before = there(kept)
    for command, told in zip(COMMANDS, each_command(kept), strict=True):
        assert (told.status, told.out) == (status, ""), (command, told)
        assert told.err.startswith(f"twofold: {said}"), (command, told)
        assert told.err.count("\n") == 1
    assert there(kept) == before
    assert not (kept.folder / "copy.db").exists()


def test_a_store_and_a_key_that_are_sound_work_with_each(kept: Desk) -> None:
    assert [(told.status, told.err) for told in each_command(kept)] == [(0, "")] * len(COMMANDS)
    services = open_services(kept.settings, kept.clock)
    assert services.core.vault.key_id == 2
    services.close()
