"""`twofold store ...`."""

import argparse

from tui.cli.opening import open_store
from tui.cli.output import say


def upgrade(asked: argparse.Namespace) -> None:
    """Open the store, which brings its tables up to date, and say whether there was anything to do."""
    with open_store(asked) as (services, _):
        say("The store was upgraded." if services.upgraded else "The store is up to date; nothing was done.")
