"""`twofold session ...`."""

import argparse
import json

from tui.cli.opening import open_store
from tui.cli.output import say
from tui.cli.showing import columns, local, utc

HEADINGS = ("ID", "USERNAME", "KIND", "SINCE", "LAST KEY", "FROM")


def list_all(asked: argparse.Namespace) -> None:
    """List who is logged in, or half-way there."""
    with open_store(asked) as (services, shell):
        sessions = services.access.sessions(shell, asked.name)
    if asked.json:
        told = [
            {
                "id": each.id,
                "username": each.username,
                "kind": each.kind,
                "since": utc(each.since),
                "last_seen_at": utc(each.last_seen_at),
                "source": each.source,
            }
            for each in sessions
        ]
        say(json.dumps(told, indent=2))
        return
    if not sessions:
        say("Nobody is logged in." if asked.name is None else "No session is open.")
        return
    rows = (
        (str(each.id), each.username, each.kind, local(each.since), local(each.last_seen_at), each.source)
        for each in sessions
    )
    for line in columns(HEADINGS, rows):
        say(line)


def end(asked: argparse.Namespace) -> None:
    """End one session by its id, or all of an account."""
    with open_store(asked) as (services, shell):
        if asked.id is not None:
            username = services.access.end_session(shell, asked.id, asked.reason)
            say(f"Session {asked.id} of {username} has ended.")
        else:
            username = services.access.end_sessions(shell, asked.name, asked.reason)
            say(f"{username} is logged out everywhere.")
