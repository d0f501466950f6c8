"""`twofold account import` and `twofold account export`."""

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from store.rules.text import visible
from tui.cli.csv_rows import read
from tui.cli.files import new_file
from tui.cli.importing import carry_out, opened, require_all
from tui.cli.opening import open_store
from tui.cli.output import one_line_on_failure, say
from tui.cli.own_files import failures, own_file, write_all
from tui.cli.showing import utc
from tui.event_files import harmless
from tui.units import counted

if TYPE_CHECKING:
    from store.services.account_import import AccountRow, Keep
    from store.services.bulk import BadLine
    from store.services.views import AccountView, Activation

COLUMNS = ("display_name", "number", "role")
PASSWORDS = "username,activation_password"
EXPORTED = (
    *("username", "display_name", "number", "role", "enabled", "second_factor"),
    *("backup_codes_left", "created_at", "last_login_at"),
)


def bring_in(asked: argparse.Namespace) -> None:
    """Make the accounts of a file, or with --dry-run say what would become of them."""
    passwords = asked.passwords or asked.file.parent / f"{asked.file.stem}.passwords.csv"
    with open_store(asked) as (services, shell), opened(asked.file) as file, ExitStack() as stack:
        if asked.dry_run:
            portions = services.account_import.rehearse(shell, _rows(file))
        else:
            portions = services.account_import.run(shell, _rows(file), _keep(passwords, stack))
        outcome = carry_out(asked, file, portions)
    made = counted(outcome.done, "account")
    if asked.dry_run:
        say(f"Would make {made}; {outcome.there} are there already. Nothing was changed.")
    else:
        say(f"Made {made}; {outcome.there} were there already.")
    if outcome.done and not asked.dry_run:
        say(
            f"Their activation passwords are in {visible(str(passwords))}\n"
            "and good for 72 hours. Where a name stands there twice, its last line counts.\n"
            "Hand them over, each to its owner alone; then delete the file."
        )
    require_all(outcome)


def write_out(asked: argparse.Namespace) -> None:
    """Write every account, each as soon as it is read, to a new file or to standard output."""
    with open_store(asked) as (services, shell):
        views = services.accounts.list(shell)
        if str(asked.file) == "-":
            with one_line_on_failure():
                _write(sys.stdout, views)
            return
        with new_file(asked.file) as file:
            count = _write(file, views)
    say(f"{counted(count, 'account')} written to {visible(str(asked.file))}.")


def _rows(file: BinaryIO) -> "Iterator[AccountRow | BadLine]":
    from store.services.account_import import AccountRow

    for each in read(file, ("username",), COLUMNS):
        yield AccountRow(each[0], **each[1]) if isinstance(each, tuple) else each


def _keep(path: Path, stack: ExitStack) -> "Keep":
    """Return what stores passwords in the file before it returns; it is made where there is one to keep."""
    opened_file: list[int] = []

    def keep(made: "Sequence[Activation]") -> None:
        if not opened_file:
            opened_file.append(stack.enter_context(own_file(path, PASSWORDS, anew=False)))
        with failures(path):
            write_all(opened_file[0], "".join(f"{each.username},{each.password}\n" for each in made).encode())
            os.fsync(opened_file[0])

    return keep


def _write(file: TextIO, views: "Iterable[AccountView]") -> int:
    writer = csv.writer(file)
    writer.writerow(EXPORTED)
    count = 0
    for count, view in enumerate(views, 1):  # noqa: B007 - the number of the last one
        writer.writerow(harmless(cell) for cell in _cells(view))
    return count


def _cells(view: "AccountView") -> tuple[object, ...]:
    return (
        view.username,
        view.display_name,
        view.own_number,
        view.role,
        "yes" if view.enabled else "no",
        view.second_factor,
        view.codes_left,
        utc(view.created_at),
        utc(view.last_login_at),
    )
