"""A session's life between log-in and its end (design D11)."""

from datetime import timedelta

from sqlmodel import col, select

from store.errors import EndReason, NoSuchSession
from store.models import LoginSession
from store.rules import sessions as limits
from store.services.actors import CONSOLE, Who
from store.services.core import Core
from store.services.principals import Principal, Visitor
from store.services.unit import ANY_COVER, ANY_DEMAND, ANY_KIND, Unit
from store.services.views import OpenSession, SessionState


class Sessions:
    """Keeps a session alive while someone is at the keys, and ends it."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def check(self, principal: Principal, *, active: bool, idle: timedelta = timedelta()) -> SessionState:
        """Tell how much longer the session lives; `active` says that a key was pressed since, `idle` ago.

        Raises SessionEnded. The time of last use is stored at most every 30 s, or more often where the
        policy lets sessions end after less than a minute and a half without a key.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY_KIND, cover=ANY_COVER, before=ANY_DEMAND)
            session = who.session
            in_force = unit.policy.limits
            seen_every = in_force.seen_every(kiosk=bool(session.kiosk))
            if active and unit.now - session.last_seen_at >= seen_every:
                # When the key was pressed, not when it is told: nobody's idle time begins later than that.
                session.last_seen_at = max(session.last_seen_at, unit.now - idle)
                unit.session.add(session)
            half = session.kind != "full"
            return SessionState(
                time_left=limits.time_left(
                    kind_half=half,
                    kiosk=bool(session.kiosk),
                    created_at=session.created_at,
                    last_seen_at=session.last_seen_at,
                    held_until=session.held_until,
                    now=unit.now,
                    limits=in_force,
                ),
                stepped_up=unit.stepped_up(who),
                username=who.account.username,
                seen_every=seen_every,
                half=half,
                longest=limits.longest(
                    kind_half=half,
                    created_at=session.created_at,
                    held_until=session.held_until,
                    now=unit.now,
                    limits=in_force,
                ),
                limits=in_force,
                uncovering=who.uncovering,
            )

    def record_crash(self, visitor: Visitor, report: str) -> None:
        """Keep what is known of a crash of the console at this source (ASVS 16.3.4)."""
        with self._core.unit() as unit:
            unit.record("crashed", actor=CONSOLE, source=visitor.source, done=False, detail=report)

    def list(self, principal: Principal) -> tuple[OpenSession, ...]:
        """Return the account's open sessions, the latest first (ASVS 7.5.2)."""
        with self._core.unit() as unit:
            who = unit.prove(principal)
            return tuple(_open(row, who) for row in open_sessions(unit, who.account_id))

    def end_one(self, principal: Principal, session_id: int) -> None:
        """End another session of the same account. Raises StepUpNeeded and NoSuchSession."""
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            reason = EndReason.ENDED_ELSEWHERE
            ended = unit.end_session(session_id, reason, of=who.account_id)
            detail = f"session {session_id}, {reason}"
            unit.record_of(who, "session ended", done=ended is not None, detail=detail)
            if ended is None:
                unit.refuse(NoSuchSession())

    def end_others(self, principal: Principal) -> None:
        """End every session of the account but this one (ASVS 7.4.3). Raises StepUpNeeded."""
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            unit.end_sessions(who.account_id, EndReason.ENDED_ELSEWHERE, but=who)
            unit.record_of(who, "session ended", detail="all others")

    def end(self, principal: Principal, reason: EndReason = EndReason.LOGGED_OUT) -> None:
        """End the session; its token opens nothing any more (ASVS 7.4.1)."""
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY_KIND, cover=ANY_COVER, before=ANY_DEMAND)
            unit.end(who, reason)
            unit.record_of(who, "session ended", detail=reason)
            session_id = who.session_id
        self._core.pending.forget(session_id)


def _open(row: LoginSession, who: Who) -> OpenSession:
    assert row.id is not None  # noqa: S101 - it came out of the store
    return OpenSession(
        row.id, row.created_at, row.last_seen_at, row.source, this_one=row.id == who.session_id
    )


def open_sessions(unit: Unit, account_id: int) -> list[LoginSession]:
    """Return the full sessions of an account that live, the latest first."""
    rows = unit.session.exec(
        select(LoginSession)
        .where(
            LoginSession.account_id == account_id,
            LoginSession.kind == "full",
            unit.may_live(),
        )
        .order_by(col(LoginSession.created_at).desc(), col(LoginSession.id).desc())
    )
    return [row for row in rows if unit.over(row) is None]
