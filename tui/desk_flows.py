"""The story of the operator's desk: from the list to one account, to an act on it, and back."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from store.errors import NotAllowed
from tui.act_flows import do_act
from tui.audit_flows import audit_of, whole_log
from tui.case_flows import all_cases, look_after_case, takes_two
from tui.overview_flows import look_over
from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.views import AccountView
    from tui.app import TwofoldApp
    from tui.screens.acts import AccountAct, Done
    from tui.screens.found import Found


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


async def _list(app: "TwofoldApp", username: str) -> Go:
    from tui.screens.accounts import AccountsScreen
    from tui.screens.acts import Act

    found = await _begin(app)
    while True:
        counts = await app.ask(lambda services: services.directory.counts(app.token))
        answer = await app.show(AccountsScreen(found, counts, username))
        if isinstance(answer, Go):
            return answer
        if isinstance(answer, Act):
            made = await do_act(app, answer, username)
            if isinstance(made, Go):
                return made
            if made is None:
                continue
            found = await _begin(app)
            go = await _account(app, found, made.username, made.notice, username)
        else:
            go = await _account(app, found, answer, None, username)
        if go is not None:
            return go


async def _begin(app: "TwofoldApp") -> "Found":
    from tui.screens.found import Found
    from tui.widgets.near import SIZE, Near

    page = await app.ask(lambda services: services.directory.page(app.token, size=SIZE))
    return Found(Near(page), page.total, page.capped)


async def _account(
    app: "TwofoldApp", found: "Found", name: str, notice: str | None, username: str
) -> Go | None:
    """Show one account, and after each act how it stands then."""
    from tui.screens.account import AccountScreen
    from tui.screens.account_acts import acts_on

    while True:
        account = await app.ask(lambda services: services.accounts.show(app.token, name))
        found.near.replace(account)
        acts = acts_on(account, two=await takes_two(app)) if account.username != username else []
        answer = await app.show(AccountScreen(account, acts, notice, username))
        if answer is None:
            return None
        came_of_it = await _lead_on(app, answer, account, username)
        if isinstance(came_of_it, Go):
            return came_of_it
        notice = came_of_it.notice if came_of_it is not None else None


async def _lead_on(
    app: "TwofoldApp", answer: "AccountAct | Go", account: "AccountView", username: str
) -> "Done | Go | None":
    """Follow what was chosen on an account's page and return what came of it."""
    from tui.screens.case_acts import CaseOpened

    if answer is Go.AUDIT:
        return await audit_of(app, account.username, username)
    if answer is Go.CASES and account.case is not None:
        return await look_after_case(app, account.case.number, username)
    if isinstance(answer, Go):
        return answer
    done = await do_act(app, answer, username)
    if isinstance(done, CaseOpened):
        return await look_after_case(app, done.number, username, done.notice)
    return done


PLACES: "dict[Go, Callable[[TwofoldApp, str], Awaitable[Go]]]" = {
    Go.ACCOUNTS: _list,
    Go.OVERVIEW: look_over,
    Go.AUDIT: whole_log,
    Go.POLICY: _policy,
    Go.CASES: all_cases,
}
