"""Every page at every size: whole at 80x24, and laid out for good from its first frame on."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType
from textual.geometry import Region
from textual.screen import Screen

from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tests.screens.pages import LONG, PAGES, SHORT, clipped, regions, scrolling, seen, show, turn_to
from tests.screens.test_call_history import fill
from tui.widgets.rows import BottomRow, KeyTwin

SMALL, LARGE = [(40, 12), (60, 20)], [(120, 40), (200, 60)]
every_page = pytest.mark.parametrize("page", PAGES)


def stands_whole(console: Console) -> None:
    screen = console.app.screen
    assert clipped(screen) == []
    assert scrolling(screen) == []
    assert all(str(twin.content) in console.text for twin in screen.query(KeyTwin) if twin.display)


def bottom_row(console: Console) -> Region:
    """Where the keys stand; there is one row of them."""
    [row] = [row for row in seen(console.app.screen) if isinstance(row, BottomRow)]
    return row.region


@every_page
async def test_at_80x24_nothing_scrolls_and_nothing_is_cut(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        for username, theme in ((SHORT, "light"), (LONG, "light"), (LONG, "dark")):
            console.app.theme = f"twofold-{theme}"
            await turn_to(console, PAGES[page](username))
            assert console.app.current_theme.dark is (theme == "dark")
            stands_whole(console)
            assert bottom_row(console).bottom == 24
            assert [len(line) for line in console.lines] == [80] * 24


@every_page
async def test_at_any_other_size_it_opens_and_keeps_its_bottom_row(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        for size in (*SMALL, *LARGE):
            await console.pilot.resize_terminal(*size)
            await turn_to(console, PAGES[page](LONG))
            screen = console.app.screen
            assert screen.region.contains_region(bottom_row(console))
            if size in LARGE:
                stands_whole(console)
                assert bottom_row(console) == Region(0, size[1] - 1, size[0], 1)
        await console.pilot.resize_terminal(80, 24)
        await console.settle()
        stands_whole(console)


class Filmed(PageHost):
    """Keeps where everything stood in each frame of each page: the one before may be drawn until the last."""

    def __init__(self, *given: Any) -> None:  # noqa: ANN401 - what a PageHost takes
        super().__init__(*given)
        self.frames: dict[Screen[Any], list[dict[str, Region]]] = {}

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        if renderable is not None:
            self.frames.setdefault(screen, []).append(regions(screen))


@every_page
async def test_the_first_frame_has_the_layout_of_the_last(desk: Desk, page: str) -> None:
    fill(desk, 30)
    app = Filmed(desk, PAGES[page](SHORT), desk.log_in())
    async with use(desk, (80, 24), app) as console:
        for size in ((80, 24), (120, 40)):
            await console.pilot.resize_terminal(*size)
            shown = PAGES[page](SHORT)
            await turn_to(console, shown)
            frames = app.frames[shown]
            first, last = frames[0], frames[-1]
            assert {
                name: (last.get(name), region) for name, region in first.items() if last.get(name) != region
            } == {}
            assert set(last) == set(first)


async def test_the_longest_username_and_the_longest_issuer_share_the_top_row(tmp_path: Path) -> None:
    desk = Desk(tmp_path, issuer="example-corp.gr")
    desk.create("alice")
    async with show(desk, "home, on", LONG) as console:
        assert console.lines[0].split() == ["example-corp.gr", LONG, "▼"]
        stands_whole(console)
    desk.services.close()


async def test_a_scroll_bar_is_made_of_blanks_that_every_console_font_has(desk: Desk) -> None:
    async with show(desk, "home, notices", size=(60, 14)) as console:
        assert console.app.screen.query_one("#card").show_vertical_scrollbar
        assert not set("▁▂▃▄▅▆▇") & set(console.text)
