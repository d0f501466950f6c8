"""An operator at the desk, with a page of it open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tui.screens.page import Page


def employ(desk: Desk) -> None:
    """Make root an operator with 2FA."""
    desk.create("root", operator=True)
    desk.enable("root")


@asynccontextmanager
async def watch(
    desk: Desk, page: Page[Any], size: tuple[int, int] = (80, 24), username: str = "root"
) -> AsyncIterator[Console]:
    """Open a page as the session of an operator."""
    async with use(desk, size, PageHost(desk, page, desk.log_in(username))) as console:
        yield console


def answer(console: Console) -> object:
    """What the page handed back."""
    assert isinstance(console.app, PageHost)
    return console.app.answer
