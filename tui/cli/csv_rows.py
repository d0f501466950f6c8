"""Lines of a CSV file as rows, however large, broken or hostile it is."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import BinaryIO

from store.errors import BadRow, RowFault
from store.rules.text import begins_formula
from store.services.bulk import BadLine
from tui.cli.output import Refused

LONGEST = 1 << 16
"""Bytes of a line: more than the cells of any row take."""
SHOWN = 40
"""Characters of a column's name that are said back."""

Cells = dict[str, str]


def read(
    file: BinaryIO, required: Sequence[str], optional: Sequence[str] = ()
) -> Iterator[tuple[int, Cells] | BadLine]:
    """Return each line after the first with its number: its cells by column, or what is wrong with it.

    A row is one line: no cell that is taken holds a line break, and a quotation mark that is missing spoils
    no other row. Refuses a first line that does not name the columns.
    """
    lines = _lines(file)
    _, first = next(lines, (1, b""))
    columns = _columns(first, required, optional)
    for line, raw in lines:
        try:
            cells = _cells(raw)
            if cells and len(cells) != len(columns):
                raise BadRow(RowFault.CELLS)
        except BadRow as error:
            yield BadLine(line, error)
        else:
            if cells:
                yield line, dict(zip(columns, cells, strict=True))


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Return the lines and their numbers; one that is too long is cut, and read to its end."""
    line = 0
    while raw := file.readline(LONGEST + 1):
        line += 1
        rest = raw
        while len(rest) > LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST + 1)
        yield line, raw


def _cells(raw: bytes) -> list[str]:
    """Return the cells of one line, none for an empty one. Raises BadRow."""
    if len(raw) > LONGEST:
        raise BadRow(RowFault.LINE_TOO_LONG)
    try:
        text = raw.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadRow(RowFault.NOT_UTF_8) from None
    if "\0" in text:
        raise BadRow(RowFault.NUL)
    if not text.strip():
        return []
    try:
        [cells] = csv.reader([text], strict=True)
    except csv.Error:
        raise BadRow(RowFault.QUOTES) from None
    return [_unguarded(cell.strip()) for cell in cells]


def _unguarded(cell: str) -> str:
    """Return the cell without the mark that keeps a spreadsheet from reading +30... as a formula."""
    return cell[1:] if cell.startswith("'") and begins_formula(cell.lstrip("'")) else cell


def _columns(first: bytes, required: Sequence[str], optional: Sequence[str]) -> list[str]:
    columns: list[str] = []
    with suppress(BadRow):
        columns = [cell.lower() for cell in _cells(first.removeprefix(b"\xef\xbb\xbf"))]
    known = {*required, *optional}
    wanted = (
        f"The first line has to name the columns, separated by commas: {','.join((*required, *optional))}"
    )
    if not known.intersection(columns):
        raise Refused(f"{wanted}. This one does not; is the file CSV, and UTF-8?")
    for column in columns:
        if column not in known:
            raise Refused(f"{wanted}. There is another one: {column[:SHOWN]}")
    if len({*columns}) < len(columns):
        raise Refused(f"{wanted}. Here one is named twice.")
    if missing := [column for column in required if column not in columns]:
        raise Refused(f"{wanted}. Missing: {','.join(missing)}")
    return columns
