"""Where a console stands."""

import os
import sys


def find_source(*, kiosk: bool) -> str:
    """Return where this console stands: the tty of a kiosk, else host and OS user (design section 1)."""
    import pwd
    import socket

    if kiosk and sys.stdin.isatty():
        return os.ttyname(sys.stdin.fileno())
    return f"{socket.gethostname()}/{pwd.getpwuid(os.getuid()).pw_name}"
