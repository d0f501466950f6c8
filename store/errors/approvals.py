"""What cannot be done where policy asks for two operators (design D20)."""

from dataclasses import dataclass
from enum import StrEnum

from store.errors.base import TwofoldError


class Covered(StrEnum):
    """What takes a proposal and another operator's approval."""

    MAKE_OPERATOR = "make operator"
    MAKE_USER = "make user"
    ENABLE = "enable"
    LIFT = "lift"
    """Close a case that suspends a second factor, with nothing reset."""
    ONE_OPERATOR = "one operator"
    """Lower the rule itself."""


class ApprovalState(StrEnum):
    """How a proposal stands."""

    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    EXPIRED = "expired"


class TwoNeeded(TwofoldError):
    """Policy asks two operators for this act: one proposes it and another one approves it."""


class OneIsEnough(TwofoldError):
    """Policy asks for one operator only, so that there is nothing to propose."""


@dataclass(eq=False)
class TooFewOperators(TwofoldError):
    """Fewer than two operators who count are left, or would be; `command` is what the shell can do."""

    command: str


class TooNewToApprove(TwofoldError):
    """The approver was no operator with a working second factor when that was proposed."""


@dataclass(eq=False)
class NoLongerCounts(TwofoldError):
    """Who proposed or approved it is no operator with a working second factor any more."""

    who: str


@dataclass(eq=False)
class NoSuchApproval(TwofoldError):
    """There is no proposal of this number."""

    number: int


@dataclass(eq=False)
class ProposedAlready(TwofoldError):
    """The same is proposed already; `number` is the proposal's."""

    number: int


@dataclass(eq=False)
class ApprovalClosed(TwofoldError):
    """The proposal is not open, perhaps since a moment ago."""

    state: ApprovalState


@dataclass(eq=False)
class ShellsAct(TwofoldError):
    """No session does that, whatever it has proven: the host's shell does, by `command`."""

    command: str
