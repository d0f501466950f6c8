"""What a secret may look like when it leaves: as it is, in small letters, without gaps, encoded."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Bytes below which a secret cannot be told from any other text."""


class Kind(Enum):
    """What a secret is."""

    PASSWORD = "password"
    ACTIVATION = "activation password"
    SETUP_KEY = "setup key"
    BACKUP_CODE = "backup code"
    RESET_CODE = "reset code"
    TOKEN = "session token"
    STORE_KEY = "key of the store"
    QR = "QR"


QR_EDGE = "▀▀▀"
"""Stands in every QR, and in nothing else that the console draws."""


@dataclass(frozen=True)
class Secret:
    """Something that may leave the program nowhere, or in one place only."""

    kind: Kind
    value: bytes

    def __str__(self) -> str:
        """Name it by its kind and its beginning, which is enough to find it in the test."""
        return f"{self.kind.value} {self.value[:4].decode('ascii', 'backslashreplace')}..."

    def forms(self) -> Iterator[tuple[str, bytes]]:
        """Give each form by its name, in small letters as everything is compared."""
        for name, form in _forms(self):
            if len(form) >= SHORTEST:
                yield name, form.lower()


def _forms(secret: Secret) -> Iterator[tuple[str, bytes]]:
    value = secret.value
    bare = value.translate(None, b" -")
    yield from _encoded("as it is", value)
    if secret.kind is Kind.STORE_KEY:
        return
    if bare != value:
        yield from _encoded("without gaps", bare)
        yield "with other gaps", b" ".join(value.split(b"-"))
    if secret.kind is Kind.SETUP_KEY:
        yield from _setup_key(bare)
    text = value.decode("utf-8", "replace")
    yield "quoted for a URL", quote(text, safe="").encode()
    yield "quoted for a form", quote_plus(text).encode()


def _encoded(how: str, value: bytes) -> Iterator[tuple[str, bytes]]:
    yield how, value
    yield f"{how}, in hex", binascii.hexlify(value)
    # Of either byte order: the one is the other, a byte further.
    yield f"{how}, in UTF-16", value.decode("latin-1").encode("utf-16-le")[:-1]
    for shift in range(3):
        yield f"{how}, in base64", _base64_within(value, shift)


def _base64_within(value: bytes, shift: int) -> bytes:
    """Those characters of base64 that are the same whatever stands around it."""
    encoded = base64.b64encode(bytes(shift) + value)
    last = (shift + len(value)) * 8 // 6
    return encoded[-(-shift * 8 // 6) : last]


def _setup_key(key: bytes) -> Iterator[tuple[str, bytes]]:
    groups = [key[at : at + 4] for at in range(0, len(key), 4)]
    half = len(groups) // 2
    for part in (groups[:half], groups[half:]):
        yield "half of it in groups", b" ".join(part)
        yield "half of it", b"".join(part)
    if len(key) % 8 == 0:
        yield from _encoded("its bytes", base64.b32decode(key))
