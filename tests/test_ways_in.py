"""The ways into an account that docs/security.md lists are all there are (ASVS 6.1.3, 6.3.4)."""

import ast
from collections.abc import Iterator

from tests.honesty import PAGE, ROOT

WAYS = {
    ("store/services/sign_in.py", "_open", "full"): "password;",
    ("store/services/sign_in.py", "_open", "half"): "password and code",
    ("store/services/second_factor.py", "_proven", "full"): "password and backup code",
    ("store/services/backup_codes.py", "_close", "full"): "password and backup code",
    (
        "store/services/reset.py",
        "use_code",
        "enrolling",
    ): "password and reset code, which reaches enrollment only",
}
"""Where a session is made or becomes more than it was, and by what words the page calls that."""
OTHERS = ("first run at a local terminal", "the host's shell")


def kinds(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each function that gives a session a kind, with the kinds it gives."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            values: list[ast.expr] = []
            if isinstance(node, ast.Assign) and any(
                ast.unparse(each).endswith("session.kind") for each in node.targets
            ):
                values = [node.value]
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "LoginSession":
                values = [each.value for each in node.keywords if each.arg == "kind"]
            for value in values:
                for each in ast.walk(value):
                    if isinstance(each, ast.Constant) and isinstance(each.value, str):
                        yield function.name, each.value


def test_every_place_where_a_session_begins_or_grows_is_a_way_in_of_the_page() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), function, kind)
        for path in (ROOT / "store").rglob("*.py")
        for function, kind in kinds(ast.parse(path.read_text("utf-8")))
    }
    assert found == set(WAYS)


def test_the_page_lists_each_way_in() -> None:
    [paragraph] = [each for each in PAGE.read_text("utf-8").split("\n\n") if each.startswith("**Ways in**")]
    listed = " ".join(paragraph.split())
    for words in (*WAYS.values(), *OTHERS):
        assert words in listed
