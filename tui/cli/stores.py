"""`twofold store ...`."""

import argparse

from store.errors import StoreUnusable
from store.rules.text import visible
from tui.cli.opening import open_store, settings_of, who_runs_this
from tui.cli.output import Refused, say
from tui.units import counted

NO_COPY = {
    "exists": "There is a file already: {path}. Name another.",
    "cannot open": "The copy cannot be written there: {path}. Is there such a folder?",
    "no permission": "The copy cannot be written there: {path}. You may not write to that folder.",
    "disk": "The copy cannot be written there: {path}. The disk reports an error; name another place.",
    "full": "The copy cannot be written there: {path}. The disk is full; name another place.",
}
"""What is wrong with the place of a copy, and not with the store."""


def upgrade(asked: argparse.Namespace) -> None:
    """Open the store, which brings its tables up to date, and say whether there was anything to do."""
    with open_store(asked) as (services, _):
        say("The store was upgraded." if services.upgraded else "The store is up to date; nothing was done.")


def check(asked: argparse.Namespace) -> None:
    """Look at everything and say what is wrong; the exit code tells it too."""
    with open_store(asked) as (services, shell):
        examined = services.store_check.check(shell)
    for each in examined:
        say(f"{each.what}: {'sound' if each.sound else 'not sound'}")
        for fault in each.faults:
            say(f"  {visible(fault)}")
    if not all(each.sound for each in examined):
        raise Refused("The store is not sound. Bring back a backup, or find out who changed it.", status=3)


def backup(asked: argparse.Namespace) -> None:
    """Copy the store to a new file while it is in use."""
    with open_store(asked) as (services, shell):
        try:
            services.store_check.backup(shell, asked.file)
        except StoreUnusable as error:
            if error.path != asked.file or error.cause not in NO_COPY:
                raise
            raise Refused(NO_COPY[error.cause].format(path=asked.file)) from error
    say(f"The store was copied to {visible(str(asked.file))}.")
    say("The key file is not in it, and nothing opens without: keep a copy of it, in another place.")


def restore(asked: argparse.Namespace) -> None:
    """Let a backup take the place of the store, and say what does not follow from the backup alone."""
    settings = settings_of(asked)
    from store.clock import SystemClock
    from store.services.restore import restore as bring_back
    from tui.process import harden_process

    harden_process()
    done = bring_back(settings, SystemClock(), who_runs_this(), asked.file)
    say(f"{visible(str(asked.file))} is the store now, and everybody is logged out.")
    if done.kept is not None:
        say(f"The store as it was is kept: {visible(str(done.kept))}.")
    if done.damaged:
        say(f"{counted(done.damaged, 'secret')} can't be opened: twofold store check says whose.")
    if done.spent is None:
        say("The log of the store as it was could not be read, so nobody knows which codes were used since.")
    for each in done.spent or ():
        when = each.at.astimezone().isoformat(" ", "minutes")
        code = f"backup code {each.number} of set {each.set_number}"
        say(f"{visible(each.username)}: {code} was used at {when}, and works again. Have new codes made.")
