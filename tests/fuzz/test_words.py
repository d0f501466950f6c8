"""Whatever is asked for and whatever goes wrong: one line of plain text."""

import contextlib
import dataclasses
import enum
import io
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from store import errors
from store.errors import TwofoldError
from store.rules.text import first_unsafe
from tests.fuzz.effort import ANY_TEXT, fuzz
from tui.cli.arguments import parse
from tui.units import duration
from tui.words import KEY, STORE, sentence

OF_TYPE: dict[object, st.SearchStrategy[object]] = {
    str: ANY_TEXT,
    int: st.integers(),
    bool: st.booleans(),
    timedelta: st.timedeltas(),
    datetime: st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    Path | None: st.none() | ANY_TEXT.map(Path),
    Path: ANY_TEXT.map(Path),
}
KINDS = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, TwofoldError) and each is not TwofoldError
]


def of_kind(kind: type[TwofoldError]) -> st.SearchStrategy[TwofoldError]:
    """Return errors of this kind that carry anything their types allow, where it may be foreign text.

    A cause is a word of the store's own, and a warning a sentence of zxcvbn's own.
    """
    if not dataclasses.is_dataclass(kind):
        return st.just(kind())
    types = typing.get_type_hints(kind)
    given = {field.name: _of(types[field.name]) for field in dataclasses.fields(kind)}
    if "cause" in given:
        given["cause"] = st.sampled_from([*STORE, *KEY, "failed"])
    if "warning" in given:
        given["warning"] = st.sampled_from(["", "This is a very common password."])
    make: Callable[..., TwofoldError] = kind
    return st.builds(make, **given)


def _of(kind: object) -> st.SearchStrategy[object]:
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(list(kind))
    return OF_TYPE[kind]


@fuzz(st.sampled_from(KINDS).flatmap(of_kind))
def test_every_error_is_one_line_that_a_terminal_may_show(error: TwofoldError) -> None:
    said = sentence(error)
    assert said
    assert first_unsafe(said) is None
    assert said.endswith((".", "?")) or isinstance(
        error, errors.StoreUnusable | errors.KeyUnusable | errors.WeakPassword
    )


@fuzz(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400)))
def test_a_length_of_time_has_its_unit(length: timedelta) -> None:
    assert duration(length).split()[-1] in {"s", "min"}


ARGUMENTS = st.sampled_from([
    "account", "create", "list", "show", "unlock", "reset-2fa", "lock", "--for", "--reason", "audit", "verify", "store", "check", "backup", "upgrade",
    "key", "rotate", "demo", "--store", "--store=", "--config", "--kiosk", "--json", "--operator", "--help", "-h",
    "--version", "--", "-", "", "alice", "--kiosk=1", "--stor", "@file", "%s", "%(prog)s", "-x", "--no", "\x1b[2J", "\udc80",
])  # fmt: skip


COMMANDS = st.sampled_from([
    [], ["demo"], ["account", "create"], ["account", "list"], ["account", "show"], ["audit", "verify"], ["store", "backup"],
    ["store", "check"], ["key", "rotate"],
])  # fmt: skip


@fuzz(COMMANDS, st.lists(ARGUMENTS | ANY_TEXT, max_size=5))
def test_any_arguments_are_understood_or_end_with_2_and_a_safe_line(
    command: list[str], rest: list[str]
) -> None:
    argv = [*command, *rest]
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        try:
            asked = parse(argv)
        except SystemExit as leaving:
            assert leaving.code == 2 or (
                leaving.code in {0, None} and {"-h", "--help", "--version"} & set(argv)
            )
            assert all(first_unsafe(line) is None for line in said.getvalue().split("\n"))
            assert all(first_unsafe(line) is None for line in out.getvalue().split("\n"))
            return
    assert asked.command is None or asked.command in argv or asked.command.split()[-1] in argv
    assert not said.getvalue()
