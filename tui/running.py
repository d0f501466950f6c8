"""From the shell to the full screen and back: how an app is run, and what is said once it has ended."""

import sys

from store.settings import Settings
from tui.app import TwofoldApp


def run_console(settings: Settings) -> int:
    """Run the console until it is left; return the exit code of the program."""
    return run_app(TwofoldApp(settings))


def run_app(app: TwofoldApp) -> int:
    """Run an app on this terminal, and say in one line how it ended where it did not end well."""
    result = app.run()
    if app.crash is not None:
        app.bury()
        app.last_words = f"Something went wrong inside Twofold. Report this: {app.crash}"
    if app.last_words is not None:
        sys.stderr.write(f"twofold: {app.last_words}\n")
    return result if result is not None else app.return_code or 0
