"""`twofold completion`."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from tui.cli.arguments import build
from tui.cli.output import say


def write(asked: argparse.Namespace) -> None:
    """Print the script by which a shell completes commands, options and files.

    No usernames: whoever may see them can list them, and a shell that asks the store at each Tab is slow.
    """
    import shtab

    parser = build()
    for action in _actions(parser):
        if action.type is Path:
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where the library looks for it
    say(shtab.complete(parser, asked.shell).rstrip("\n"))


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Give every argument of a parser and of the commands below it."""
    for action in parser._actions:  # argparse tells it nowhere else
        yield action
        if isinstance(action.choices, dict):
            for command in action.choices.values():
                yield from _actions(command)
