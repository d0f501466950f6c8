"""What can no longer matter goes, a few rows at a time, in an act that happens anyway (design D9)."""

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import col, delete, select

from store.models import LoginSession, Throttle
from store.rules import sessions, throttling
from store.services.throttle import Counter, is_row
from store.services.unit import Unit

MOST = 8
"""Rows of a kind in one act: more than an act makes, and too few to be felt."""


def tidy(unit: Unit) -> None:
    """Take out counters of failures that are forgotten, and sessions that ended long ago."""
    # A lock begins within its window and is a day long at most.
    over = unit.now - 2 * throttling.DAY
    forgotten = and_(col(Throttle.factor).in_(("password", "source")), col(Throttle.window_start) <= over)
    keys = select(Throttle.factor, Throttle.subject, Throttle.source).where(forgotten).limit(MOST)
    for key in unit.session.exec(keys).all():
        unit.session.exec(delete(Throttle).where(is_row(Counter(*key)), forgotten))
    ended = unit.now - sessions.KEPT
    _remove(unit, col(LoginSession.ended_at) <= ended)
    # What a killed process left behind never ends in the store; no session lives for longer than a day.
    begun = col(LoginSession.created_at) <= ended - throttling.DAY
    _remove(unit, and_(col(LoginSession.ended_at).is_(None), begun))


def _remove(unit: Unit, over: ColumnElement[bool]) -> None:
    # Never the newest: the number of a session must not be given to another.
    newest = select(func.max(LoginSession.id)).scalar_subquery()
    old = select(LoginSession.id).where(over, col(LoginSession.id) < newest).limit(MOST)
    ids = unit.session.exec(old).all()
    if ids:
        unit.session.exec(delete(LoginSession).where(col(LoginSession.id).in_(ids)))
