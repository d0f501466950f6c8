"""Who may log in, and who is logged in: what operators do to others' access (ASVS 7.4.2 and 7.4.5)."""

from sqlmodel import col, select

from store.errors import AlreadyDisabled, AlreadyEnabled, EndReason, LastOperator, NoReason, NoSuchSession
from store.models import Account, LoginSession
from store.rules import text
from store.services.core import Core, Unit
from store.services.lookup import require_account
from store.services.principals import Principal
from store.services.views import SomebodysSession

REASON_LENGTH = 200


class Access:
    """Takes access away and gives it back; each act says why in the audit log."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def disable(self, principal: Principal, username: str, reason: str) -> str:
        """Let nobody log in to an account, end its sessions at once, and return its username.

        Raises NotAllowed, NoReason, UnsafeText, NoSuchAccount, AlreadyDisabled and LastOperator.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = _checked(reason)
            account = require_account(unit, username)
            if not account.enabled:
                unit.refuse(AlreadyDisabled())
            if account.role == "operator" and not _another_operator(unit, account):
                unit.refuse(LastOperator())
            account.enabled = 0
            unit.session.add(account)
            _end_all(unit, account, EndReason.DISABLED)
            unit.record(
                "account disabled", actor=actor.name, source=actor.source, account_id=account.id, detail=why
            )
            return account.username

    def enable(self, principal: Principal, username: str) -> str:
        """Let an account log in again and return its username.

        Raises NotAllowed, NoSuchAccount and AlreadyEnabled.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            if account.enabled:
                unit.refuse(AlreadyEnabled())
            account.enabled = 1
            unit.session.add(account)
            unit.record("account enabled", actor=actor.name, source=actor.source, account_id=account.id)
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

    def end_session(self, principal: Principal, session_id: int) -> str:
        """End one session of whomever it is, and return the username. Raises NotAllowed and NoSuchSession."""
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account_id = unit.end_session(session_id, EndReason.ENDED_BY_OPERATOR)
            if account_id is None:
                unit.refuse(NoSuchSession())
            detail = f"session {session_id}"
            unit.record(
                "sessions ended", actor=actor.name, source=actor.source, account_id=account_id, detail=detail
            )
            return unit.session.exec(select(Account.username).where(Account.id == account_id)).one()

    def end_sessions(self, principal: Principal, username: str) -> str:
        """End every session of an account and return its username. Raises NotAllowed and NoSuchAccount."""
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            _end_all(unit, account, EndReason.ENDED_BY_OPERATOR)
            unit.record(
                "sessions ended", actor=actor.name, source=actor.source, account_id=account.id, detail="all"
            )
            return account.username


def _checked(reason: str) -> str:
    why = " ".join(reason.split())
    text.require_safe(why)
    if not why:
        raise NoReason
    return why[:REASON_LENGTH]


def _another_operator(unit: Unit, account: Account) -> bool:
    others = select(Account.id).where(
        Account.role == "operator", Account.enabled == 1, col(Account.id) != account.id
    )
    return unit.session.exec(others.limit(1)).first() is not None


def _end_all(unit: Unit, account: Account, reason: EndReason) -> None:
    assert account.id is not None  # noqa: S101 - it came out of the store
    unit.end_sessions(account.id, reason)


def _seen(row: LoginSession, username: str) -> SomebodysSession:
    assert row.id is not None  # noqa: S101 - it came out of the store
    return SomebodysSession(row.id, username, row.kind, row.created_at, row.last_seen_at, row.source)
