"""What is wrong with a line of a file that is imported."""

from dataclasses import dataclass
from enum import StrEnum

from store.errors.base import TwofoldError


class RowFault(StrEnum):
    """Why a line of a file that is imported is refused."""

    LINE_TOO_LONG = "line too long"
    NOT_UTF_8 = "not UTF-8"
    NUL = "NUL"
    QUOTES = "quotes"
    CELLS = "cells"
    NAME_TOO_LONG = "name too long"
    FORMULA = "formula"
    ROLE = "role"
    TWICE = "twice"
    OTHER_FACTS = "other facts"
    MOMENT = "moment"
    DIRECTION = "direction"
    SECONDS = "seconds"
    LENGTH = "length"


@dataclass(eq=False)
class BadRow(TwofoldError):
    """The line makes no account and no call; `earlier` is the line where the same name stands."""

    fault: RowFault
    earlier: int = 0
