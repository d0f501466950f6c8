"""A session's life between log-in and its end (design D11)."""

from store.errors import EndReason
from store.rules import sessions as limits
from store.services.core import Core
from store.services.principals import Principal, Visitor
from store.services.views import SessionState

ANY = ("half", "enrolling", "full")


class Sessions:
    """Keeps a session alive while someone is at the keys, and ends it."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def check(self, principal: Principal, *, active: bool) -> SessionState:
        """Tell how much longer the session lives; `active` says that a key was pressed since.

        Raises SessionEnded. The time of last use is stored at most every 30 s.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY)
            session = who.session
            if active and unit.now - session.last_seen_at >= limits.SEEN_EVERY:
                session.last_seen_at = unit.now
                unit.session.add(session)
            until = unit.stepped_up_until(who)
            return SessionState(
                time_left=limits.time_left(
                    kind_half=session.kind != "full",
                    kiosk=bool(session.kiosk),
                    created_at=session.created_at,
                    last_seen_at=session.last_seen_at,
                    held_until=session.held_until,
                    now=unit.now,
                ),
                stepped_up=until is not None and unit.now < until,
            )

    def record_crash(self, visitor: Visitor, report: str) -> None:
        """Keep what is known of a crash of the console at this source (ASVS 16.3.4)."""
        with self._core.unit() as unit:
            unit.record("crashed", actor="console", source=visitor.source, done=False, detail=report)

    def end(self, principal: Principal, reason: EndReason = EndReason.LOGGED_OUT) -> None:
        """End the session; its token opens nothing any more (ASVS 7.4.1)."""
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY)
            unit.end(who, reason)
            unit.record_of(who, "session ended", detail=reason)
            session_id = who.session_id
        self._core.pending.forget(session_id)
