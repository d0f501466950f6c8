"""The story of recovery cases: from the list, or from an account, to one case and its steps."""

from itertools import islice
from typing import TYPE_CHECKING

from tui.act_flows import do_act
from tui.approval_flows import look_after_approvals
from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.views import TwoOperators
    from tui.app import TwofoldApp
    from tui.screens.case import CaseScreen

LISTED = 1000
"""Cases that are listed at most."""


async def all_cases(app: "TwofoldApp", username: str) -> Go:
    """Show the cases that nobody has closed; return where the person goes then."""
    return await look_after_cases(app, username) or Go.HOME


async def look_after_cases(app: "TwofoldApp", username: str) -> Go | None:
    """Go from case to case; return where the person goes then, none for back."""
    from tui.screens.cases import CasesScreen

    while True:
        listed = await app.ask(lambda services: tuple(islice(services.recovery.list(app.token), LISTED + 1)))
        answer = await app.show(CasesScreen(listed[:LISTED], username, more=len(listed) > LISTED))
        if answer is Go.APPROVALS:
            elsewhere = await look_after_approvals(app, username)
            if elsewhere is not None:
                return elsewhere
            continue
        if answer is None or isinstance(answer, Go):
            return answer
        go = await look_after_case(app, answer, username)
        if go is not None:
            return go


async def look_after_case(
    app: "TwofoldApp", number: int, username: str, notice: str | None = None
) -> Go | None:
    """Show one case, and after each step how it stands then; return where the person goes, none for back."""
    from tui.screens.case_acts import CaseOpened

    while True:
        page = await _case_page(app, number, notice, username)
        answer = await app.show(page)
        if answer is None or isinstance(answer, Go):
            return answer
        done = await do_act(app, answer, username)
        if isinstance(done, Go):
            return done
        notice = done.notice if done is not None else None
        if isinstance(done, CaseOpened):
            number = done.number


async def _case_page(app: "TwofoldApp", number: int, notice: str | None, username: str) -> "CaseScreen":
    from tui.screens.case import CaseScreen

    case = await app.ask(lambda services: services.recovery.show(app.token, number))
    account = await app.ask(lambda services: services.accounts.show(app.token, case.username))
    return CaseScreen(case, account, notice, username, two=await takes_two(app))


async def takes_two(app: "TwofoldApp") -> "TwoOperators":
    """Tell whether policy asks for two operators, and whether there are two."""
    return await app.ask(lambda services: services.approvals.standing(app.token))
