"""`twofold demo`: the whole story on one machine, with no phone and no browser at hand.

Only the command that runs it may import this package: outside the demo its code is not even loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.services.principals import Shell


def run_demo(config_file: Path | None, shell: "Shell") -> int:
    """Run the console on a store and a key of its own, which are gone when it ends, however it ends.

    The caller has SIGTERM and SIGHUP end the program by SystemExit, as `tui/cli` does. Raises
    InvalidSettings.
    """
    from dataclasses import replace

    from store.settings import load_settings
    from tui.demo.folder import throw_away_folder

    with throw_away_folder() as folder:
        settings = load_settings(f"sqlite:///{folder / 'data' / 'twofold.db'}", config_file, kiosk=False)
        # The people of the demo live in Greece, so that on stage a number needs no country code.
        settings = replace(settings, keys_folder=folder / "keys", region=settings.region or "GR")
        from tui.demo.app import DemoApp
        from tui.running import run_app

        return run_app(DemoApp(settings, shell))
