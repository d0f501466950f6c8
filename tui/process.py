"""What this process owes the person at its terminal, before and while it runs (design section 6).

Nothing but what Python has loaded anyway may be imported here: each millisecond is one in which the
terminal still shows what is typed.
"""

import os
import sys
import termios

_ECHOES = termios.ECHO | termios.ECHONL

_settings_found = None


def silence_echo() -> None:
    """Stop the terminal from showing what is typed, until `restore_echo`.

    Only where the terminal is this process's alone. A pager behind a pipe would take the silence for the
    terminal's own setting and put it back when it ends; in the background the terminal is somebody else's.
    """
    global _settings_found  # noqa: PLW0603 - one process has one terminal
    if not (_is_terminal(0) and _is_terminal(1) and _in_foreground()):
        return
    try:
        found = termios.tcgetattr(0)
        silent = [*found]
        silent[3] &= ~_ECHOES
        termios.tcsetattr(0, termios.TCSANOW, silent)
    except termios.error:
        return
    _settings_found = found


def restore_echo() -> None:
    """Give the terminal back the settings it was found with."""
    if _settings_found is not None and _in_foreground():
        try:
            termios.tcsetattr(0, termios.TCSANOW, _settings_found)
        except termios.error:
            return  # It is gone, and its settings with it.


def shed_environment() -> None:
    """Drop what would have code loaded, keystrokes logged, or another screen drawn for (T8).

    OPENSSL_CONF may name a module to load, and Python's own hashlib reads it.
    """
    for name in [*os.environ]:
        if name.startswith(("TEXTUAL", "OPENSSL")) or name in {"BROWSER", "COLUMNS", "LINES"}:
            del os.environ[name]


def guard_files() -> None:
    """Make every file this process makes its owner's alone, and have it leave no core dump (T19, T21)."""
    import resource

    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def harden_process() -> None:
    """Let no other process of this user look into this one: no debugger, no core, no /proc/PID/environ.

    Best after the first frame, since loading ctypes takes a few milliseconds.
    """
    if sys.platform != "linux":
        return
    import ctypes

    set_dumpable = 4
    ctypes.CDLL(None).prctl(set_dumpable, 0, 0, 0, 0)


def _is_terminal(descriptor: int) -> bool:
    try:
        return os.isatty(descriptor)
    except OSError:
        return False


def _in_foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
