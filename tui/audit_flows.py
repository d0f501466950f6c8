"""The story of the audit log: the whole of it, or what happened to one account."""

from typing import TYPE_CHECKING

from store.errors import NotAllowed
from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.audit_log import Wanted
    from tui.app import TwofoldApp


async def audit_of(app: "TwofoldApp", username: str) -> Go | None:
    """Show what happened to one account; return where the person goes then, none for back."""
    from store.services.audit_log import Wanted

    return await look_at_log(app, Wanted(username=username))


async def look_at_log(app: "TwofoldApp", wanted: "Wanted | None" = None) -> Go | None:
    """Show the audit log, filtered or whole; return where the person goes then, none for back."""
    from tui.screens.audit_log import AuditLogScreen

    try:
        # Asked for before the page is there: who is no operator any more sees nothing of it.
        await app.ask(lambda services: services.audit_log.page(app.token, size=1))
    except NotAllowed:
        return Go.HOME
    home = await app.ask(lambda services: services.home.look(app.token))
    return await app.show(AuditLogScreen(home.username, wanted))
