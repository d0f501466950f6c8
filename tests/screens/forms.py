"""What a form says when it refuses, and what must not move while it does."""

from textual.widgets import Input

from tests.screens.console import Console
from tests.screens.pages import regions
from tui.widgets.fields import Field, SecretInput


def complaint(console: Console, field: str) -> str:
    return str(console.app.screen.query_one(f"{field}-field", Field)._error.content)


async def complains(console: Console, field: str, sentence: str, *keys: str) -> None:
    """Press keys and expect this sentence under this field, and everything else in its place."""
    page, before = console.app.screen, regions(console.app.screen)
    await console.press(*keys)
    assert console.app.screen is page, console.text
    assert complaint(console, field) == sentence
    assert sentence.rsplit(maxsplit=1)[-1] in console.text.split()
    after = regions(page)
    # The sentence takes the line that was kept for it, and nothing else does.
    assert {place: after.get(place) for place in before} == before
    focused = console.app.focused
    assert focused is console.field(field)
    if isinstance(focused, SecretInput):
        assert focused.value == ""


async def start(console: Console, *fields: tuple[str, str]) -> None:
    for selector, value in fields:
        console.field(selector).value = value
    inputs = list(console.app.screen.query(Input))
    inputs[-1].focus()
    await console.flush()
