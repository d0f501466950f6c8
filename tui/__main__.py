"""Where the program begins: `twofold.sh` calls `run`, and so does `python -m tui`."""

import sys

from tui.process import guard_files, restore_echo, shed_environment, silence_echo


def run() -> int:
    """Make terminal and process safe, in the order in which it is urgent, then do what was asked."""
    silence_echo()
    try:
        shed_environment()
        guard_files()
        from tui.cli import main

        return main(sys.argv[1:])
    finally:
        restore_echo()


if __name__ == "__main__":
    sys.exit(run())
