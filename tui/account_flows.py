"""The story of the accounts: from the list to one of them, to an act on it, and back."""

from typing import TYPE_CHECKING

from tui.act_flows import do_act
from tui.audit_flows import audit_of
from tui.case_flows import look_after_case, takes_two
from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.views import AccountView
    from tui.app import TwofoldApp
    from tui.screens.acts import AccountAct, Done
    from tui.screens.found import Found


async def all_accounts(app: "TwofoldApp", username: str) -> Go:
    """Show the list of all accounts; return where the person goes then."""
    return await look_through(app, username) or Go.HOME


async def look_through(app: "TwofoldApp", username: str, only: str = "all") -> Go | None:
    """Show the accounts that a filter leaves; return where the person goes then, none for back."""
    from tui.screens.accounts import AccountsScreen
    from tui.screens.acts import Act

    found = await _begin(app, only)
    while True:
        counts = await app.ask(lambda services: services.directory.counts(app.token))
        answer = await app.show(AccountsScreen(found, counts, username))
        if answer is None or isinstance(answer, Go):
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


async def _begin(app: "TwofoldApp", only: str = "all") -> "Found":
    from tui.screens.found import FILTERS, Found
    from tui.widgets.near import SIZE, Near

    _, sought = FILTERS[only]
    page = await app.ask(lambda services: services.directory.page(app.token, sought, size=SIZE))
    return Found(Near(page), page.total, page.capped, only=only)


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
