import gc
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from store.database import Database, make_private_file
from tests.desk import Desk
from tests.honesty import Honesty
from tests.leaks import generators, record
from tests.leaks.search import Search, search

LEAKS = "leaks"
_total = Search()

generators.listen()

# Each test makes and drops a whole app or store: by default a quarter of the time goes into looking for garbage.
gc.set_threshold(50_000, 20, 50)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of the terminal mostly wait."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run from where all reports come together: not from a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Honesty(), "honesty")


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Search what left the programs of a test, and every file it leaves, for each secret that it knows of."""
    folders: list[Path] = [request.getfixturevalue("tmp_path")] if "tmp_path" in request.fixturenames else []
    with record.recording():
        yield
        done = search(folders)
    request.node.user_properties.append((LEAKS, vars(done)))
    assert not done.leaks, "\n".join(["secrets came out:", *done.leaks])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up, in the process that tells the result: others run the tests."""
    for name, done in report.user_properties if report.when == "teardown" else ():
        if name == LEAKS:
            _total.add(Search(**cast("dict[str, Any]", done)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was searched."""
    terminalreporter.write_line(f"Leaks: {_total}")


@cache
def _tables() -> bytes:
    """Return a store that has its tables and nothing in them: to make them takes half of what a test takes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        Database(f"sqlite:///{path}").close()
        return path.read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A store with alice in it, who has no second factor yet."""
    path = tmp_path / "data" / "twofold.db"
    make_private_file(path)
    path.write_bytes(_tables())
    desk = Desk(tmp_path)
    desk.create("alice")
    yield desk
    desk.services.close()
