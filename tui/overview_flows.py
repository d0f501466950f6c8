"""The story of the overview: from a number to the list behind it, and back."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tui.audit_flows import audit_of, look_at_log
from tui.case_flows import look_after_cases
from tui.screens.places import Go
from tui.words import counted, duration

if TYPE_CHECKING:
    from store.services.views import AccountView, Sought
    from tui.app import TwofoldApp
    from tui.screens.overview import Behind

LISTED = 200
"""Accounts behind a number that are listed at most."""


async def look_over(app: "TwofoldApp", username: str) -> Go:
    """Show how things stand until the person goes elsewhere."""
    from tui.screens.overview import OverviewScreen

    while True:
        stands = await app.ask(lambda services: services.overview.look(app.token))
        counts = await app.ask(lambda services: services.directory.counts(app.token))
        answer = await app.show(OverviewScreen(stands, counts, username))
        go = answer if isinstance(answer, Go) else await _behind(app, answer, username)
        if go is not None and go is not Go.OVERVIEW:
            return go


async def _behind(app: "TwofoldApp", behind: "Behind", username: str) -> Go | None:
    from store.services.audit_log import Wanted
    from store.services.views import Sought
    from tui.screens.overview import Behind

    if behind is Behind.SESSIONS:
        return await _sessions(app, username)
    if behind is Behind.CASES:
        return await look_after_cases(app, username)
    if behind is Behind.FAILED:
        day_ago = app.clock.now() - timedelta(days=1)
        return await look_at_log(app, username, Wanted(outcome="refused", since=day_ago))
    if behind is Behind.LOW:
        low = await app.ask(lambda services: services.overview.low_on_codes(app.token))
        rows = tuple((each.username, f"{counted(each.left, 'backup code')} left") for each in low)
        return await _accounts(app, "Few codes left", rows, username, more=False)
    if behind is Behind.LOCKED:
        return await _sought(app, "Locked", Sought(locked=True), username)
    return await _sought(app, "Only a password", Sought(second_factor="off"), username)


async def _sought(app: "TwofoldApp", headline: str, sought: "Sought", username: str) -> Go | None:
    page = await app.ask(lambda services: services.directory.page(app.token, sought, size=LISTED))
    rows = tuple((each.username, _state(each)) for each in page.accounts)
    return await _accounts(app, headline, rows, username, more=page.after is not None)


async def _accounts(
    app: "TwofoldApp", headline: str, rows: tuple[tuple[str, str], ...], username: str, *, more: bool
) -> Go | None:
    """Show some accounts, and what happened to each one that is chosen."""
    from tui.screens.some_accounts import SomeAccountsScreen

    while True:
        answer = await app.show(SomeAccountsScreen(headline, rows, username, more=more))
        if answer is None or isinstance(answer, Go):
            return answer
        go = await audit_of(app, answer, username)
        if go is not None:
            return go


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


def _state(account: "AccountView") -> str:
    """Return what there is to say of an account in a few words."""
    longest = max(
        account.locked_for,
        account.password_locked_for,
        account.code_locked_for,
        account.backup_code_locked_for,
    )
    locked = f"locked for {duration(longest)}" if longest > timedelta() else ""
    states = ("" if account.enabled else "disabled", locked, f"2FA {account.second_factor}")
    return ", ".join(state for state in states if state)
