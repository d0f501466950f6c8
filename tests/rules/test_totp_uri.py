"""Every authenticator app reads issuer, account and secret out of the URI as they are."""

import base64
import re
import string
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import InvalidUsername
from store.rules import totp, usernames

SECRETS = st.binary(min_size=20, max_size=20)
SECRET = b"12345678901234567890"
NAMES = [
    "a",
    "alice",
    "a.b-c_d",
    "alice@example.org",
    "alice+ops@example.org",
    "a++",
    "x" * 40,
    "a@" + "x" * 36 + "@z",
]
ISSUERS = ["Twofold", "A", "a.b-c", "X" * 15]

# Bits in front of a QR segment, and bits in version 6 at level L (ISO 18004).
BYTES_HEADER, ALPHANUMERIC_HEADER, VERSION_6_BITS = 4 + 8, 4 + 9, 136 * 8


def valid(name: str) -> bool:
    try:
        return usernames.enforce(name) == name
    except InvalidUsername:
        return False


NAME = st.text(string.ascii_lowercase + string.digits + "._-+@", min_size=1, max_size=40).filter(valid)
ISSUER = st.text(string.ascii_letters + string.digits + ".-", min_size=1, max_size=15)


def as_freeotp_reads_it(uri: str) -> tuple[str, str]:
    label = re.match(r"^/(?:([^:]*):)?([^:]*)$", unquote(urlsplit(uri).path))
    assert label
    return label[1], label[2]


def as_aegis_reads_it(uri: str) -> tuple[str, str]:
    parts = unquote(urlsplit(uri).path).removeprefix("/").split(":")
    assert len(parts) == 2
    return parts[0], parts[1]


@pytest.mark.parametrize("read", [as_freeotp_reads_it, as_aegis_reads_it])
@given(issuer=st.sampled_from(ISSUERS) | ISSUER, name=st.sampled_from(NAMES) | NAME, secret=SECRETS)
def test_an_app_reads_back_what_was_written(
    read: Callable[[str], tuple[str, str]], issuer: str, name: str, secret: bytes
) -> None:
    uri = totp.uri(issuer, name, secret)
    assert read(uri) == (issuer, name)
    split = urlsplit(uri)
    assert (split.scheme, split.netloc, split.fragment) == ("otpauth", "totp", "")
    query = parse_qs(split.query, strict_parsing=True)
    assert set(query) == {"secret", "issuer"}
    assert query["issuer"] == [issuer]
    assert base64.b32decode(query["secret"][0]) == secret


@given(ISSUER, NAME, SECRETS)
def test_the_uri_is_ascii_with_two_colons_and_no_bare_signs(issuer: str, name: str, secret: bytes) -> None:
    uri = totp.uri(issuer, name, secret)
    assert uri.isascii()
    assert uri.count(":") == 2
    assert "%3A" not in uri
    assert not set("+@ ") & set(uri)


def test_the_parts_are_head_key_and_issuer() -> None:
    assert totp.uri_parts("Twofold", "alice+ops@example.org", SECRET) == (
        "otpauth://totp/Twofold:alice%2Bops%40example.org?secret=",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "&issuer=Twofold",
    )


@pytest.mark.parametrize("name", ["a:b", "al ice", "é", "%41", "a&secret=X", "x" * 41, ""])
def test_a_name_that_an_app_would_misread_makes_no_uri(name: str) -> None:
    with pytest.raises(InvalidUsername):
        totp.uri("Twofold", name, SECRET)


@pytest.mark.parametrize("issuer", ["", "Two fold", "a:b", "a&b", "x" * 16])
def test_an_issuer_that_an_app_would_misread_makes_no_uri(issuer: str) -> None:
    with pytest.raises(ValueError, match=r"^not an issuer$"):
        totp.uri(issuer, "alice", SECRET)


def test_the_longest_uri_fits_a_qr_of_version_6() -> None:
    head, key, tail = totp.uri_parts("X" * 15, "a@" + "x" * 36 + "@z", SECRET)
    bits = 2 * BYTES_HEADER + 8 * len(head + tail) + ALPHANUMERIC_HEADER + 11 * len(key) // 2
    assert bits <= VERSION_6_BITS
