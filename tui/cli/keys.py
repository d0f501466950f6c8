"""`twofold key ...`."""

import argparse

from tui.cli.opening import open_store
from tui.cli.output import say


def rotate(asked: argparse.Namespace) -> None:
    """Seal every secret under a new key; consoles may go on running."""
    with open_store(asked) as (services, shell):
        rotation = services.keys.rotate(shell)
    if rotation.resumed:
        say("An earlier rotation had stopped half-way; this one finished it.")
    say(f"Every secret is sealed under key {rotation.key_id} now ({rotation.resealed} were sealed anew).")
    say("Copy the key file to your backup: the copy you have does not open this store any more.")
