"""Sealing of the store's secrets (design D10).

Outside this module nothing sees a key. A sealed value is `version | key id | nonce | ciphertext and tag`.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from store.errors import StoreUnusable

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
MAX_KEY_ID = 255
"""A sealed value names its key in one byte."""
CHECK = "store.key_check/bound"
UNBOUND_CHECK = "store.key_check"
"""The place of the check value of a store whose sealed values are bound to nothing but their place."""
MAC_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """What the key file holds."""

    keys: dict[int, bytes] = field(repr=False)
    opens: frozenset[int]
    """The keys that open what they sealed; retired ones only verify the log."""
    said: bool = True
    """Whether the file says which; one made before it could does not, and then all of them open."""


class Vault:
    """Seals and opens values under AES-256-GCM and makes MACs, each under a key of its own purpose."""

    def __init__(
        self,
        keys: dict[int, bytes] | KeyRing,
        reload: Callable[[], KeyRing] | None = None,
        check: bytes = b"",
    ) -> None:
        """Take the master keys by id; the highest id seals, the others only open, unless they are retired.

        `reload` reads the key file again: another process may have rotated the key since `check` was the
        check value.
        """
        self._ring = keys if isinstance(keys, KeyRing) else KeyRing(keys, frozenset(keys))
        self._reload = reload
        self._check = check
        self._derived_keys: dict[tuple[str, int], bytes] = {}

    @property
    def key_id(self) -> int:
        """The key that seals."""
        return max(self._ring.keys)

    @property
    def first_key_id(self) -> int:
        """The key of what has to stay the same over every rotation: the names in the counters."""
        return min(self._ring.keys)

    @property
    def is_unsaid(self) -> bool:
        """Whether the key file does not say yet which keys open anything."""
        return not self._ring.said

    def catch_up(self, check_value: bytes) -> None:
        """Read the key file again where the store's check value is another one than before.

        A rotation changes it twice: as there is a new key, and as the old one opens nothing any more. Raises
        KeyUnusable where the key file cannot be read any more.
        """
        if check_value != self._check:
            self.read_again()
            self._check = check_value

    @property
    def opens_with_older(self) -> bool:
        """Whether a key before the newest still opens what it sealed: a rotation is under way."""
        return len(self._ring.opens) > 1

    def read_again(self) -> None:
        """Read the key file again. Raises KeyUnusable."""
        if self._reload is not None:
            self._ring = self._reload()

    def with_every_key(self) -> "Vault":
        """Return a vault that retired keys open too: for a copy of the store from when they were in use."""
        return Vault(KeyRing(self._ring.keys, frozenset(self._ring.keys)))

    def is_check(self, value: bytes) -> bool:
        """Tell whether it is the check value of a store whose rows are bound (design D19)."""
        return self._opens_check(value, CHECK)

    def is_unbound_check(self, value: bytes) -> bool:
        """Tell whether it is the check value of a store from before its rows were bound."""
        return self._opens_check(value, UNBOUND_CHECK)

    def _opens_check(self, value: bytes, context: str) -> bool:
        try:
            return self.open(value, context) == b"twofold"
        except StoreUnusable:
            return False

    def seal(self, value: bytes, context: str) -> bytes:
        """Return the value sealed for one place in the store, named by `context` (ASVS 11.3.3)."""
        header = bytes((VERSION, self.key_id))
        nonce = secrets.token_bytes(NONCE_BYTES)
        cipher = AESGCM(self._derived("seal", self.key_id))
        return header + nonce + cipher.encrypt(nonce, value, header + context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """Return what was sealed for this very place.

        Raises StoreUnusable for a value that was changed, cut, moved from another place or sealed under a key
        that is retired or not in the key file, and KeyUnusable where that has to be read again and can't be.
        """
        header, nonce, rest = sealed[:2], sealed[2 : 2 + NONCE_BYTES], sealed[2 + NONCE_BYTES :]
        if len(header) != 2 or header[0] != VERSION or not self.has_key(header[1]):
            raise StoreUnusable("sealed value unknown")
        if header[1] not in self._ring.opens:
            raise StoreUnusable("sealed value retired")
        try:
            return AESGCM(self._derived("seal", header[1])).decrypt(nonce, rest, header + context.encode())
        except (InvalidTag, ValueError) as error:
            raise StoreUnusable("sealed value damaged") from error

    def mac(self, purpose: str, message: bytes, key_id: int | None = None) -> bytes:
        """Return HMAC-SHA256 of the message under the purpose's key (of the newest id by default)."""
        return hmac.digest(self._derived(purpose, key_id or self.key_id), message, hashlib.sha256)

    def bind(self, purpose: str, message: bytes) -> bytes:
        """Return what binds a row: the id of the key that seals, and a MAC of the row under it."""
        return bytes((self.key_id,)) + self.mac(purpose, message)

    def binds(self, bound: bytes, purpose: str, message: bytes) -> bool:
        """Tell whether the row is what was bound, under a key that is not retired."""
        key_id = bound[0] if len(bound) == 1 + MAC_BYTES else 0
        if not self.has_key(key_id) or key_id not in self._ring.opens:
            return False
        return hmac.compare_digest(bound[1:], self.mac(purpose, message, key_id))

    def has_key(self, key_id: int) -> bool:
        """Tell whether the key file holds this key, read again where it is not known yet.

        Raises KeyUnusable where it cannot be read: that the key is missing is then not known.
        """
        if key_id not in self._ring.keys:
            self.read_again()
        return key_id in self._ring.keys

    def check_value(self) -> bytes:
        """Return what the store keeps to recognise its key."""
        return self.seal(b"twofold", CHECK)

    def _derived(self, purpose: str, key_id: int) -> bytes:
        key = self._derived_keys.get((purpose, key_id))
        if key is None:
            derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=f"twofold {purpose}".encode()).derive
            key = self._derived_keys[purpose, key_id] = derive(self._ring.keys[key_id])
        return key

    def __repr__(self) -> str:
        """Show no key."""
        return f"Vault(key_id={self.key_id})"
