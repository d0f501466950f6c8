"""There is one log, the store's audit log, and the page names every event of it (ASVS 16.1.1, 16.2.3)."""

import ast
import re
from collections.abc import Iterator

from store.services.notices import BY_OPERATORS, DONE
from store.services.pending import Purpose
from tests.honesty import PAGE, ROOT

FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])
LOGGERS = {"logging", "syslog", "loguru", "structlog"}
METHODS = {"record": 0, "record_of": 1, "record_by": 2}
FUNCTIONS = {"NewEvent": 0, "_record_case": 3}
"""Where an event's name stands in a call of each of these."""


def nodes() -> Iterator[ast.AST]:
    for path in FILES:
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def test_the_audit_log_is_the_only_one() -> None:
    imported = {alias.name for node in nodes() if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in nodes() if isinstance(node, ast.ImportFrom)}
    assert not {name.partition(".")[0] for name in imported} & LOGGERS
    names = {alias.name for node in nodes() if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert "log" not in names
    called = {
        node.func.attr
        for node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & {"log", "getLogger"}


def recorded() -> Iterator[str]:
    """Every event, as it is named where it is recorded."""
    for node in nodes():
        if isinstance(node, ast.Call):
            method, function = getattr(node.func, "attr", ""), getattr(node.func, "id", "")
            place = METHODS.get(method, FUNCTIONS.get(function))
            given = node.args[place] if place is not None and len(node.args) > place else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield given.value


def test_the_page_lists_every_event_of_the_log() -> None:
    [paragraph] = [each for each in PAGE.read_text("utf-8").split("\n\n") if each.startswith("**The log**")]
    listed = re.findall(r"`([^`]+)`", paragraph.partition("Its events:")[2])
    assert sorted(listed) == sorted({*recorded(), *Purpose, *DONE, *BY_OPERATORS})
