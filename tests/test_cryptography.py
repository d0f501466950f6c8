"""Which cryptography there is, read from the source: the inventory of docs/security.md (ASVS 11.1 to 11.4)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])

LIBRARIES = {"argon2", "cryptography", "hashlib", "hmac", "pyotp", "secrets"}
INVENTORY = {
    "store/rules/activation.py": {"secrets"},
    "store/rules/backup_codes.py": {"secrets"},
    "store/key_file.py": {"secrets"},
    "store/rules/hashing.py": {"argon2", "hashlib", "hmac", "secrets"},
    "store/rules/sessions.py": {"hashlib", "secrets"},
    "store/rules/totp.py": {"hmac", "pyotp", "secrets"},
    "store/services/audit.py": {"hmac"},
    "store/services/audit_verify.py": {"hmac"},
    "store/services/bundle.py": {"secrets"},
    "store/services/hashing.py": {"argon2"},
    "store/services/reset.py": {"hmac"},
    "store/services/rows_bound.py": {"secrets"},
    "store/services/second_factor.py": {"hmac"},
    "store/vault.py": {"cryptography", "hashlib", "hmac", "secrets"},
    "tui/crash.py": {"secrets"},
    "tui/demo/phone.py": {"pyotp"},
}
FROM_CRYPTOGRAPHY = {"AESGCM", "HKDF", "InvalidTag", "SHA256"}
OTHER_LIBRARIES = {
    "bcrypt", "blake3", "Crypto", "Cryptodome", "ecdsa", "jose", "jwt", "nacl", "OpenSSL", "passlib", "rsa", "scrypt", "crypt",
    "ssl", "uuid", "zlib", "binascii",
}  # fmt: skip

ALPHABETS = {"0123456789ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGH1JK1MN0PQRSTUVWXYZ011"}
"""Of the backup codes, and what is read for what."""

SECRET = re.compile(r"(?<!key_)(password|digest|mac|hash|secret|token|code|typed|head)s?$|normalise$")
KNOWN_COMPARISONS = {
    # One stored hash with another: whether it was changed meanwhile. Neither is what was typed.
    ("store/services/sign_in.py", "account.password_hash == attempt.password_hash"),
    # Both were typed by the same person just now.
    ("tui/cli/asking.py", "_ask('Once more: ') != password"),
    ("tui/screens/first_run.py", "password != repeated"),
    # A look-up in an index, by the SHA-256 of 256 random bits: its time tells nothing that leads to the token.
    ("store/services/unit.py", "LoginSession.digest == limits.token_digest(principal.token)"),
    # Two entries of the demo's phone.
    ("tui/demo/phone.py", "self.totp.secret == other.totp.secret"),
    # A token of the terminal's language.
    ("tui/terminal_input.py", "token == _PASTE_START"),
}  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield named(path), node


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def test_cryptography_stands_in_these_files_and_comes_from_these_libraries() -> None:
    found: dict[str, set[str]] = {}
    for place, node in nodes():
        for module in imported(node):
            top = module.partition(".")[0]
            assert top not in OTHER_LIBRARIES, place
            if top in LIBRARIES:
                found.setdefault(place, set()).add(top)
    assert found == INVENTORY


def test_the_only_cipher_is_aes_gcm_and_the_only_hash_that_is_named_is_sha_256() -> None:
    ciphers = {
        alias.name
        for _, node in nodes()
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cryptography")
        for alias in node.names
    }
    assert ciphers == FROM_CRYPTOGRAPHY
    hashes = {
        node.attr
        for _, node in nodes()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "hashlib"
    }
    assert hashes == {"sha256"}
    # By its module, so that the name of every hash that is used stands there.
    assert [
        place for place, node in nodes() if isinstance(node, ast.ImportFrom) and node.module == "hashlib"
    ] == []
    quoted = {
        node.value
        for _, node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"md5|sha-?1|sha-?256|sha-?512|des|rc4|ecb|cbc", node.value, re.IGNORECASE)
    }
    assert quoted == set()


def test_no_other_module_reaches_for_a_key() -> None:
    inside_of = {
        "store/vault.py": {"_ring", "_derived", "_derived_keys", "_reload"},
        "store/key_file.py": {"_read_keys", "_write_keys", "_replace_keys"},
    }
    for file, names in inside_of.items():
        assert all(re.search(rf"\b{name}\b", (ROOT / file).read_text("utf-8")) for name in names)
    found = [
        f"{place} {ast.unparse(node)}"
        for file, inside in inside_of.items()
        for place, node in nodes()
        if place.startswith("store/") and place != file
        if (isinstance(node, ast.Attribute) and node.attr in inside)
        or (isinstance(node, ast.ImportFrom) and inside & {alias.name for alias in node.names})
        or (isinstance(node, ast.Constant) and node.value in inside)
    ]
    assert found == []


def last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return last_name(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def comparisons(tree: ast.AST) -> Iterator[str]:
    """Every comparison of two values with == or != where one is named like a secret."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops):
            sides = [node.left, *node.comparators]
            fixed = any(isinstance(side, ast.Constant) for side in sides)
            if not fixed and any(SECRET.search(last_name(side)) for side in sides):
                yield ast.unparse(node)


def test_no_secret_is_compared_in_a_time_that_depends_on_it() -> None:
    found = {
        (named(path), text) for path in FILES for text in comparisons(ast.parse(path.read_text("utf-8")))
    }
    assert found == KNOWN_COMPARISONS
    constant = {place for place, node in nodes() if last_name(node) == "compare_digest"}
    assert constant == {
        "store/rules/hashing.py",
        "store/rules/totp.py",
        "store/services/audit.py",
        "store/services/audit_verify.py",
        "store/services/reset.py",
        "store/services/second_factor.py",
        "store/vault.py",
    }


def test_the_search_finds_what_it_looks_for() -> None:
    for line in ("typed == code", "a.digest != self.digest", "row.mac == link.expected_mac(vault)"):
        assert [*comparisons(ast.parse(line))], line


def test_no_key_and_no_secret_stands_in_the_source() -> None:
    """Nothing that looks like 128 random bits or more, in hexadecimal, base32 or base64."""
    looks = re.compile(
        r"[0-9a-fA-F]{32,}|(?=\S*\d)[A-Z2-7]{26,}|(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9+/]{22,}={0,2}"
    )
    found = [
        (place, node.value)
        for place, node in nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and looks.fullmatch(node.value)
    ]
    assert {text for _, text in found} == ALPHABETS
    assert looks.fullmatch("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    assert looks.fullmatch("MDEyMzQ1Njc4OWFiY2RlZg==")
