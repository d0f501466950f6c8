"""The page of one's own sessions: each has its button, and ends by it (ASVS 7.5.2)."""

from store.services.principals import Visitor
from tests.desk import Desk
from tests.screens.console import use
from tests.screens.pages import open_sessions, show
from tui.screens.sessions import SessionsScreen
from tui.widgets.action import Action

OTHERS = 6


async def test_each_session_that_is_shown_has_a_way_to_end_it(desk: Desk) -> None:
    others = open_sessions(OTHERS)
    async with show(desk, SessionsScreen(others, "alice"), size=(80, 30)) as console:
        ends = {each.id for each in console.app.screen.query(Action) if (each.id or "").startswith("end-")}
        assert ends == {*(f"end-{each.id}" for each in others if not each.this_one), "end-others"}


async def test_the_last_one_of_many_is_ended_by_its_own_button(desk: Desk) -> None:
    first = desk.log_in(visitor=Visitor("10.0.0.0"))
    for place in range(1, OTHERS):
        desk.clock.move(seconds=1)
        desk.log_in(visitor=Visitor(f"10.0.0.{place}"))
    [number] = [each.id for each in desk.services.sessions.list(first) if each.this_one]
    async with use(desk, (80, 30)) as console:
        desk.clock.move(seconds=1)
        await console.to_settings()
        await console.click("#sessions")
        assert "10.0.0.0" in console.text
        await console.click(f"#end-{number}")
        console.at(SessionsScreen)
        assert "10.0.0.0" not in console.text
        assert "10.0.0.1" in console.text
