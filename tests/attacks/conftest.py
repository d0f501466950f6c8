"""One machine is made for all; each test gets a copy of its own."""

import copy
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.authenticator import Phone
from tests.terminal.machine import Enrolled, Machine


@dataclass(frozen=True)
class Made:
    """A machine with alice, who has no second factor, and bob, who has one."""

    machine: Machine
    bob: Enrolled


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The one that is copied."""
    machine = Machine(tmp_path_factory.mktemp("made") / "machine")
    machine.folder.mkdir()
    assert machine.env, "which makes the home"
    machine.create("alice")
    return Made(machine, machine.enable("bob"))


@pytest.fixture
def machine(made: Made, tmp_path: Path) -> Machine:
    """A machine with alice and bob."""
    shutil.copytree(made.machine.folder, tmp_path / "machine", symlinks=True)
    return Machine(tmp_path / "machine")


@pytest.fixture
def empty(tmp_path: Path) -> Machine:
    """A machine where Twofold was never started."""
    (tmp_path / "empty").mkdir()
    return Machine(tmp_path / "empty")


@pytest.fixture
def bob(made: Made) -> Enrolled:
    """What bob keeps."""
    return Enrolled(copy.deepcopy(made.bob.phone), made.bob.codes, made.bob.set_number)


@pytest.fixture
def phone(bob: Enrolled) -> Phone:
    """The app of bob."""
    return bob.phone


@pytest.fixture
def source_files() -> Callable[[], list[Path]]:
    """The files of the program itself."""
    root = Path(__file__).resolve().parents[2]
    return lambda: [path for part in ("tui", "store") for path in sorted((root / part).rglob("*.py"))]
