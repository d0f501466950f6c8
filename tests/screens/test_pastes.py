"""What a password manager pastes lands whole in its field, and can be used (ASVS 6.2.7, SP 800-63B-4 section 3.1.1.2)."""

import pytest
from textual import events

from tests.desk import SHELL, Desk
from tests.screens.console import Console, use
from tests.screens.pages import show
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.home import HomeScreen

LONG = "Wq7-plover mangrove kettle éclair 9 lantern, copper & basil moon!"
FIELDS = [
    ("log in", "#username"), ("log in", "#password"), ("code entry", "#code"), ("lost access", "#backup-code"),
    ("reset code", "#reset-code"), ("step-up, password", "#code"), ("disable", "#password"),
    ("change password", "#present"), ("change password", "#new"), ("change password", "#again"),
    ("first run", "#password"), ("enrollment", "#code"),
]  # fmt: skip


async def paste(console: Console, text: str) -> None:
    console.app.post_message(events.Paste(text))
    await console.settle()


@pytest.mark.parametrize(("page", "field"), FIELDS)
async def test_64_characters_land_whole_in_the_field(desk: Desk, page: str, field: str) -> None:
    assert len(LONG[:64]) == 64
    async with show(desk, page) as console:
        console.field(field).focus()
        await paste(console, LONG[:64])
        assert console.field(field).value == LONG[:64]


async def test_a_pasted_password_and_a_pasted_code_log_in(desk: Desk) -> None:
    desk.services.accounts.create(SHELL, "bob", LONG)
    desk.enable("bob", LONG)
    desk.clock.move(seconds=30)
    async with use(desk) as console:
        await paste(console, "bob")
        await console.press("enter")
        await paste(console, LONG)
        await console.press("enter")
        console.at(CodeEntryScreen)
        await paste(console, desk.code("bob"))
        await console.press("enter")
        console.at(HomeScreen)
