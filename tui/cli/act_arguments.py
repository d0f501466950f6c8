"""What can be asked for of one account: acts that change how it stands."""

import argparse
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
LENGTH = re.compile(r"([1-9][0-9]{0,4})([mhd])")


def add_acts(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Callable[[Any, argparse.ArgumentParser, str, str, str], argparse.ArgumentParser],
) -> None:
    """Add a command for each act; what takes something away from somebody takes a reason."""

    def act(command: str, summary: str, example: str) -> argparse.ArgumentParser:
        added = add(commands, everywhere, f"account {command}", summary, f"twofold account {example}")
        added.add_argument("name", metavar="NAME", help="the username")
        return added

    summary = "lift every lock, by wrong passwords and codes or by an operator"
    act("unlock", summary, "unlock alice")
    summary = "let nobody log in to an account for a while, and log it out everywhere"
    lock = act("lock", summary, "lock alice --for 2h --reason 'card lost, calls back at noon'")
    lock.add_argument(
        "--for", dest="length", metavar="LENGTH", type=_length, required=True, help="such as 30m, 2h or 7d"
    )
    summary = "let nobody log in to an account, and log it out everywhere; nothing is lost"
    disable = act("disable", summary, "disable alice --reason 'left the company'")
    act("enable", "let an account log in again", "enable alice")
    summary = (
        "for somebody who lost phone and backup codes (see who it is first); prints a code for one log-in"
    )
    reset = act("reset-2fa", summary, "reset-2fa alice --reason 'phone and codes lost, came to the desk'")
    summary = "log an account out everywhere; its next log-in has to choose a new password"
    change = act(
        "require-password-change", summary, "require-password-change alice --reason 'wrote it on a note'"
    )
    summary = "for somebody who forgot the password (see who it is first); prints another for one log-in"
    forgotten = act("reset-password", summary, "reset-password alice --reason 'forgot it, came to the desk'")
    for command in (lock, disable, reset, change, forgotten):
        add_reason(command)
    edit_summary = "change the display name or the own phone number"
    edit = act("edit", edit_summary, "edit alice --display-name 'Alice Smith' --number '+30 21 0555 0142'")
    add_facts(edit)
    role = act(
        "role",
        "make an account an operator's or a user's; acts on sessions that are open, too",
        "role alice user --reason 'moved to sales'",
    )
    role.add_argument("role", choices=("user", "operator"), help="what it is from now on")
    add_reason(role, required=False)
    summary = "print another activation password, where the first expired or was lost"
    act("activate", summary, "activate alice")


def add_facts(command: argparse.ArgumentParser) -> None:
    """Let the command say who an account belongs to."""
    command.add_argument("--display-name", metavar="TEXT", help="the person's name, in any language")
    command.add_argument("--number", metavar="NUMBER", help="the account's own phone number")


def add_reason(command: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Let the command say why."""
    only = "" if required else " (needed to take a role away)"
    command.add_argument(
        "--reason", metavar="TEXT", required=required, help=f"why: it stands in the audit log{only}"
    )


def _length(text: str) -> timedelta:
    found = LENGTH.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no length such as 30m, 2h or 7d")
    return int(found[1]) * UNITS[found[2]]
