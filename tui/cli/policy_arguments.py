"""What can be set of the policy."""

import argparse
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
LENGTH = re.compile(r"([0-9]{1,6})([smhd])")
OPTIONS = {
    "--grace": ("how long accounts that are there may still do without, 0d to 90d", "14d"),
    "--idle": ("a session without a key ends after 1m to 60m", "10m"),
    "--kiosk-idle": ("in a kiosk after 30s to 300s", "60s"),
    "--absolute": ("every session ends after 1h to 24h", "8h"),
    "--step-up": ("a proof serves for 1m to 60m; 5m at most for what operators do to others", "5m"),
}


def add_policy(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Callable[[Any, argparse.ArgumentParser, str, str, str], argparse.ArgumentParser],
) -> None:
    """Add `policy show` and `policy set`."""
    summary = "show who must have 2FA, how long sessions last, what this console is called"
    show = add(commands, everywhere, "policy show", summary, "twofold policy show --json")
    show.add_argument("--json", action="store_true", help="for programs; lengths of time in seconds")
    summary = "set what is named and leave the rest; in force at once, for open sessions too"
    change = add(
        commands, everywhere, "policy set", summary, "twofold policy set --2fa everybody --grace 14d"
    )
    change.add_argument(
        "--2fa",
        dest="second_factor_for",
        choices=("nobody", "operators", "everybody"),
        help="who must have it: past the time of grace nothing else opens before it is set up",
    )
    for option, (help_text, example) in OPTIONS.items():
        change.add_argument(option, metavar="LENGTH", type=_length, help=f"{help_text}: {example}")
    change.add_argument(
        "--second-approval",
        choices=("yes", "no"),
        help="whether cases, roles and this rule take two operators in the console",
    )
    change.add_argument("--name", metavar="TEXT", help="stands at the top left; '' for the issuer")
    change.add_argument(
        "--issuer",
        metavar="NAME",
        help="what apps call accounts that enroll from now on; '' for the configuration's",
    )


def _length(text: str) -> timedelta:
    found = LENGTH.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} is no length such as 60s, 10m, 8h or 14d")
    return int(found[1]) * UNITS[found[2]]
