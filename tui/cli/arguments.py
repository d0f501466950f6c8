"""What can be asked for. A command that is not built yet is not here (design section 5)."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from store.rules.backup_codes import LOW
from store.rules.text import visible
from tui.cli.act_arguments import add_acts, add_facts, add_reason
from tui.cli.approval_arguments import add_approvals
from tui.cli.file_arguments import add_account_files, add_calls
from tui.cli.output import say
from tui.cli.policy_arguments import add_policy
from tui.cli.recovery_arguments import add_recoveries

MOST_DIGITS = 18
"""A store's numbers have no more."""


TOO_MANY = "unrecognized arguments"
"""How argparse begins to say so."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - whatever argparse takes
        super().__init__(**settings, allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter)

    def error(self, message: str) -> NoReturn:
        # argparse prints arguments back as they came, escape sequences included; and one too many may be a
        # password, which has to be asked for.
        if message.startswith(TOO_MANY):
            message = "that is more than it takes, or an option that it does not know"
        super().error(visible(message))


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        say(f"twofold {version('twofold')}")
        parser.exit()


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the arguments ask for; end the program with 2 where they make no sense."""
    parser = build()
    asked = parser.parse_args(argv, argparse.Namespace(store=None, config=None, command=None))
    if asked.kiosk and asked.command is not None:
        parser.error(f"--kiosk opens the console and goes with no command; leave out {asked.command}")
    if asked.command == "account edit" and asked.display_name is None and asked.number is None:
        parser.error("nothing to change: give --display-name, --number or both")
    if asked.store is not None and asked.command == "demo":
        parser.error("the demo has a store of its own; leave out --store")
    return asked


def build() -> argparse.ArgumentParser:
    """Return the parser of everything that can be asked for."""
    # Suppressed, so that what stands before the command is not overwritten by what does not stand behind it.
    configured = _Parser(add_help=False)
    configured.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        default=argparse.SUPPRESS,
        help="a TOML file with issuer, kiosk, region, theme (else config.toml in your config folder)",
    )
    everywhere = _Parser(add_help=False, parents=[configured])
    everywhere.add_argument(
        "--store",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="the store, as sqlite:///PATH (else the variable TWOFOLD_STORE, else your data folder)",
    )
    parser = _Parser(
        prog="twofold",
        parents=[everywhere],
        description="An account console with two-factor sign-in. Without a command it opens the console.",
        epilog="example: twofold --store sqlite:////srv/twofold/twofold.db",
    )
    parser.add_argument("--kiosk", action="store_true", help="open the console for a terminal in public")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add(commands, configured, "demo", "try everything out, on a store that is thrown away", "twofold demo")
    _add_accounts(_group(commands, "account", "make, show and help accounts"), everywhere)
    _add_sessions(_group(commands, "session", "see who is logged in, and end it"), everywhere)
    recoveries = _group(commands, "recovery", "help somebody back in who lost phone and backup codes")
    add_recoveries(recoveries, everywhere, _add, _number)
    approvals = _group(commands, "approval", "decide on what takes two operators")
    add_approvals(approvals, everywhere, _add, _number)
    _add_audits(_group(commands, "audit", "read the audit log"), everywhere)
    add_calls(_group(commands, "call-history", "bring calls in"), everywhere, _add)
    add_policy(_group(commands, "policy", "see and set what holds for everybody"), everywhere, _add)
    _add_stores(_group(commands, "store", "look after the store"), everywhere)
    keys = _group(commands, "key", "look after the store's key")
    summary = "seal every secret under a new key, while consoles run; finishes one that was interrupted"
    _add(keys, everywhere, "key rotate", summary, "twofold key rotate")
    _add_completion(commands)
    return parser


def _add_accounts(commands: Any, everywhere: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    create = _add(
        commands,
        everywhere,
        "account create",
        "make an account; the password is asked for, read from standard input, or made up",
        "twofold account create alice --activate --display-name 'Alice Smith'",
    )
    create.add_argument("name", metavar="NAME", help="the username: a-z 0-9 . _ - + @, at most 40")
    create.add_argument("--operator", action="store_true", help="one who looks after everybody's accounts")
    summary = "print a password for one log-in instead, to be changed there; valid for 72 hours"
    create.add_argument("--activate", action="store_true", help=summary)
    add_facts(create)
    listing = _add_listing(commands, everywhere)
    show = _add(commands, everywhere, "account show", "show one account", "twofold account show alice")
    show.add_argument("name", metavar="NAME", help="the username")
    for command in (listing, show):
        command.add_argument("--json", action="store_true", help="for programs; times in UTC, locks in s")
    add_acts(commands, everywhere, _add)
    add_account_files(commands, everywhere, _add)


def _add_listing(commands: Any, everywhere: argparse.ArgumentParser) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own
    examples = (
        "twofold account list --json",
        "twofold account list --search 'maria pap'",
        "twofold account list --2fa off --role operator",
        "twofold account list --locked --sort last-login",
    )
    summary = "list every account, or those that fit all that is asked"
    listing = _add(commands, everywhere, "account list", summary, "\n         ".join(examples))
    words = "words that the username, the name or the number begin with; looks at 1,000 accounts at most"
    listing.add_argument("--search", metavar="TEXT", default="", help=words)
    listing.add_argument("--2fa", dest="second_factor", choices=("on", "off", "reset"), help="only these")
    listing.add_argument("--role", choices=("user", "operator"), help="only these")
    listing.add_argument("--disabled", action="store_true", help="only those who may not log in")
    listing.add_argument("--locked", action="store_true", help="only those locked right now, 1,000 at most")
    few = f"only those with {LOW - 1} unused backup codes or fewer, 1,000 at most"
    listing.add_argument("--few-codes", action="store_true", help=few)
    listing.add_argument("--never-logged-in", action="store_true", help="only those who never did")
    listing.add_argument(
        "--sort", choices=("username", "last-login"), default="username", help="the latest log-in first"
    )
    return listing


def _add_sessions(commands: Any, everywhere: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    summary = "list who is logged in, and from where"
    listing = _add(commands, everywhere, "session list", summary, "twofold session list alice")
    listing.add_argument("name", metavar="NAME", nargs="?", help="the username; else everybody")
    listing.add_argument("--json", action="store_true", help="for programs; times in UTC")
    summary = "log an account out everywhere, or end one session"
    end = _add(
        commands, everywhere, "session end", summary, "twofold session end alice --reason 'lost the laptop'"
    )
    add_reason(end)
    which = end.add_mutually_exclusive_group(required=True)
    which.add_argument("name", metavar="NAME", nargs="?", help="the username: every session of it")
    which.add_argument(
        "--id", metavar="ID", type=_number, help="one session, by the id that session list shows"
    )


def _add_audits(commands: Any, everywhere: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    summary = "list the last events, the newest at the bottom"
    listing = _add(commands, everywhere, "audit list", summary, "twofold audit list --account alice")
    listing.add_argument("--last", metavar="N", type=_number, default=50, help="how many (50)")
    listing.add_argument("--json", action="store_true", help="for programs; times in UTC")
    summary = "write events to a new file, the newest first"
    export = _add(
        commands, everywhere, "audit export", summary, "twofold audit export audit.csv --since 2026-11-01"
    )
    export.add_argument("file", metavar="FILE", type=Path, help="where to; there must be no such file yet")
    export.add_argument("--format", choices=("jsonl", "csv"), default="csv", help="csv, or JSON lines")
    for command in (listing, export):
        command.add_argument("--account", metavar="NAME", help="only what is about this account")
        command.add_argument("--event", metavar="EVENT", help="only this event, such as 'logged in'")
        command.add_argument("--actor", metavar="ACTOR", help="only what this account or shell did")
        command.add_argument("--refused", action="store_true", help="only what was refused")
        command.add_argument(
            "--since", metavar="TIME", type=_moment, help="such as 2026-11-24 or 2026-11-24T14:00"
        )
        command.add_argument("--until", metavar="TIME", type=_moment, help="before this time")
    summary = "say whether the audit log is what was written, and where it is not"
    _add(commands, everywhere, "audit verify", summary, "twofold audit verify")


def _number(text: str) -> int:
    if text.isdecimal() and len(text) <= MOST_DIGITS and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")


def _moment(text: str) -> datetime:
    """Return the moment, by this machine's time zone where it names none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        message = f"{text} is no time such as 2026-11-24 or 2026-11-24T14:00"
        raise argparse.ArgumentTypeError(message) from None


def _add_stores(commands: Any, everywhere: argparse.ArgumentParser) -> None:  # noqa: ANN401 - argparse's own
    _add(commands, everywhere, "store upgrade", "bring the store up to this version", "twofold store upgrade")
    summary = "open every secret, verify the audit log, ask the database, look at the files' modes"
    _add(commands, everywhere, "store check", summary, "twofold store check")
    summary = "copy the store to a new file while it is in use; the key file is not in it"
    backup = _add(commands, everywhere, "store backup", summary, "twofold store backup /mnt/usb/twofold.db")
    backup.add_argument("file", metavar="FILE", type=Path, help="where to; there must be no such file yet")
    summary = "bring a backup back; the store as it was is kept beside it, and everybody is logged out"
    example = "twofold store restore /mnt/usb/twofold.db"
    restore = _add(commands, everywhere, "store restore", summary, example)
    restore.add_argument("file", metavar="FILE", type=Path, help="a copy that twofold store backup made")


def _add_completion(commands: Any) -> None:  # noqa: ANN401 - argparse's own
    summary = "print what lets a shell complete commands and options"
    example = "twofold completion bash > ~/.local/share/bash-completion/completions/twofold"
    completion = _add(commands, _Parser(add_help=False), "completion", summary, example)
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")


def _group(commands: Any, name: str, summary: str) -> Any:  # noqa: ANN401 - argparse's own
    group = commands.add_parser(name, help=summary, description=f"{summary.capitalize()}.")
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _add(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    command: str,
    summary: str,
    example: str,
    more: str = "",
) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = commands.add_parser(
        command.rsplit(" ", 1)[-1],
        parents=[everywhere],
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n{more}".strip(),
        epilog=f"example: {example}",
    )
    added.set_defaults(command=command)
    return added
