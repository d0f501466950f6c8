from pathlib import Path

import pytest

from tests.cli.shell import Shell, make_venv


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell whose home has no store yet."""
    home = tmp_path / "home"
    home.mkdir()
    return Shell(home, make_venv(tmp_path / "venv"))
