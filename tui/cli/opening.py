"""The settings, the store and the one who calls."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from store.settings import Settings, load_settings
from tui.cli.output import Refused, complain

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import Shell


def settings_of(asked: argparse.Namespace) -> Settings:
    """Return the settings that the arguments, the environment and the configuration file make."""
    url = asked.store or os.environ.get("TWOFOLD_STORE") or None
    return load_settings(url, asked.config, kiosk=asked.kiosk)


@contextmanager
def open_store(asked: argparse.Namespace, *, create: bool = False) -> "Iterator[tuple[Services, Shell]]":
    """Open the store for one command, as whoever runs it; only `create` may make it.

    Else a slip in the path would leave an empty store and a key behind, and say that nobody is in it.
    """
    settings = settings_of(asked)
    path = settings.store_path
    from store.services.bundle import open_services, was_emptied

    if not settings.has_store and not create and not was_emptied(settings):
        from store.rules.text import visible

        raise Refused(
            f"There is no store at {visible(str(path))}. "
            "Check the path, or make it with its first account: twofold account create NAME --operator",
            status=3,
        )
    from store.clock import SystemClock
    from tui.process import harden_process

    harden_process()
    services = open_services(settings, SystemClock())
    if services.as_it_was is not None:
        # On standard error: what the command prints may be for a program.
        complain(f"The store was upgraded. As it was before, it is kept: {services.as_it_was}")
    try:
        yield services, who_runs_this()
    finally:
        services.close()


def who_runs_this() -> "Shell":
    """Return the OS user by the kernel's word, since variables such as USER are the caller's to set."""
    import pwd
    import socket

    from store.services.principals import Shell

    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid {uid}"
    return Shell(name, socket.gethostname())
