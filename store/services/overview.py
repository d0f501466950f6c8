"""How things stand for those who look after everybody: at a cost that does not grow with the accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import col, select

from store.models import LoginSession, RecoveryCase
from store.services import failed_hours
from store.services.core import Core
from store.services.principals import Principal
from store.services.recovery_cases import LIVE
from store.services.unit import Unit

MOST = 1000
"""So many are counted, and listed; more have no end that anybody reads."""


@dataclass(frozen=True)
class UpTo:
    """A count that stops at MOST."""

    count: int
    more: bool


@dataclass(frozen=True)
class HowThingsStand:
    """The numbers of the overview, but for the accounts', which the directory keeps."""

    logged_in: UpTo
    """Full sessions."""
    failed: tuple[tuple[datetime, int], ...]
    """The last 24 hours by their beginnings, and the wrong passwords and codes in each."""
    cases: UpTo
    """Recovery cases that nobody has closed."""


class Overview:
    """Reads; changes nothing."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def look(self, principal: Principal) -> HowThingsStand:
        """Return the numbers. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
        live = select(RecoveryCase.state).where(col(RecoveryCase.state).in_(LIVE))
        with self._core.look() as unit:
            return HowThingsStand(
                logged_in=_up_to(_logged_in(unit)),
                failed=failed_hours.last_day(unit),
                cases=_up_to(len(unit.session.exec(live.limit(MOST + 1)).all())),
            )


def _up_to(number: int) -> UpTo:
    return UpTo(min(number, MOST), more=number > MOST)


def _logged_in(unit: Unit) -> int:
    # Only what the limits ask for: a thousand whole rows would cost more than all else that is asked here.
    asked = ("kind", "kiosk", "created_at", "last_seen_at", "held_until")
    full = (
        sqlalchemy.select(*(getattr(LoginSession, name) for name in asked))
        .where(unit.may_live(), col(LoginSession.kind) == "full")
        .order_by(col(LoginSession.created_at).desc())
        .limit(MOST + 1)
    )
    rows: Iterable[Any] = unit.session.connection().execute(full)
    return sum(unit.over(row) is None for row in rows)
