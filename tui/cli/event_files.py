"""Audit events as files for other programs: JSON lines, and CSV that is safe to open in a spreadsheet."""

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from store.rules.text import FORMULA, visible
from store.services.views import AuditEventView
from tui.cli.output import Refused
from tui.cli.showing import utc

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
    return dict(zip(HEADINGS, as_row(event), strict=True)) | {"at": utc(event.at)}


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """Open a file that was not there, its owner's alone; where writing fails nothing is left of it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise Refused(f"The file cannot be made: {path}: {error.strerror}.") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise Refused(f"The file cannot be written: {path}: {error.strerror}.") from None
        raise


def write_jsonl(file: TextIO, events: Iterator[AuditEventView]) -> int:
    """Write one JSON object a line; return how many."""
    count = 0
    for count, event in enumerate(events, 1):  # noqa: B007 - the number of the last one
        file.write(json.dumps(as_dict(event)) + "\n")
    return count


def write_csv(file: TextIO, events: Iterator[AuditEventView]) -> int:
    """Write RFC 4180 with a heading; return how many events. No cell begins a formula."""
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    count = 0
    for count, event in enumerate(events, 1):  # noqa: B007 - the number of the last one
        writer.writerow(harmless(value) for value in as_dict(event).values())
    return count


def harmless(value: object) -> object:
    """Return a cell that neither a spreadsheet nor a terminal acts on."""
    if not isinstance(value, str):
        return value
    # A file is also looked at in a terminal (T1).
    return visible(f"'{value}" if value.startswith(FORMULA) else value)
