"""Opens the full screen, where there is a terminal that can show one."""

import argparse
import os

from tui.cli.opening import settings_of, who_runs_this
from tui.cli.output import Refused


def open_console(asked: argparse.Namespace) -> int:
    """Run the console and return its exit code."""
    _require_terminal()
    settings = settings_of(asked)
    from tui.running import run_console

    return run_console(settings)


def open_demo(asked: argparse.Namespace) -> int:
    """Run the demo and return its exit code."""
    _require_terminal()
    from tui.demo import run_demo

    return run_demo(asked.config, who_runs_this())


def _require_terminal() -> None:
    # Textual draws on standard error (T9: with `ssh -T` all three are pipes).
    if not all(map(_is_terminal, (0, 1, 2))):
        raise Refused("The console needs a terminal (over SSH: ssh -t). For scripts: twofold account --help")
    if os.environ.get("TERM", "") in {"", "dumb"}:
        raise Refused("This terminal (TERM) cannot show the console. For single commands: twofold --help")


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False
