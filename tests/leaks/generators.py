"""What the store makes up in the test's own process is noted where it is made."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from unittest.mock import patch

from store.rules import activation, backup_codes, sessions, totp
from tests.leaks.forms import Kind
from tests.leaks.record import note


def listen() -> None:
    """Note every setup key, code and token from now on."""
    _noted(activation, "new_password", Kind.ACTIVATION, str)
    _noted(backup_codes, "new_code", Kind.BACKUP_CODE, str)
    _noted(sessions, "new_token", Kind.TOKEN, str)
    _noted(totp, "new_secret", Kind.SETUP_KEY, totp.setup_key)


def _noted(module: object, name: str, kind: Kind, as_text: Callable[[Any], str]) -> None:
    make: Callable[[], Any] = getattr(module, name)

    @wraps(make)
    def made() -> Any:  # noqa: ANN401 - as what it stands for
        secret = make()
        note(kind, as_text(secret))
        return secret

    patch.object(module, name, made).start()
