"""Every pattern is written down in the source: what somebody typed is only ever itself in one (ASVS 1.2.9, 1.3.12)."""

import ast
from collections.abc import Iterator

import pytest

from store.errors import WeakPassword
from store.rules import passwords
from tests.honesty import ROOT

FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])


def is_fixed(given: ast.expr) -> bool:
    """Whether it is a text of the source, or put together from such."""
    if isinstance(given, ast.JoinedStr):
        return all(is_fixed(each.value) for each in given.values if isinstance(each, ast.FormattedValue))
    if isinstance(given, ast.BinOp):
        return is_fixed(given.left) and is_fixed(given.right)
    if isinstance(given, ast.Name):
        return given.id.isupper()
    return isinstance(given, ast.Constant)


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `re`, with the file where it stands."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re."):
                yield path.name, node


def test_every_pattern_stands_in_the_source_but_for_the_one_of_context_words() -> None:
    found = {(name, ast.unparse(call)) for name, call in calls() if not is_fixed(call.args[0])}
    assert found == {
        ("passwords.py", "re.escape(word.translate(_LOOK_ALIKES))"),
        ("passwords.py", "re.subn(pattern, '', plain)"),
    }


@pytest.mark.parametrize("name", ["a.b", "a+b", "(x", "[x", "x{2", "\\", ".*", "a|b"])
def test_a_sign_of_a_pattern_in_a_context_word_is_only_itself(name: str) -> None:
    with pytest.raises(WeakPassword):
        passwords.check(f"{name}{name}{name}twofoldtwofold", context=(f"{name}zz", name * 3, "Twofold"))
    passwords.check("plover mangrove 4 kettle", context=(name, "Twofold"))
