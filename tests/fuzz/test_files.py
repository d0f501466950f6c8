"""Whatever stands in a file or in a row of the store: what is right, or a typed error."""

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from store.errors import InvalidSettings, KeyUnusable, StoreUnusable
from store.key_file import key_path, load_vault
from store.rules.usernames import issuer_ok
from store.settings import load_settings
from store.vault import Vault
from tests.fuzz.effort import ANY_TEXT, fuzz

STORE_ID = "00112233aabbccdd"
KEY = base64.b64encode(bytes(range(32))).decode()
VAULT = Vault({1: bytes(range(32))})
CHECK = VAULT.check_value()

KEYS = st.sampled_from(["issuer", "region", "theme", "isuer", "a." * 2000 + "b", '"\\u0000"']) | ANY_TEXT
VALUES = st.sampled_from([
    '"Acme"', '"GR"', '"dark"', "'light'", '""', '"\\ud800"', '"\\u202e"', '"""', "true", "inf", "nan", "9" * 5000, "0x" + "f" * 5000,
    "1e999", "-1", "1979-05-27", "2026-02-31", "99:99:99", "9999-12-31T23:59:59-23:59", "[" * 2000, "[" * 900 + "]" * 900,
    "{a=" * 2000, "{}", "[1,", "",
]) | ANY_TEXT  # fmt: skip
LINES = st.builds("{} = {}".format, KEYS, VALUES) | st.sampled_from(["[x]", "[[x]]", "[", "#\x00", "\ufeff"])
TOML = st.lists(LINES, max_size=4).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([STORE_ID, KEY, "1", ""])
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["store", "keys", "1", "0", "256", " 1", "-1", "٣", "x"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)
NEARLY_KEYS = st.fixed_dictionaries(
    {"store": st.just(STORE_ID) | JSON, "keys": JSON}
) | st.fixed_dictionaries(
    {
        "store": st.just(STORE_ID),
        "keys": st.dictionaries(
            st.sampled_from(["1", "2", "255", "256", "0", "1_0"]), st.just(KEY) | JSON, max_size=3
        ),
    }
)


@contextmanager
def holding(content: bytes, name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        path.chmod(0o600)
        yield path


@fuzz(st.binary() | TOML)
def test_a_configuration_is_understood_or_its_fault_is_named(content: bytes) -> None:
    with holding(content, "config.toml") as path:
        try:
            settings = load_settings("sqlite:////tmp/x.db", path, kiosk=False)
        except InvalidSettings as error:
            assert error.detail
            return
    assert issuer_ok(settings.issuer)
    assert settings.theme in {"dark", "light"}
    assert settings.region is None or len(settings.region) == 2


@fuzz(
    st.binary()
    | (JSON | NEARLY_KEYS).map(lambda value: json.dumps(value).encode())
    | st.sampled_from(
        [b"[" * 70_000, b'{"a":' * 10_000, b"9" * 60_000, b'{"keys": {"' + b"9" * 5000 + b'": ""}}']
    )
)
def test_a_key_file_opens_its_store_or_is_refused(content: bytes) -> None:
    with holding(content, f"{STORE_ID}.key") as path:
        try:
            vault = load_vault(path.parent, STORE_ID, CHECK)
        except KeyUnusable as error:
            assert error.path == key_path(path.parent, STORE_ID)
            return
    assert vault.open(CHECK, "store.key_check") == b"twofold"


@fuzz(st.binary(max_size=80) | st.binary(max_size=60).map(lambda rest: CHECK[:2] + rest), ANY_TEXT)
def test_no_bytes_but_those_that_were_sealed_open(sealed: bytes, context: str) -> None:
    try:
        VAULT.open(sealed, context.encode("utf-8", "replace").decode())
    except StoreUnusable as error:
        assert error.cause in {"sealed value damaged", "sealed value unknown"}
    else:
        raise AssertionError("opened what nobody sealed")


@fuzz(st.binary(max_size=80))
def test_a_store_with_any_check_value_is_refused(check: bytes) -> None:
    content = json.dumps({"store": STORE_ID, "keys": {"1": KEY}}).encode()
    with holding(content, f"{STORE_ID}.key") as path:
        try:
            load_vault(path.parent, STORE_ID, check)
        except KeyUnusable:
            return
    raise AssertionError("any key opens that store")
