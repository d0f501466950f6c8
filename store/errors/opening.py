"""What keeps the store, its key or the settings from being used."""

from dataclasses import dataclass
from pathlib import Path

from store.errors.base import TwofoldError


@dataclass(eq=False)
class StoreUnusable(TwofoldError):
    """The store cannot be opened, read or written; `cause` is a short machine word for why."""

    cause: str
    path: Path | None = None
    owner: str = ""
    """Whose it is, where it is not this user's and may not be opened."""
    detail: str = ""
    """What was found, where the cause alone does not say."""


@dataclass(eq=False)
class KeyUnusable(TwofoldError):
    """The store's key file is missing, wrong or unsafe; `cause` says which."""

    cause: str
    path: Path
    owner: str = ""
    """Whose it is, or its store, where that is not this user's."""


@dataclass(eq=False)
class InvalidSettings(TwofoldError):
    """The configuration file cannot be used; `detail` names the key and the fault."""

    detail: str
