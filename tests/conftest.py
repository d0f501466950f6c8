from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.honesty import Honesty


def pytest_configure(config: pytest.Config) -> None:
    """Watch the run from where all reports come together: not from a worker."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Honesty(), "honesty")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A store with alice in it, who has no second factor yet."""
    desk = Desk(tmp_path)
    desk.create("alice")
    yield desk
    desk.services.close()
