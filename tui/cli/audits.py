"""`twofold audit ...`."""

import argparse
from typing import TYPE_CHECKING

from tui.cli.opening import open_store
from tui.cli.output import Refused, say

if TYPE_CHECKING:
    from store.services.audit_log import Finding


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
        case "CHANGED":
            return f"{events} {'was' if one else 'were'} changed."
        case "CUT":
            return f"The end is cut off: {events.lower()} {'is' if one else 'are'} missing."
        case _:
            return f"{events} {'is' if one else 'are'} missing."
