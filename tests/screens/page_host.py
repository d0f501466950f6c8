"""The console with one page of a session open, and nothing of the story around it."""

from typing import Any, cast

from textual.pilot import Pilot
from textual.widgets import Static

from store.services.principals import SessionToken
from tests.desk import Desk
from tui.app import TwofoldApp
from tui.keeper import Keeper
from tui.screens.page import Page


class TellsTheTime(Keeper):
    """It ends nothing: the session that is shown was not begun at this console, and tests tick by hand."""

    def end_what_is_over(self) -> bool:
        return False


class PageHost(TwofoldApp):
    """Shows a page as the session of this token; keeps its answer."""

    def __init__(self, desk: Desk, page: Page[Any], token: SessionToken) -> None:
        super().__init__(desk.settings, desk.clock, "host/alice", desk.services)
        self.keeper = TellsTheTime(self)
        self.first = page
        self.answer: object = None
        self.notice: str | None = None
        self._host_token = token

    def start_over(self, notice: str | None) -> None:
        self.notice = notice
        self._token = self._host_token
        if notice is None:
            self.run_worker(self._keep_answer())

    async def _tick(self) -> None:
        """Tests tick by hand, so that no check of the session comes between."""

    async def _keep_answer(self) -> None:
        self.answer = await self.show(self.first)


def words(host: PageHost, selector: str) -> str:
    """What a piece of text says."""
    return str(host.screen.query_one(selector, Static).content)


def screen_text(host: PageHost) -> str:
    """The whole screen as it is drawn."""
    return "\n".join(strip.text for strip in host.screen._compositor.render_strips())


async def settle(pilot: Pilot[int], times: int = 4) -> None:
    """Let what was begun come to its end, acts in threads included."""
    app = cast("PageHost", pilot.app)
    for _ in range(times):
        await pilot.pause(0.03)
        while app._turn.locked():
            await pilot.pause(0.02)
    await pilot.pause()
