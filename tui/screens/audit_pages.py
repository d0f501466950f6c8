"""Pages of the audit log: as rows, put together, and how far a search for them has come."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tui.units import minute
from tui.widgets.line_table import Row

if TYPE_CHECKING:
    from store.services.audit_log import AuditPage
    from store.services.views import AuditEventView


def row(event: "AuditEventView") -> Row:
    """Return the words of one row; what was refused stands out."""
    cells = (minute(event.at), event.event, event.outcome, event.username or "-", event.actor)
    return Row(cells, warns=event.outcome == "refused")


def joined(page: "AuditPage", more: "AuditPage", *, upward: bool) -> "AuditPage":
    """Return both pages as one, with the second one's way on."""
    if upward:
        return replace(more, events=more.events + page.events, older=page.older)
    return replace(more, events=page.events + more.events, newer=page.newer)


def how_far(page: "AuditPage", *, upward: bool) -> str:
    """Return how far a search has come that stopped before its page was full."""
    place = page.newer if upward else page.older
    return f"Searched as far as {minute(place.at)}." if place is not None else ""
