"""No page reads as markup what somebody else wrote: what the toolkit parses stands in the source (ASVS 1.3.7)."""

import ast
from dataclasses import fields, replace
from typing import Any

import pytest
from textual.content import Content
from textual.widgets import Static

from store.rules.text import first_unsafe
from store.services.views import AccountView
from tests.desk import Desk
from tests.honesty import ROOT
from tests.screens.pages import PAGES, TWO, recovering, show
from tui.screens.account import AccountScreen
from tui.screens.account_acts import acts_on

IN_THE_SOURCE = {
    node.value
    for path in (ROOT / "tui").rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
HOSTILE = "[bold]x[/] \x1b]0;x\x07 \u202e[@click=app.leave]y[/]"
SHOWN = "[bold]x[/] <U+001B>]0;x<U+0007> <U+202E>[@click=app.leave]y[/]"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is read as markup."""
    texts: list[str] = []
    read = Content.from_markup

    def listen(markup: str | Content, **variables: object) -> Content:
        texts.extend([markup] if isinstance(markup, str) else [])
        return read(markup, **variables)

    monkeypatch.setattr(Content, "from_markup", listen)
    return texts


def poisoned(account: AccountView) -> AccountView:
    """The account with hostile text wherever it has text that somebody typed."""
    words = {"role", "second_factor"}
    typed = [each.name for each in fields(account) if isinstance(getattr(account, each.name), str)]
    assert {*typed} >= {"username", "display_name", "own_number", "lock_reason"}
    hostile: dict[str, Any] = {name: HOSTILE for name in typed if name not in words}
    return replace(account, **hostile)


@pytest.mark.parametrize("page", PAGES)
async def test_what_is_read_as_markup_stands_in_the_source(desk: Desk, page: str, parsed: list[str]) -> None:
    async with show(desk, page):
        assert {*parsed} - IN_THE_SOURCE == set()


async def test_what_is_read_as_markup_is_heard(desk: Desk, parsed: list[str]) -> None:
    async with show(desk, "log in"):
        assert parsed, "the tests here listen at the wrong door"


async def test_hostile_text_stands_on_the_page_of_an_account_as_it_was_typed(
    desk: Desk, parsed: list[str]
) -> None:
    account = poisoned(recovering())
    page = AccountScreen(account, acts_on(account, two=TWO), "Done.", "alice")
    async with show(desk, page, size=(120, 40)) as console:
        said = [str(each.content) for each in console.app.screen.query(Static)]
        assert SHOWN in said
        assert sum(SHOWN in text for text in said) >= 4
        assert [text for text in said if any(map(first_unsafe, text.split("\n")))] == []
        assert [text for text in parsed if "@click" in text] == []
