"""Reading the audit log, the latest first, at a cost that does not grow with it (design D12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.columns import EPOCH
from store.models import Account, AuditEvent
from store.services.audit_verify import Verified, verify
from store.services.core import Core
from store.services.lookup import require_account
from store.services.principals import Principal
from store.services.views import AuditEventView

PAGE = 500
SCANNED = 500
"""Events that one call looks at, at most, where two filters meet: one leads, the other may pass none."""


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; what is none does not matter."""

    username: str | None = None
    """The account that an event is about."""
    event: str | None = None
    actor: str | None = None
    outcome: str | None = None
    """done or refused."""
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Place:
    """Where a page of the log ends: at one event."""

    seq: int
    at: datetime


OLDEST = Place(0, EPOCH)
"""Before the first event: the page after it is the oldest one."""


@dataclass(frozen=True)
class AuditPage:
    """One page of the log, the latest event first."""

    events: tuple[AuditEventView, ...]
    older: Place | None
    """What the page before this one in time is asked for with; none where there is none."""
    newer: Place | None
    """The same for the page after it in time."""
    stopped: bool = False
    """The search stopped before the page was full: it goes on with the next page that way."""


class AuditLog:
    """Reads the audit log."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def verify(self, principal: Principal) -> Verified:
        """Check every event against its MAC, its neighbour and the head. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.shell(principal)
        with self._core.database.read() as session:
            return verify(session, self._core.vault)

    def events(self, principal: Principal, wanted: Wanted = EVERYTHING) -> Iterator[AuditEventView]:
        """Return all events that are wanted, a page at a time. Raises NotAllowed and NoSuchAccount."""
        before: Place | None = None
        while True:
            page = self.page(principal, wanted, before=before, size=PAGE)
            yield from page.events
            if page.older is None:
                return
            before = page.older

    def page(
        self,
        principal: Principal,
        wanted: Wanted = EVERYTHING,
        *,
        before: Place | None = None,
        after: Place | None = None,
        size: int = 100,
    ) -> AuditPage:
        """Return the latest events, those next before a place, or those next after one.

        Raises NotAllowed and NoSuchAccount.
        """
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            account = require_account(unit, wanted.username) if wanted.username is not None else None
            search = _Search(wanted, account.id if account is not None else None, before, after, size)
        with self._core.look() as unit:
            return search.page(unit.session)


@dataclass(frozen=True)
class _Search:
    wanted: Wanted
    account_id: int | None
    before: Place | None
    after: Place | None
    size: int

    @property
    def by_time(self) -> bool:
        """Whether the index of times leads: only where no account's or actor's few events do.

        Events follow each other by number; by time too, but where the clock went back. So a number is never
        guessed from a time.
        """
        timed = self.wanted.since is not None or self.wanted.until is not None
        return timed and self.account_id is None and self.wanted.actor is None

    def page(self, session: Session) -> AuditPage:
        """Return the page. It walks one index, and on it over SCANNED events at most."""
        _, rest = self._filters(AuditEvent)
        walked = self._walked().limit(SCANNED if rest else self.size + 1)
        event = aliased(AuditEvent, walked.subquery())
        found = (
            select(event, Account.username)
            .join(Account, col(Account.id) == col(event.account_id), isouter=True)
            .where(*self._filters(event)[1])
            .order_by(*self._order(event))
            .limit(self.size + 1)
        )
        rows = session.exec(found).all()
        events = [_view(row, username) for row, username in rows[: self.size]]
        if len(rows) > self.size:
            return self._turned(events, Place(events[-1].seq, events[-1].at))
        stop = session.exec(self._walked().offset(SCANNED - 1).limit(1)).first() if rest else None
        return self._turned(events, Place(stop.seq, stop.at) if stop else None, stopped=stop is not None)

    def _turned(self, events: list[AuditEventView], end: Place | None, *, stopped: bool = False) -> AuditPage:
        """Return the page with the way on and the way back, the latest event first."""
        if self.after is not None:
            events.reverse()
            back = Place(events[-1].seq, events[-1].at) if events else _beside(self.after, 1)
            return AuditPage(tuple(events), None if self.after == OLDEST else back, end, stopped)
        if self.before is None:
            return AuditPage(tuple(events), end, None, stopped)
        back = Place(events[0].seq, events[0].at) if events else _beside(self.before, -1)
        return AuditPage(tuple(events), end, back, stopped)

    def _walked(self) -> SelectOfScalar[AuditEvent]:
        walked = select(AuditEvent).where(*self._filters(AuditEvent)[0]).order_by(*self._order(AuditEvent))
        place = self.after or self.before
        return walked if place is None else walked.where(self._beyond(place))

    def _filters(
        self, event: type[AuditEvent]
    ) -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
        """Return what leads through an index, and what each event on the way is held against."""
        wanted = self.wanted
        asked = (
            (event.account_id, self.account_id),
            (event.actor, wanted.actor),
            (event.event, wanted.event),
            (event.outcome, wanted.outcome),
        )
        same = [col(column) == value for column, value in asked if value is not None]
        times = [col(event.at) >= wanted.since] if wanted.since is not None else []
        times += [col(event.at) < wanted.until] if wanted.until is not None else []
        return (times, same) if self.by_time else (same[:1], same[1:] + times)

    def _order(self, event: type[AuditEvent]) -> list[ColumnElement[object]]:
        columns = [col(event.at), col(event.seq)] if self.by_time else [col(event.seq)]
        return [each.asc() if self.after is not None else each.desc() for each in columns]

    def _beyond(self, place: Place) -> ColumnElement[bool]:
        at, seq = col(AuditEvent.at), col(AuditEvent.seq)
        up = self.after is not None
        further = seq > place.seq if up else seq < place.seq
        if not self.by_time:
            return further
        # The first condition says nothing new, but an index is walked by it.
        no_nearer, later = (at >= place.at, at > place.at) if up else (at <= place.at, at < place.at)
        return and_(no_nearer, or_(later, further))


def _beside(place: Place, by: int) -> Place:
    """Return the place from which the event at this one is the next the other way."""
    return Place(place.seq + by, place.at)


def _view(row: AuditEvent, username: str | None) -> AuditEventView:
    return AuditEventView(
        row.seq, row.at, row.event, row.outcome, row.actor, username, row.source, row.detail
    )
