from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A store with alice in it, who has no second factor yet."""
    desk = Desk(tmp_path)
    desk.create("alice")
    yield desk
    desk.services.close()
