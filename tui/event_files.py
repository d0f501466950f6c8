"""Audit events as files for other programs: JSON lines, and CSV that is safe to open in a spreadsheet."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC
from typing import TextIO

from store.rules.text import begins_formula, visible
from store.services.views import AuditEventView

HEADINGS = ("seq", "at", "event", "outcome", "actor", "account", "source", "detail")


def as_row(event: AuditEventView) -> tuple[object, ...]:
    """Return the event's values in the order of the headings."""
    return (
        event.seq,
        event.at,
        event.event,
        event.outcome,
        event.actor,
        event.username,
        event.source,
        event.detail,
    )


def as_dict(event: AuditEventView) -> dict[str, object]:
    """Return the event for JSON: its time in UTC."""
    return dict(zip(HEADINGS, as_row(event), strict=True)) | {"at": event.at.astimezone(UTC).isoformat()}


def write_jsonl(file: TextIO, events: Iterable[AuditEventView]) -> int:
    """Write one JSON object a line; return how many."""
    count = 0
    for count, event in enumerate(events, 1):  # noqa: B007 - the number of the last one
        file.write(json.dumps(as_dict(event)) + "\n")
    return count


def write_csv(file: TextIO, events: Iterable[AuditEventView], *, heading: bool = True) -> int:
    """Write RFC 4180; return how many events. No cell begins a formula."""
    writer = csv.writer(file)
    if heading:
        writer.writerow(HEADINGS)
    count = 0
    for count, event in enumerate(events, 1):  # noqa: B007 - the number of the last one
        writer.writerow(harmless(value) for value in as_dict(event).values())
    return count


def harmless(value: object) -> object:
    """Return a cell that neither a spreadsheet nor a terminal acts on."""
    if not isinstance(value, str):
        return value
    # What is marked already is marked once more, so that reading it takes off what writing it put on. A file
    # is also looked at in a terminal (T1).
    return visible(f"'{value}" if begins_formula(value.lstrip("'")) else value)
