"""The story of the operator's desk: which of its places is shown, and what follows it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from store.errors import NotAllowed
from tui.account_flows import all_accounts
from tui.audit_flows import whole_log
from tui.case_flows import all_cases
from tui.overview_flows import look_over
from tui.screens.places import Go

if TYPE_CHECKING:
    from tui.app import TwofoldApp


async def at_the_desk(app: "TwofoldApp", place: Go, username: str) -> Go:
    """Show one of the operator's places; return where the person goes then."""
    try:
        return await PLACES[place](app, username)
    except NotAllowed:
        # No operator any more, or without 2FA: Home shows what is left.
        return Go.HOME


async def _policy(app: "TwofoldApp", username: str) -> Go:
    from tui.screens.policy import PolicyScreen

    policy = await app.ask(lambda services: services.policy.show(app.token))
    lacking = await app.ask(lambda services: services.policy.without_second_factor(app.token))
    return await app.show(PolicyScreen(policy, lacking, username))


PLACES: "dict[Go, Callable[[TwofoldApp, str], Awaitable[Go]]]" = {
    Go.ACCOUNTS: all_accounts,
    Go.OVERVIEW: look_over,
    Go.AUDIT: whole_log,
    Go.POLICY: _policy,
    Go.CASES: all_cases,
}
