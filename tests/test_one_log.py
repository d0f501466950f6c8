"""There is one log, the store's audit log, and the page names every event of it (ASVS 16.1.1, 16.2.3)."""

import ast
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from store.errors import TwofoldError
from store.services.notices import BY_OPERATORS, DONE
from store.services.pending import Purpose
from store.services.rows_bound import BOUND, RESTORED
from tests.desk import Desk
from tests.honesty import PAGE, ROOT
from tests.services.acts import ACTS, Act

FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])
LOGGERS = {"logging", "syslog", "loguru", "structlog"}
METHODS = {"record": 0, "record_of": 1, "record_by": 2}
FUNCTIONS = {"NewEvent": 0, "record_case": 3, "_record_approval": 3}
"""Where an event's name stands in a call of each of these."""
ADDS_TO_FILES = {"tui/cli/own_files.py"}
"""The one place that writes at the end of a file: the passwords of an import that is begun again."""


class Written:
    """The files that this process opens to write while it is told to watch."""

    def __init__(self) -> None:
        self.watching = False
        self.paths: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        # What was hooked once stays hooked, so it is deaf but for its own test.
        if self.watching and event == "open":
            path, mode, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_APPEND)
            if writes or (isinstance(mode, str) and set(mode) & set("wax+")):
                self.paths.append(str(path))


WRITTEN = Written()


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


def appends(node: ast.AST) -> bool:
    """Whether a file is opened so that what is written stands behind what is there."""
    if isinstance(node, ast.Attribute) and node.attr == "O_APPEND":
        return True
    if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in {"open", "fdopen"}:
        return False
    given = [*node.args, *(each.value for each in node.keywords)]
    modes = [each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(re.fullmatch(r"[rwxabt+]*a[rwxabt+]*", mode) for mode in modes)


def test_no_other_file_is_added_to() -> None:
    adding = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if any(appends(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }
    assert adding == ADDS_TO_FILES
    for line in ("open(path, 'a')", "path.open(mode='ab')", "os.open(path, os.O_WRONLY | os.O_APPEND)"):
        assert any(appends(node) for node in ast.walk(ast.parse(line))), line


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_no_act_writes_to_a_file_beside_the_store(desk: Desk, act: Act) -> None:
    do = act.ready(desk)
    before = {path for path in desk.folder.rglob("*") if path.is_file()}
    WRITTEN.paths.clear()
    WRITTEN.watching = True
    try:
        with suppress(*([] if act.done else [TwofoldError])):
            do()
    finally:
        WRITTEN.watching = False
    store = str(desk.settings.store_path)
    assert [
        path for path in WRITTEN.paths if not path.startswith((store, str(desk.settings.keys_folder)))
    ] == []
    after = {path for path in desk.folder.rglob("*") if path.is_file()}
    assert {path for path in after - before if not str(path).startswith(store)} == set()


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
    assert sorted(listed) == sorted({*recorded(), *Purpose, *DONE, *BY_OPERATORS, BOUND, RESTORED})
