"""What can be asked for of recovery cases."""

import argparse
from collections.abc import Callable
from typing import Any

STORY = """a case, from somebody without phone and backup codes to the new app:
  twofold recovery open alice --proof 'showed a passport to Bob at the desk'
  twofold recovery approve 7     (another operator, where policy asks for two)
  twofold recovery complete 7    (prints the reset code, once)
The phone was stolen? Add --stolen to open: no code works from then on."""


def add_recoveries(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Callable[[Any, argparse.ArgumentParser, str, str, str], argparse.ArgumentParser],
    number: Callable[[str], int],
) -> None:
    """Add a command for each step of a case."""

    def command(name: str, summary: str, example: str) -> argparse.ArgumentParser:
        return add(commands, everywhere, f"recovery {name}", summary, f"twofold recovery {name}{example}")

    summary = "open a case for somebody who lost phone and backup codes, or forgot the password"
    opening = command("open", summary, " alice --proof 'showed a passport to Bob at the desk'")
    opening.add_argument("name", metavar="NAME", help="the username")
    opening.add_argument(
        "--proof",
        metavar="TEXT",
        required=True,
        help="who proved what: it stands in the case and in the audit log",
    )
    what = opening.add_mutually_exclusive_group()
    what.add_argument(
        "--stolen",
        action="store_true",
        help="suspend the second factor at once; else a normal log-in cancels the case",
    )
    what.add_argument(
        "--password",
        action="store_true",
        help="the password was forgotten; takes two operators, and 2FA stays asked",
    )
    opening.epilog = f"{opening.epilog}\n\n{STORY}"
    listing = command("list", "list the cases that nobody has closed, the latest first", " --all --json")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    show = command("show", "show one case: what was proven, who did what, what comes next", " 7")
    steps = (
        show,
        command("approve", "approve a case that another operator opened", " 7"),
        command("complete", "print the reset code, or the password for one log-in, once", " 7"),
        command("cancel", "close a case; a suspended factor works again", " 7 --reason 'found the phone'"),
    )
    for step in steps:
        step.add_argument("id", metavar="ID", type=number, help="the case, as recovery list shows it")
    steps[-1].add_argument("--reason", metavar="TEXT", required=True, help="why: it stands in the audit log")
    for told in (listing, show):
        told.add_argument("--json", action="store_true", help="for programs; times in UTC")
