"""The one key file of a store: made with it, readable by its owner alone, never made anew (design D10)."""

import base64
import json
import os
import re
import secrets
from pathlib import Path

from store.durable import sync_folder
from store.errors import KeyUnusable, StoreUnusable
from store.owner import other_owner
from store.vault import KEY_BYTES, MAX_KEY_ID, VERSION, KeyRing, Vault

STORE_ID = re.compile(r"[0-9a-f]{16}")


def key_path(folder: Path, store_id: str) -> Path:
    """Return where the key file of a store is.

    Raises StoreUnusable where what the store says it is called is no such name: it would lead elsewhere.
    """
    if not STORE_ID.fullmatch(store_id):
        raise StoreUnusable("damaged")
    return folder / f"{store_id}.key"


def create_vault(folder: Path, store_id: str) -> Vault:
    """Make the key file of a new store, 0600 from its first byte, and return the vault it opens.

    Raises KeyUnusable where the file exists or cannot be written: a key is never silently made anew.
    """
    path = key_path(folder, store_id)
    ring = KeyRing({1: secrets.token_bytes(KEY_BYTES)}, frozenset({1}))
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_keys(path, store_id, ring)
        sync_folder(folder)
    except OSError as error:
        raise KeyUnusable("cannot be written", path) from error
    return Vault(ring, lambda: _read_keys(path, store_id))


def add_key(folder: Path, store_id: str) -> None:
    """Put a new key into the key file; the file is the old one or the new one at every moment.

    Raises KeyUnusable where it cannot be read or written.
    """
    path = key_path(folder, store_id)
    ring = _read_keys(path, store_id)
    newest = max(ring.keys) + 1
    if newest > MAX_KEY_ID:
        raise KeyUnusable("is full", path)
    keys = {**ring.keys, newest: secrets.token_bytes(KEY_BYTES)}
    _replace_keys(path, store_id, KeyRing(keys, ring.opens | {newest}))


def retire_keys(folder: Path, store_id: str) -> None:
    """Have the key file say that the newest key alone opens anything: everything is sealed under it.

    Raises KeyUnusable where it cannot be read or written.
    """
    path = key_path(folder, store_id)
    ring = _read_keys(path, store_id)
    newest = frozenset({max(ring.keys)})
    if not ring.said or ring.opens != newest:
        _replace_keys(path, store_id, KeyRing(ring.keys, newest))


def load_vault(folder: Path, store_id: str, check_value: bytes) -> Vault:
    """Return the vault of an existing store.

    Raises KeyUnusable where the key file is missing, unreadable, open to others, damaged, another
    store's, or a copy from before the key was last changed, and StoreUnusable where the store is a copy from
    before the key file last said what opens: whoever kept an old key could have made what is in it.
    """
    path = key_path(folder, store_id)
    vault = Vault(_read_keys(path, store_id), lambda: _read_keys(path, store_id), check_value)
    if len(check_value) > 1 and check_value[0] == VERSION and check_value[1] > vault.key_id:
        raise KeyUnusable("is too old", path)
    if vault.is_check(check_value) or (vault.is_unsaid and vault.is_unbound_check(check_value)):
        return vault
    every = vault.with_every_key()
    if every.is_check(check_value) or every.is_unbound_check(check_value):
        raise StoreUnusable("older than its key")
    raise KeyUnusable("is not this store's", path)


def load_every_key(folder: Path, store_id: str, check_value: bytes) -> Vault:
    """Return a vault that opens a copy of the store, whichever of its keys that was sealed under.

    Raises KeyUnusable like `load_vault`.
    """
    path = key_path(folder, store_id)
    vault = Vault(_read_keys(path, store_id)).with_every_key()
    if len(check_value) > 1 and check_value[0] == VERSION and check_value[1] > vault.key_id:
        raise KeyUnusable("is too old", path)
    if not vault.is_check(check_value) and not vault.is_unbound_check(check_value):
        raise KeyUnusable("is not this store's", path)
    return vault


def _replace_keys(path: Path, store_id: str, ring: KeyRing) -> None:
    new = path.with_suffix(".new")
    try:
        new.unlink(missing_ok=True)
        _write_keys(new, store_id, ring)
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise KeyUnusable("cannot be written", path) from error


def _write_keys(path: Path, store_id: str, ring: KeyRing) -> None:
    encoded = {str(key_id): base64.b64encode(key).decode() for key_id, key in ring.keys.items()}
    content = {"store": store_id, "keys": encoded, "opens": sorted(ring.opens)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps(content, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _read_keys(path: Path, store_id: str) -> KeyRing:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, encoding="ascii") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & 0o077:
                raise KeyUnusable("is open to others", path)
            content = json.loads(file.read(65536))
    except FileNotFoundError as error:
        raise KeyUnusable("is missing", path) from error
    except PermissionError as error:
        raise KeyUnusable("may not be read", path, other_owner(path)) from error
    except OSError as error:
        raise KeyUnusable("cannot be read", path) from error
    except (ValueError, RecursionError) as error:
        raise KeyUnusable("is damaged", path) from error
    try:
        keys = {int(key_id): base64.b64decode(key, validate=True) for key_id, key in content["keys"].items()}
        sound = content["store"] == store_id and keys and all(len(key) == KEY_BYTES for key in keys.values())
        opens = frozenset(content.get("opens", keys))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise KeyUnusable("is damaged", path) from error
    if not sound or not all(0 < key_id <= MAX_KEY_ID for key_id in keys):
        raise KeyUnusable("is damaged", path)
    if not opens <= keys.keys() or max(keys) not in opens:
        raise KeyUnusable("is damaged", path)
    return KeyRing(keys, opens, said="opens" in content)
