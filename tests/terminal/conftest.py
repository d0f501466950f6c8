from pathlib import Path

import pytest

from tests.terminal.machine import Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine where Twofold was never started."""
    folder = tmp_path / "machine"
    folder.mkdir()
    return Machine(folder)
