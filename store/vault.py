"""Sealing of the store's secrets, and the key file that opens them (design D10).

Outside this module nothing sees a key. A sealed value is `version | key id | nonce | ciphertext and tag`.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.errors import KeyUnusable, StoreUnusable
from store.owner import other_owner

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
MAX_KEY_ID = 255
"""A sealed value names its key in one byte."""
CHECK = "store.key_check"


class Vault:
    """Seals and opens values under AES-256-GCM and makes MACs, each under a key of its own purpose."""

    def __init__(self, keys: dict[int, bytes], reload: Callable[[], dict[int, bytes]] | None = None) -> None:
        """Take the master keys by id; the highest id seals, the others only open.

        `reload` reads the key file again: another process may have rotated the key since.
        """
        self._keys = keys
        self._reload = reload
        self._derived_keys: dict[tuple[str, int], bytes] = {}

    @property
    def key_id(self) -> int:
        """The key that seals."""
        return max(self._keys)

    @property
    def first_key_id(self) -> int:
        """The key of what has to stay the same over every rotation: the names in the counters."""
        return min(self._keys)

    def catch_up(self, sealed: bytes) -> None:
        """Learn the key of a sealed value, where it was made since this vault was opened.

        Raises KeyUnusable where the key file cannot be read any more.
        """
        if len(sealed) > 1:
            self.has_key(sealed[1])

    def seal(self, value: bytes, context: str) -> bytes:
        """Return the value sealed for one place in the store, named by `context` (ASVS 11.3.3)."""
        header = bytes((VERSION, self.key_id))
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM(self._derived("seal", self.key_id))
        return header + nonce + cipher.encrypt(nonce, value, header + context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed for this very place.

        Raises StoreUnusable for a value that was changed, cut, moved from another place or sealed
        under a key that is not in the key file, and KeyUnusable where that has to be read again and can't be.
        """
        header, nonce, rest = sealed[:2], sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        if len(header) != 2 or header[0] != VERSION or not self.has_key(header[1]):
            raise StoreUnusable("sealed value unknown")
        try:
            return AESGCM(self._derived("seal", header[1])).decrypt(nonce, rest, header + context.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreUnusable("sealed value damaged") from error

    def mac(self, purpose: str, message: bytes, key_id: int | None = None) -> bytes:
        """Return HMAC-SHA256 of the message under the purpose's key (of the newest id by default)."""
        return hmac.digest(self._derived(purpose, key_id or self.key_id), message, hashlib.sha256)

    def has_key(self, key_id: int) -> bool:
        """Tell whether the key file holds this key, read again where it is not known yet.

        Raises KeyUnusable where it cannot be read: that the key is missing is then not known.
        """
        if key_id not in self._keys and self._reload is not None:
            self._keys = self._reload()
        return key_id in self._keys

    def check_value(self) -> bytes:
        """Return what the store keeps to recognise its key."""
        return self.seal(b"twofold", CHECK)

    def _derived(self, purpose: str, key_id: int) -> bytes:
        key = self._derived_keys.get((purpose, key_id))
        if key is None:
            derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"twofold {purpose}".encode()).derive
            key = self._derived_keys[purpose, key_id] = derive(self._keys[key_id])
        return key

    def __repr__(self) -> str:
        """Show no key."""
        return f"Vault(key_id={self.key_id})"


def key_path(folder: Path, store_id: str) -> Path:
    """Return where the key file of a store is."""
    return folder / f"{store_id}.key"


def create_vault(folder: Path, store_id: str) -> Vault:
    """Make the key file of a new store, 0600 from its first byte, and return the vault it opens.

    Raises KeyUnusable where the file exists or cannot be written: a key is never silently made anew.
    """
    path = key_path(folder, store_id)
    keys = {1: secrets.token_bytes(KEY_BYTES)}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_keys(path, store_id, keys)
        _sync_folder(folder)
    except OSError as error:
        raise KeyUnusable("cannot be written", path) from error
    return Vault(keys, lambda: _read_keys(path, store_id))


def add_key(folder: Path, store_id: str) -> None:
    """Put a new key into the key file; the file is the old one or the new one at every moment.

    Raises KeyUnusable where it cannot be read or written.
    """
    path = key_path(folder, store_id)
    keys = _read_keys(path, store_id)
    if max(keys) >= MAX_KEY_ID:
        raise KeyUnusable("is full", path)
    new = path.with_suffix(".new")
    try:
        new.unlink(missing_ok=True)
        _write_keys(new, store_id, {**keys, max(keys) + 1: secrets.token_bytes(KEY_BYTES)})
        new.replace(path)
        _sync_folder(folder)
    except OSError as error:
        raise KeyUnusable("cannot be written", path) from error


def load_vault(folder: Path, store_id: str, check_value: bytes) -> Vault:
    """Return the vault of an existing store.

    Raises KeyUnusable where the key file is missing, unreadable, open to others, damaged, another
    store's, or a copy from before the key was last changed.
    """
    path = key_path(folder, store_id)
    vault = Vault(_read_keys(path, store_id), lambda: _read_keys(path, store_id))
    if len(check_value) > 1 and check_value[0] == VERSION and check_value[1] > vault.key_id:
        raise KeyUnusable("is too old", path)
    try:
        right = vault.open(check_value, CHECK) == b"twofold"
    except StoreUnusable:
        right = False
    if not right:
        raise KeyUnusable("is not this store's", path)
    return vault


def _write_keys(path: Path, store_id: str, keys: dict[int, bytes]) -> None:
    encoded = {str(key_id): base64.b64encode(key).decode() for key_id, key in keys.items()}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(json.dumps({"store": store_id, "keys": encoded}, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_keys(path: Path, store_id: str) -> dict[int, bytes]:
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
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise KeyUnusable("is damaged", path) from error
    if not sound or not all(0 < key_id <= MAX_KEY_ID for key_id in keys):
        raise KeyUnusable("is damaged", path)
    return keys
