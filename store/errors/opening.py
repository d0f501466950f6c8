"""What keeps the store, its key or the settings from being used."""

from dataclasses import dataclass
from pathlib import Path

from store.errors.base import TwofoldError


@dataclass(eq=False)
class StoreUnusable(TwofoldError):
    """The store cannot be opened, read or written; `cause` is a short machine word for why."""

    cause: str
    path: Path | None = None
    detail: str = ""
    """What was found, where the cause alone does not say."""


@dataclass(eq=False)
class KeyUnusable(TwofoldError):
    """The store's key file is missing, wrong or unsafe; `cause` says which."""

    cause: str
    path: Path


@dataclass(eq=False)
class InvalidSettings(TwofoldError):
    """The configuration file cannot be used; `detail` names the key and the fault."""

    detail: str
