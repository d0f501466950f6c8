"""What cannot be done to an account."""

from dataclasses import dataclass

from store.errors.base import TwofoldError


@dataclass(eq=False)
class NoSuchAccount(TwofoldError):
    """An operator named an account that does not exist."""

    username: str


class AlreadyDisabled(TwofoldError):
    """The account is disabled already."""


class AlreadyEnabled(TwofoldError):
    """The account is enabled already."""


class AlreadyActivated(TwofoldError):
    """The account's owner has chosen a password: an activation password is no longer due."""


class SameRole(TwofoldError):
    """The account has this role already."""


class LockOutOfRange(TwofoldError):
    """An operator's lock lasts from a minute to 30 days."""


class LastOperator(TwofoldError):
    """The last operator who may log in cannot be taken away."""


class NoReason(TwofoldError):
    """Whoever takes something away from somebody says why; it stands in the audit log."""


class StoreNotFresh(TwofoldError):
    """The first operator exists already, so first run is over."""
