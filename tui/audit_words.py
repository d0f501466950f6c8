"""The audit log in words: what is asked of it, and one event."""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from store.rules.text import visible
from tui.units import day, minute

if TYPE_CHECKING:
    from store.services.audit_log import Wanted
    from store.services.views import AuditEventView

UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
AGO = re.compile(r"(\d{1,4}) ?(min|h|d)")
ALL = "All events"


def moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that was typed: `2 h` ago, or a local date with or without a time; none for nothing.

    ValueError for what is neither.
    """
    typed = text.strip()
    if not typed:
        return None
    ago = AGO.fullmatch(typed)
    if ago:
        return now - int(ago[1]) * UNITS[ago[2]]
    try:
        return datetime.fromisoformat(typed).astimezone()
    except OverflowError:
        raise ValueError(typed) from None


def asked(wanted: "Wanted") -> str:
    """Return which events are listed: `Account alice, refused, since 24 Nov 2026 14:02`."""
    parts = [
        f"account {wanted.username}" if wanted.username is not None else "",
        f"by {wanted.actor}" if wanted.actor is not None else "",
        f'"{wanted.event}"' if wanted.event is not None else "",
        wanted.outcome or "",
        f"since {minute(wanted.since)}" if wanted.since is not None else "",
        f"before {minute(wanted.until)}" if wanted.until is not None else "",
    ]
    told = visible(", ".join(part for part in parts if part))
    return f"{told[0].upper()}{told[1:]}" if told else ALL


def second(at: datetime) -> str:
    """Return the local time to the second: `Tuesday, 24 Nov 2026, at 14:02:05`."""
    local = at.astimezone()
    return f"{local:%A}, {day(at)}, at {local:%H:%M:%S}"


def told(event: "AuditEventView") -> Content:
    """Return everything that one event says."""
    facts = (
        ("Account", event.username or "none"),
        ("By", event.actor),
        ("From", event.source),
        ("Detail", event.detail or "none"),
        ("Number", str(event.seq)),
    )
    return Content("\n").join(
        [
            Content.styled(visible(f"{event.event}, {event.outcome}"), "bold"),
            Content(second(event.at)),
            Content(""),
            *(Content(f"{label:<8} {visible(value)}") for label, value in facts),
        ]
    )
