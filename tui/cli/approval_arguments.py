"""What can be asked for of what takes two operators."""

import argparse
from collections.abc import Callable
from typing import Any


def add_approvals(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Callable[[Any, argparse.ArgumentParser, str, str, str], argparse.ArgumentParser],
    number: Callable[[str], int],
) -> None:
    """Add a command for each thing that is done with a proposal."""

    def command(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        return add(commands, everywhere, f"approval {name}", summary, f"twofold approval {name}{example}")

    listing = command("list", "list what waits for a second operator, the latest first", " --all --json")
    listing.add_argument("--all", action="store_true", help="what is decided or too old, too")
    show = command("show", "show one proposal: what, why, who and until when", " 7")
    decline = command("decline", "close a proposal with nothing done", " 7 --reason 'not agreed'")
    steps = (
        show,
        command("approve", "approve what another operator proposed: it is done at once", " 7"),
        decline,
    )
    for step in steps:
        step.add_argument("id", metavar="ID", type=number, help="the proposal, as approval list shows it")
    decline.add_argument("--reason", metavar="TEXT", required=True, help="why: it stands in the audit log")
    for told in (listing, show):
        told.add_argument("--json", action="store_true", help="for programs; times in UTC")
