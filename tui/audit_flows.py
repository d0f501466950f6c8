"""The story of the audit log: the whole of it, or what happened to one account."""

from typing import TYPE_CHECKING

from tui.screens.places import Go

if TYPE_CHECKING:
    from store.services.audit_log import Wanted
    from tui.app import TwofoldApp


async def whole_log(app: "TwofoldApp", username: str) -> Go:
    """Show the audit log; return where the person goes then."""
    return await look_at_log(app, username) or Go.HOME


async def audit_of(app: "TwofoldApp", about: str, username: str) -> Go | None:
    """Show what happened to one account; return where the person goes then, none for back."""
    from store.services.audit_log import Wanted

    return await look_at_log(app, username, Wanted(username=about))


async def look_at_log(app: "TwofoldApp", username: str, wanted: "Wanted | None" = None) -> Go | None:
    """Show the audit log, filtered or whole; return where the person goes then, none for back."""
    from tui.screens.audit_log import AuditLogScreen

    # Asked for before the page is there: who is no operator any more sees nothing of it.
    await app.ask(lambda services: services.audit_log.page(app.token, size=1))
    return await app.show(AuditLogScreen(username, wanted))
