"""`twofold call-history import`."""

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from tui.cli.csv_rows import read
from tui.cli.importing import carry_out, opened, require_all
from tui.cli.opening import open_store
from tui.cli.output import say
from tui.units import counted

if TYPE_CHECKING:
    from store.services.bulk import BadLine
    from store.services.call_import import CallRow

COLUMNS = ("username", "at", "direction", "number", "seconds")


def bring_in(asked: argparse.Namespace) -> None:
    """Add the calls of a file to their accounts, or with --dry-run say what would become of them."""
    with open_store(asked) as (services, shell), opened(asked.file) as file:
        take = services.call_import.rehearse if asked.dry_run else services.call_import.run
        outcome = carry_out(asked, file, take(shell, _rows(file)))
    calls = counted(outcome.done, "call")
    if asked.dry_run:
        say(f"Would add {calls}; {outcome.there} are there already. Nothing was changed.")
    else:
        say(f"Added {calls}; {outcome.there} were there already.")
    require_all(outcome)


def _rows(file: BinaryIO) -> "Iterator[CallRow | BadLine]":
    from store.services.call_import import CallRow

    for each in read(file, COLUMNS):
        yield CallRow(each[0], **each[1]) if isinstance(each, tuple) else each
