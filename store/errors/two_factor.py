"""What keeps 2FA from being turned on, changed or turned off."""

from store.errors.base import TwofoldError


class NoSuchSession(TwofoldError):
    """The session to end is none of this account's, unknown, or has ended already."""


class EnrollmentEnded(TwofoldError):
    """The pending enrollment is gone: its time ran out or too many wrong codes were typed (D5)."""


class ChangedElsewhere(TwofoldError):
    """2FA was changed in another session since this one began (D5)."""


class AlreadyOn(TwofoldError):
    """2FA is on already."""


class AlreadyOff(TwofoldError):
    """2FA is off already: there is nothing to turn off or to reset."""


class SecondFactorDemanded(TwofoldError):
    """The policy demands 2FA of this account: it can be replaced, and not turned off."""
