"""What can be asked for of files of many accounts and many calls."""

import argparse
from pathlib import Path
from typing import Any, Protocol


class Add(Protocol):
    """Adds a command with its summary, an example, and what more there is to say."""

    def __call__(
        self,
        commands: Any,  # noqa: ANN401 - argparse's own
        everywhere: argparse.ArgumentParser,
        command: str,
        summary: str,
        example: str,
        more: str = "",
        /,
    ) -> argparse.ArgumentParser:
        """Return the parser of the new command."""


def add_account_files(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Add,
) -> None:
    """Add the import and the export of accounts."""
    importing = add(
        commands,
        everywhere,
        "account import",
        "make the accounts of a CSV file, each with an activation password",
        "twofold account import people.csv --dry-run",
        "The first line names the columns, in any order: username, and if you like\n"
        "display_name, number (+30 697 123 4567) and role (user, operator). A row that\n"
        "can't go in is told with its line and the reason, and keeps no other out.\n"
        "Run it again after whatever stopped it: what is in stays as it is.",
    )
    importing.add_argument(
        "--passwords",
        metavar="FILE",
        type=Path,
        help="where the activation passwords go, 0600 (else FILE.passwords.csv beside the CSV file)",
    )
    _add_import(importing)
    summary = "write every account to a new CSV file, without secrets, safe to open in a spreadsheet"
    exporting = add(commands, everywhere, "account export", summary, "twofold account export people.csv")
    exporting.add_argument(
        "file", metavar="FILE", type=Path, help="where to, a new file; - is standard output"
    )


def add_calls(
    commands: Any,  # noqa: ANN401 - argparse's own
    everywhere: argparse.ArgumentParser,
    add: Add,
) -> None:
    """Add the import of calls."""
    importing = add(
        commands,
        everywhere,
        "call-history import",
        "add the calls of a CSV file to their accounts' histories",
        "twofold call-history import calls.csv --rejects refused.csv",
        "The first line names the columns, in any order: username, at (such as\n"
        "2026-11-24T14:00:00+02:00), direction (in, out, missed), number (+306971234567,\n"
        "empty where it was withheld) and seconds (empty where the call was missed).\n"
        "A call that is there already goes in no second time, so run it again at will.",
    )
    _add_import(importing)


def _add_import(importing: argparse.ArgumentParser) -> None:
    importing.add_argument("file", metavar="FILE", type=Path, help="a CSV file, UTF-8")
    importing.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    importing.add_argument(
        "--rejects", metavar="FILE", type=Path, help="write every refused line and why to this file"
    )
