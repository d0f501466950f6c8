"""The story of the overview: from a number to the list behind it, and back."""

from typing import TYPE_CHECKING

from tui.account_flows import look_through
from tui.audit_flows import look_at_log
from tui.case_flows import look_after_cases
from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.overview import HowThingsStand
    from tui.app import TwofoldApp


async def look_over(app: "TwofoldApp", username: str) -> Go:
    """Show how things stand until the person goes elsewhere."""
    from tui.screens.overview import OverviewScreen

    while True:
        stands = await app.ask(lambda services: services.overview.look(app.token))
        counts = await app.ask(lambda services: services.directory.counts(app.token))
        answer = await app.show(OverviewScreen(stands, counts, username))
        go = answer if isinstance(answer, Go) else await _behind(app, answer, stands, username)
        if go is not None and go is not Go.OVERVIEW:
            return go


async def _behind(app: "TwofoldApp", number: str, stands: "HowThingsStand", username: str) -> Go | None:
    """Show the list behind a number; return where the person goes then, none for back."""
    from store.services.audit_log import Wanted
    from tui.screens.overview import CASES, FAILED, LOGGED_IN

    if number == LOGGED_IN:
        return await _sessions(app, username)
    if number == CASES:
        return await look_after_cases(app, username)
    if number == FAILED:
        first_hour, _ = stands.failed[0]
        return await look_at_log(app, username, Wanted(outcome="refused", since=first_hour))
    return await look_through(app, username, number)


async def _sessions(app: "TwofoldApp", username: str) -> Go | None:
    """Show who is logged in, until the person goes elsewhere; end what is chosen and agreed to."""
    from store.services.overview import MOST
    from tui.screens.end_session import EndSessionScreen
    from tui.screens.everybodys_sessions import EverybodysSessionsScreen

    notice = ""
    while True:
        sessions = await app.ask(lambda services: services.access.sessions(app.token, most=MOST))
        page = EverybodysSessionsScreen(sessions, username, notice, more=len(sessions) == MOST)
        chosen = await app.show(page)
        if chosen is None or isinstance(chosen, Go):
            return chosen
        answer = await app.show(EndSessionScreen(chosen, username))
        if isinstance(answer, Go):
            return answer
        notice = answer or ""
