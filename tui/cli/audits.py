"""`twofold audit ...`."""

import argparse
import json
from itertools import chain, islice
from typing import TYPE_CHECKING

from store.rules.text import visible
from tui.cli.files import new_file
from tui.cli.opening import open_store
from tui.cli.output import Refused, say
from tui.cli.showing import columns, local
from tui.event_files import HEADINGS, as_dict, as_row, write_csv, write_jsonl
from tui.units import counted

if TYPE_CHECKING:
    from store.services.audit_log import Wanted
    from store.services.audit_verify import Finding
    from store.services.views import AuditEventView


def list_events(asked: argparse.Namespace) -> None:
    """List the last events, the newest at the bottom, where the eye is."""
    with open_store(asked) as (services, shell):
        found = list(islice(services.audit_log.events(shell, _wanted(asked)), asked.last))
    found.reverse()
    if asked.json:
        say(json.dumps([as_dict(each) for each in found], indent=2))
        return
    rows = (_cells(each) for each in found)
    for line in columns([heading.upper() for heading in HEADINGS], rows):
        say(line)


def export(asked: argparse.Namespace) -> None:
    """Write events to a new file that only its owner may read, the newest first."""
    write = {"jsonl": write_jsonl, "csv": write_csv}[asked.format]
    with open_store(asked) as (services, shell):
        events = services.audit_log.events(shell, _wanted(asked))
        first = next(events, None)
        with new_file(asked.file) as file:
            count = write(file, events if first is None else chain((first,), events))
    say(f"{counted(count, 'event')} written to {visible(str(asked.file))}.")


def _cells(event: "AuditEventView") -> list[str]:
    seq, _, *others = as_row(event)
    return [str(seq), local(event.at), *("-" if value is None else str(value) for value in others)]


def _wanted(asked: argparse.Namespace) -> "Wanted":
    from store.services.audit_log import Wanted

    outcome = "refused" if asked.refused else None
    return Wanted(asked.account, asked.event, asked.actor, outcome, asked.since, asked.until)


def verify(asked: argparse.Namespace) -> None:
    """Say whether the audit log is what was written, and where it is not."""
    with open_store(asked) as (services, shell):
        verified = services.audit_log.verify(shell)
    for finding in verified.findings:
        say(_sentence(finding))
    say(f"{verified.events} events read. Head: {verified.head_seq} {verified.head_mac}")
    if verified.findings:
        raise Refused("The audit log is not what was written.")
    say("The log is whole. An older copy of the store would be too: note the head down elsewhere.")


def _sentence(finding: "Finding") -> str:
    first, last = finding.first, finding.last
    one = first == last
    events = f"Event {first}" if one else f"Events {first} to {last}"
    match finding.damage.name:
        case "SWAPPED":
            return f"Events {first} and {last} have changed places."
        case "HEAD":
            return f"The head was changed: it names event {first}, and the last one is {last}."
        case "OLD_KEY":
            return (
                f"{events} is under an older key than the newest: a change of the key was interrupted, "
                "or the end of the log was replaced. Run: twofold key rotate"
            )
        case "CHANGED":
            return f"{events} {'was' if one else 'were'} changed."
        case "CUT":
            return f"The end is cut off: {events.lower()} {'is' if one else 'are'} missing."
        case _:
            return f"{events} {'is' if one else 'are'} missing."
