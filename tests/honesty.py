"""Keeps docs/security.md honest: what its tables name exists, and ran when everything was run."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"

LONG_MARK = "long"
DEFAULT_MARKS = f"not {LONG_MARK}"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`( \(long\))?")
HEADING = ["id", "what must hold", "proof"]

Outcomes = dict[str, set[str]]
"""How the runs of a test ended, by `path::name` without its parameters."""


@dataclass(frozen=True)
class Named:
    """A test as a row names it."""

    path: str
    function: str
    long: bool

    @property
    def node(self) -> str:
        """Its name in a report, without its parameters."""
        return f"{self.path}::{self.function}"


@dataclass(frozen=True)
class Row:
    """One row of the page's statements."""

    line: int
    id: str
    what: str
    proof: str
    tests: tuple[Named, ...] = field(init=False)

    def __post_init__(self) -> None:
        named = (Named(path, function, bool(long)) for path, function, long in NAMED.findall(self.proof))
        object.__setattr__(self, "tests", tuple(named))

    @property
    def ids(self) -> list[str]:
        """Every statement that it answers: `1.2.1, 1.2.6-1.2.8` are four."""
        return [each for part in self.id.split(", ") for each in _all_of(part)]


def _all_of(part: str) -> Iterator[str]:
    first, _, last = part.partition("-")
    before, _, number = first.rpartition(".")
    if re.fullmatch(r"\d+\.\d+", before) and last.rpartition(".")[0] == before:
        yield from (f"{before}.{each}" for each in range(int(number), int(last.rpartition(".")[2]) + 1))
    else:
        yield part


def tables(text: str) -> Iterator[tuple[list[str], list[tuple[int, list[str]]]]]:
    """Every table of a page: its heading, and its rows with the lines where they stand."""
    heading: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if not line.startswith("|"):
            if heading:
                yield heading, rows
            heading, rows = [], []
            continue
        cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if not heading:
            heading = cells
        elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            rows.append((number, cells))


def statements(text: str) -> list[Row]:
    """Every row of every table of statements.

    Raises:
        ValueError: for a row that has not as many cells as its heading.

    """
    found = []
    for heading, rows in tables(text):
        if heading == HEADING:
            for line, cells in rows:
                if len(cells) != len(HEADING):
                    msg = f"line {line} has {len(cells)} cells"
                    raise ValueError(msg)
                found.append(Row(line, *cells))
    return found


def whole(*, args_are_defaults: bool, keyword: str, marks: str, others: Iterable[object]) -> bool:
    """Tell whether everything that runs by default was asked for, and nothing was left out."""
    return args_are_defaults and not keyword and marks == DEFAULT_MARKS and not any(others)


def dishonest(rows: Iterable[Row], outcomes: Outcomes) -> list[str]:
    """Say what the page claims and this run did not show.

    A test that cannot run on this machine may be skipped where another of its row has passed.
    """
    found = []
    for row in rows:
        due = {test.node: outcomes.get(test.node, set()) for test in row.tests if not test.long}
        for node, ends in due.items():
            if not ends:
                found.append(f"{row.id}: {node} did not run")
            elif "failed" in ends:
                found.append(f"{row.id}: {node} failed")
            elif not ends & {"passed", "skipped"}:
                found.append(f"{row.id}: {node} did not pass")
        if due and all(ends == {"skipped"} for ends in due.values()):
            found.append(f"{row.id}: every test of it was skipped")
    return found


class Honesty:
    """Watches a whole run, where the reports of all workers come together."""

    def __init__(self, page: Path = PAGE) -> None:
        """Take the page that is to be kept honest."""
        self._page = page
        self.outcomes: Outcomes = {}
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended; what ends before or after the test itself counts only where it went wrong."""
        if report.when == "call" or report.outcome != "passed":
            outcome = "xfailed" if hasattr(report, "wasxfail") else report.outcome
            self.outcomes.setdefault(report.nodeid.partition("[")[0], set()).add(outcome)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Let a run fail that did not show what the page claims."""
        broken_off = exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
        if broken_off or session.shouldfail or session.shouldstop or not _is_whole(session.config):
            return
        self.found = dishonest(statements(self._page.read_text("utf-8")), self.outcomes)
        if self.found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was not shown."""
        if self.found:
            terminalreporter.section(f"{self._page.name} claims what did not happen", red=True)
            for each in self.found:
                terminalreporter.line(each)


def _is_whole(config: pytest.Config) -> bool:
    names = ("deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly", "maxfail")
    return whole(
        args_are_defaults=config.args_source is pytest.Config.ArgsSource.TESTPATHS,
        keyword=config.getoption("keyword"),
        marks=config.getoption("markexpr"),
        others=(config.getoption(name, default=None) for name in names),
    )


# What is read from the tests themselves


@cache
def _functions(path: str) -> dict[str, tuple[str, ...]]:
    """The tests of a file with the marks that lie on each, as they are written."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    module = [ast.unparse(node) for node in tree.body if isinstance(node, (ast.Assign, ast.Expr))]
    on_all = tuple(each for each in module if each.startswith(("pytestmark", "pytest.skip")))
    found: dict[str, tuple[str, ...]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = [ast.unparse(line) for line in node.body if isinstance(line, ast.Expr)]
            inside = tuple(each for each in first if each.startswith(("pytest.skip", "pytest.xfail")))
            found[node.name] = (*on_all, *(ast.unparse(mark) for mark in node.decorator_list), *inside)
    return found


def untrue(test: Named) -> str:
    """Say what is not as a row has it: a test that is not there, never runs, or runs only when asked for."""
    marks = _functions(test.path).get(test.function) if (ROOT / test.path).is_file() else None
    if marks is None or not test.function.startswith("test_"):
        return f"{test.node} does not exist"
    if any(re.search(r"\bskip\b(?!if)|\bxfail\b", mark) for mark in marks):
        return f"{test.node} never runs"
    is_long = any(mark == f"pytest.mark.{LONG_MARK}" for mark in marks)
    if is_long != test.long:
        return f"{test.node} is {'' if is_long else 'not '}long"
    return ""
