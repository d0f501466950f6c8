"""The story of what takes two operators: from the list to one proposal, and its decision."""

from itertools import islice
from typing import TYPE_CHECKING

from tui.act_flows import do_act
from tui.screens.places import Go

if TYPE_CHECKING:
    from tui.app import TwofoldApp

LISTED = 1000
"""Proposals that are listed at most."""


async def look_after_approvals(app: "TwofoldApp", username: str) -> Go | None:
    """Go from proposal to proposal; return where the person goes then, none for back."""
    from tui.screens.approval_acts import ProposeOneOperator
    from tui.screens.approvals import ApprovalsScreen

    while True:
        two = await app.ask(lambda services: services.approvals.standing(app.token))
        listed = await app.ask(lambda services: tuple(islice(services.approvals.list(app.token), LISTED + 1)))
        page = ApprovalsScreen(listed[:LISTED], two, username, more=len(listed) > LISTED)
        answer = await app.show(page)
        if answer is None or isinstance(answer, Go):
            return answer
        if isinstance(answer, int):
            go = await _look_after(app, answer, username)
        else:
            done = await do_act(app, ProposeOneOperator(), username)
            go = done if isinstance(done, Go) else None
        if go is not None:
            return go


async def _look_after(app: "TwofoldApp", number: int, username: str) -> Go | None:
    """Show one proposal, and after a decision how it stands then."""
    from tui.screens.approval import ApprovalScreen

    notice: str | None = None
    while True:
        proposal = await app.ask(lambda services: services.approvals.show(app.token, number))
        answer = await app.show(ApprovalScreen(proposal, notice, username))
        if answer is None or isinstance(answer, Go):
            return answer
        done = await do_act(app, answer, username)
        if isinstance(done, Go):
            return done
        notice = done.notice if done is not None else None
