"""What cannot be done with a recovery case."""

from dataclasses import dataclass
from enum import StrEnum

from store.errors.base import TwofoldError


class CaseState(StrEnum):
    """How a recovery case stands."""

    OPEN = "open"
    APPROVED = "approved"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class NoProof(TwofoldError):
    """A recovery case says how the person proved who they are."""


@dataclass(eq=False)
class NoSuchCase(TwofoldError):
    """There is no recovery case of this number."""

    number: int


@dataclass(eq=False)
class CaseOpenAlready(TwofoldError):
    """The account has a recovery case that is not closed yet; `number` is its number."""

    number: int


@dataclass(eq=False)
class NotInThatState(TwofoldError):
    """The recovery case stands otherwise than the step takes, perhaps since a moment ago."""

    state: CaseState


class ApprovalNeeded(TwofoldError):
    """Policy demands that a second operator approves the case before it is completed."""


class OwnApproval(TwofoldError):
    """Who opened a recovery case does not approve it."""


class OwnCase(TwofoldError):
    """Nobody recovers their own account as its operator."""


class CaseNeeded(TwofoldError):
    """Policy demands two operators for a reset, so that it takes a recovery case."""
