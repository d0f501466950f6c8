"""One event of the audit log, and the way to all others of its account, its actor or its kind."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from tui.audit_words import told
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.widgets.action import Action

if TYPE_CHECKING:
    from store.services.audit_log import Wanted
    from store.services.views import AuditEventView


class AuditEventScreen(Page["Wanted | Go | None"]):
    """Hands back what to list instead, or nothing."""

    HEADLINE = "One event"
    HELP_TEXT = (
        "Everything that the audit log says of this event. From here the list can show all that happened to "
        "the same account, all that the same person or shell did, or all events of the same kind."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, event: "AuditEventView", username: str | None) -> None:
        """Show this event."""
        super().__init__(username=username)
        self._event = event

    def parts(self) -> ComposeResult:
        """The event, and a link for each way on."""
        yield Static("", classes="gap")
        event = told(self._event)
        yield Static(event, classes="prose")
        yield Static("", classes="gap")
        if self._event.username is not None:
            yield Action("All of this account", id="all-account")
        yield Action("All by the same actor", id="all-actor")
        yield Action("All of this kind", id="all-event")

    @on(Action.Chosen)
    def _chosen(self, chosen: Action.Chosen) -> None:
        from store.services.audit_log import Wanted

        event = self._event
        ways = {
            "all-account": Wanted(username=event.username),
            "all-actor": Wanted(actor=event.actor),
            "all-event": Wanted(event=event.event),
        }
        wanted = ways.get(chosen.action.id or "")
        if wanted is not None:
            chosen.stop()
            self.finish(wanted)

    def action_back(self) -> None:
        """Go back to the list."""
        self.finish(None)
