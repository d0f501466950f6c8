"""Who may log in, and who is logged in: what operators do to others' access (ASVS 7.4.2 and 7.4.5)."""

from datetime import timedelta

from sqlmodel import col, select

from store.errors import AlreadyDisabled, EndReason, LockOutOfRange, NoSuchSession
from store.models import Account, LoginSession
from store.rules import reasons
from store.rules.throttling import LONGEST_OPERATORS_LOCK, SHORTEST_OPERATORS_LOCK
from store.services import covered
from store.services.core import Core
from store.services.lookup import require_account
from store.services.operators import leave_an_operator
from store.services.principals import Principal
from store.services.views import SomebodysSession


class Access:
    """Takes access away and gives it back; each act says why in the audit log."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def disable(self, principal: Principal, username: str, reason: str) -> str:
        """Let nobody log in to an account, end its sessions at once, and return its username.

        Raises NotAllowed, NoReason, UnsafeText, NoSuchAccount, AlreadyDisabled, LastOperator and
        TooFewOperators.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            account = require_account(unit, username)
            if not account.enabled:
                unit.refuse(AlreadyDisabled())
            command = f"twofold account disable {account.username} --reason TEXT"
            leave_an_operator(unit, actor, account, command)
            account.enabled = 0
            unit.session.add(account)
            unit.end_sessions(account.id, EndReason.DISABLED)
            unit.record_by(actor, account, "account disabled", why)
            return account.username

    def enable(self, principal: Principal, username: str) -> str:
        """Let an account log in again and return its username.

        Raises NotAllowed, NoSuchAccount, AlreadyEnabled, and TwoNeeded where it is an operator's.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            if account.role == "operator":
                covered.not_alone(unit, actor, "account enabled", account)
            covered.enable(unit, actor, account)
            return account.username

    def lock(self, principal: Principal, username: str, length: timedelta, reason: str) -> str:
        """Let nobody log in to an account for this long, end its sessions at once, and return its username.

        A lock that there is already gives way to the new one. Raises NotAllowed, NoReason, UnsafeText,
        LockOutOfRange, NoSuchAccount, LastOperator and TooFewOperators.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            if not SHORTEST_OPERATORS_LOCK <= length <= LONGEST_OPERATORS_LOCK:
                unit.refuse(LockOutOfRange())
            account = require_account(unit, username)
            command = f"twofold account lock {account.username} --for LENGTH --reason TEXT"
            leave_an_operator(unit, actor, account, command)
            account.locked_until = until = unit.now + length
            account.lock_reason = why
            unit.session.add(account)
            unit.end_sessions(account.id, EndReason.LOCKED)
            unit.record_by(actor, account, "account locked", f"until {until:%Y-%m-%d %H:%M} UTC: {why}")
            return account.username

    def sessions(
        self, principal: Principal, username: str | None = None, *, most: int | None = None
    ) -> tuple[SomebodysSession, ...]:
        """Return who is logged in, or half-way, the latest first: everybody, or one account; all, or so many.

        Raises NotAllowed and NoSuchAccount.
        """
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            live = (
                select(LoginSession, Account.username)
                .join(Account, col(Account.id) == col(LoginSession.account_id))
                .where(unit.may_live())
                .order_by(col(LoginSession.created_at).desc(), col(LoginSession.id).desc())
            )
            if username is not None:
                live = live.where(LoginSession.account_id == require_account(unit, username).id)
            if most is not None:
                live = live.limit(most)
            return tuple(_seen(row, name) for row, name in unit.session.exec(live) if unit.over(row) is None)

    def end_session(self, principal: Principal, session_id: int, reason: str) -> str:
        """End one session of whomever it is, and return the username.

        Raises NotAllowed, NoReason, UnsafeText and NoSuchSession.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            account_id = unit.end_session(session_id, EndReason.ENDED_BY_OPERATOR)
            if account_id is None:
                unit.refuse(NoSuchSession())
            account = unit.session.get_one(Account, account_id)
            unit.record_by(actor, account, "sessions ended", f"session {session_id}: {why}")
            return account.username

    def end_sessions(self, principal: Principal, username: str, reason: str) -> str:
        """End every session of an account and return its username.

        Raises NotAllowed, NoReason, UnsafeText and NoSuchAccount.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            account = require_account(unit, username)
            unit.end_sessions(account.id, EndReason.ENDED_BY_OPERATOR)
            unit.record_by(actor, account, "sessions ended", f"all: {why}")
            return account.username


def _seen(row: LoginSession, username: str) -> SomebodysSession:
    assert row.id is not None  # noqa: S101 - it came out of the store
    return SomebodysSession(row.id, username, row.kind, row.created_at, row.last_seen_at, row.source)
