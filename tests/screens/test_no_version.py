"""What a stranger sees tells nothing of versions (ASVS 13.4.6)."""

from importlib.metadata import version

import pytest

from tests.desk import Desk
from tests.screens.pages import PAGES, show

LIBRARIES = ("textual", "sqlmodel", "cryptography", "argon2-cffi")


@pytest.mark.parametrize("page", ["log in", "code entry", "lost access", "reset code", "first run"])
async def test_no_page_says_which_version_this_is(desk: Desk, page: str) -> None:
    assert page in PAGES
    async with show(desk, page) as console:
        seen = console.text
        await console.press("f1")
        seen += console.text
        for name in ("twofold", *LIBRARIES):
            assert version(name) not in seen
        assert "version" not in seen.lower()
