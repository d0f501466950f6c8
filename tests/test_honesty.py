"""A run of everything fails where the page names what did not happen; a run of a part says nothing."""

from pathlib import Path

import pytest

from tests.honesty import Named, Row, _functions, dishonest, statements, untrue, whole

pytest_plugins = ("pytester",)

PAGE = """
# Security

| what | number |
|---|---|
| lock | 5 |

| id | what must hold | proof |
|---|---|---|
| 1.1.1 | it holds | `tests/test_a.py::test_runs`, `tests/test_a.py::test_many` |
| T1, 2.1.1-2.1.3 | it is not there | Does not apply: it is not there |
| T2 | it holds for long | `tests/test_a.py::test_for_long` (long) |
"""
RUNS, MANY, LONG = (
    "tests/test_a.py::test_runs",
    "tests/test_a.py::test_many",
    "tests/test_a.py::test_for_long",
)

CONFTEST = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parent.parent)!r})
from pathlib import Path
from tests.honesty import Honesty
def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Honesty(Path(__file__).parent / "security.md"))
"""
TESTS = """
import pytest
def test_runs(): pass
@pytest.mark.parametrize("each", [1, 2])
def test_many(each): pass
@pytest.mark.long
def test_for_long(): raise AssertionError
"""
INI = """
[pytest]
testpaths = tests
addopts = -p no:cacheprovider -m 'not long'
markers = long: for long
"""


# What a page says


def test_rows_are_read_with_their_statements_and_tests() -> None:
    first, second, third = statements(PAGE)
    assert [test.node for test in first.tests] == [RUNS, MANY]
    assert (second.ids, second.tests) == (["T1", "2.1.1", "2.1.2", "2.1.3"], ())
    assert third.tests == (Named("tests/test_a.py", "test_for_long", long=True),)
    assert (first.line, first.what) == (10, "it holds")


def test_a_row_with_a_cell_too_many_is_said() -> None:
    with pytest.raises(ValueError, match=r"^line 10 has 4 cells$"):
        statements(PAGE.replace("| it holds |", "| it | holds |", 1))


# What a run has shown


@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        ({RUNS: {"passed"}, MANY: {"passed"}}, []),
        ({RUNS: {"passed"}, MANY: {"passed", "skipped"}}, []),
        ({RUNS: {"passed"}, MANY: {"skipped"}}, []),
        ({RUNS: {"passed"}}, [f"1.1.1: {MANY} did not run"]),
        ({RUNS: {"passed"}, MANY: {"passed", "failed"}}, [f"1.1.1: {MANY} failed"]),
        ({RUNS: {"skipped"}, MANY: {"skipped"}}, ["1.1.1: every test of it was skipped"]),
        ({RUNS: {"passed"}, MANY: {"xfailed"}}, [f"1.1.1: {MANY} did not pass"]),
        ({}, [f"1.1.1: {RUNS} did not run", f"1.1.1: {MANY} did not run"]),
    ],
)
def test_what_was_not_shown_is_said(outcomes: dict[str, set[str]], found: list[str]) -> None:
    assert dishonest(statements(PAGE), outcomes) == found


def test_a_long_test_need_not_have_run() -> None:
    row = Row(1, "T1", "it holds", "`tests/test_a.py::test_for_long` (long)")
    assert dishonest([row], {}) == []


@pytest.mark.parametrize(
    ("keyword", "marks", "others", "told"),
    [
        ("", "not long", (None, [], False, 0), True),
        ("some", "not long", (), False),
        ("", "long", (), False),
        ("", "", (), False),
        ("", "not long", (None, ["tests/x.py::test_y"]), False),
        ("", "not long", (True,), False),
    ],
)
def test_only_a_run_of_everything_is_looked_at(
    keyword: str, marks: str, others: tuple[object, ...], *, told: bool
) -> None:
    assert whole(args_are_defaults=True, keyword=keyword, marks=marks, others=others) is told
    assert not whole(args_are_defaults=False, keyword=keyword, marks=marks, others=others)


def test_what_is_not_as_a_row_has_it_is_said() -> None:
    here = "tests/test_honesty.py"
    assert untrue(Named(here, "test_a_long_test_need_not_have_run", long=False)) == ""
    assert untrue(Named(here, "test_never_written", long=False)).endswith("does not exist")
    assert untrue(Named("tests/no_such_file.py", "test_x", long=False)).endswith("does not exist")
    assert untrue(Named(here, "written", long=False)).endswith("does not exist")
    assert untrue(Named(here, "test_a_long_test_need_not_have_run", long=True)).endswith("is not long")
    kills = ("tests/services/test_kills.py", "test_a_thousand_kills_leave_the_way_before_or_the_way_after")
    assert untrue(Named(*kills, long=False)).endswith("is long")
    assert untrue(Named(*kills, long=True)) == ""


@pytest.mark.parametrize(
    "line",
    [
        "@pytest.mark.skip\ndef test_x(): pass",
        "@pytest.mark.skip(reason='later')\ndef test_x(): pass",
        "@pytest.mark.xfail\ndef test_x(): pass",
        "def test_x():\n    pytest.skip('later')",
        "pytestmark = pytest.mark.skip\ndef test_x(): pass",
        "pytest.skip('later', allow_module_level=True)\ndef test_x(): pass",
    ],
)
def test_a_test_that_is_always_skipped_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (tmp_path / "test_it.py").write_text(line)
    monkeypatch.setattr("tests.honesty.ROOT", tmp_path)
    try:
        assert untrue(Named("test_it.py", "test_x", long=False)) == "test_it.py::test_x never runs"
        (tmp_path / "test_if.py").write_text("@pytest.mark.skipif(True, reason='here')\ndef test_x(): pass")
        assert untrue(Named("test_if.py", "test_x", long=False)) == ""
    finally:
        # The same name is another file in the next test.
        _functions.cache_clear()


# The plugin


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeini(INI)
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(CONFTEST)
    (tests / "test_a.py").write_text(TESTS)
    (tests / "security.md").write_text(PAGE)
    return pytester


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_that_shows_everything_passes_and_one_that_does_not_fails(
    project: pytest.Pytester, workers: str
) -> None:
    arguments = ("-n", workers, "--dist", "worksteal")
    honest = project.runpytest_subprocess(*arguments)
    assert honest.ret == 0
    assert "claims what did not happen" not in honest.stdout.str()
    (project.path / "tests" / "test_a.py").write_text(TESTS.replace("test_runs", "test_renamed"))
    shown = project.runpytest_subprocess(*arguments)
    assert shown.ret == 1
    assert "security.md claims what did not happen" in shown.stdout.str()
    assert f"1.1.1: {RUNS} did not run" in shown.stdout.str()


@pytest.mark.parametrize(
    "arguments",
    [("-k", "many"), ("tests/test_a.py",), ("-m", "not long and not other"), ("--deselect", f"{MANY}[1]")],
)
def test_a_run_of_a_part_says_nothing(project: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    (project.path / "tests" / "test_a.py").write_text(TESTS.replace("test_runs", "test_renamed"))
    partial = project.runpytest_subprocess("-n", "0", *arguments)
    assert partial.ret == 0
    assert "claims what did not happen" not in partial.stdout.str()


def test_a_test_that_is_skipped_where_another_of_its_row_passed_is_no_lie(project: pytest.Pytester) -> None:
    tests = project.path / "tests" / "test_a.py"
    tests.write_text(TESTS.replace("def test_runs(): pass", "def test_runs(): pytest.skip('not here')"))
    assert project.runpytest_subprocess("-n", "0").ret == 0
    tests.write_text(
        tests.read_text().replace("def test_many(each): pass", "def test_many(each): pytest.skip('nor here')")
    )
    lie = project.runpytest_subprocess("-n", "0")
    assert lie.ret == 1
    assert "1.1.1: every test of it was skipped" in lie.stdout.str()
