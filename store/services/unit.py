"""One act: who does it, what it may do, what it records, and how it ends."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import NoReturn

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, select, update

from store.errors import (
    EndReason,
    EnrollmentNeeded,
    NotAllowed,
    PasswordChangeNeeded,
    SessionEnded,
    StepUpNeeded,
    TwofoldError,
)
from store.models import Account, LoginSession, StoreIdentity
from store.rules import policy
from store.rules import sessions as limits
from store.services import audit, binding
from store.services.actors import NOBODY, SHELL, Actor, Who
from store.services.audit import NewEvent
from store.services.in_force import in_force
from store.services.principals import Principal, SessionToken, Shell, Visitor
from store.services.views import PolicyView
from store.vault import Vault

ANY_KIND = ("half", "enrolling", "full")
ANY_DEMAND = (PasswordChangeNeeded, EnrollmentNeeded)
"""For `prove`: an act that waits for nothing which is demanded of the account."""
NEVER_COVERED = ("never",)
FINISHES = ("never", "uncovered")
"""For `prove`: an act by which a session finishes or leaves what was covered, once its owner uncovered it."""
ANY_COVER = ("never", "covered", "uncovered")


class Refusal(Exception):
    """Ends a unit: what was done so far is committed, then its error is raised."""

    def __init__(self, error: TwofoldError) -> None:
        """Take the error that whoever called gets."""
        self.error = error


class Unit:
    """One act: one transaction, one moment, and the audit events that belong to it."""

    def __init__(self, session: Session, vault: Vault, now: datetime, configured_issuer: str) -> None:
        """Wrap an open transaction."""
        self.session = session
        self.now = now
        self.once_committed: list[Callable[[], object]] = []
        """What the act changes in this process's memory: only once the store has it."""
        self.vault = vault
        self._configured_issuer = configured_issuer

    @cached_property
    def policy(self) -> PolicyView:
        """What is in force in this very transaction, so that a change acts on sessions that are open."""
        return in_force(self.session, self._configured_issuer)

    def enroll_within(self, account: Account) -> timedelta | None:
        """Return how long the account may still do without 2FA; none where it has it, or needs none."""
        demanded = self.policy.covers(operator=account.role == "operator")
        if account.second_factor != "off" or not demanded:
            return None
        return policy.grace_left(self.policy.grace, self.policy.demanded_since, account.created_at, self.now)

    def refuse(self, error: TwofoldError) -> NoReturn:
        """Commit what was done so far (a counted failure, an event), then raise the error.

        Every other exception that leaves the unit undoes all of it.
        """
        raise Refusal(error)

    def record(
        self,
        event: str,
        *,
        actor: str,
        source: str,
        account_id: int | None = None,
        done: bool = True,
        detail: str = "",
    ) -> None:
        """Add an audit event to this act; where it cannot be written, the act does not happen."""
        self.record_all([NewEvent(event, actor, source, account_id, done=done, detail=detail)])

    def record_all(self, events: Sequence[NewEvent]) -> None:
        """Add many audit events to this act at the price of a few."""
        audit.append(self.session, self.vault, at=self.now, events=events)

    def record_of(self, who: Who, event: str, *, done: bool = True, detail: str = "") -> None:
        """Add an audit event that a session caused for its own account."""
        self.record(
            event,
            actor=who.account.username,
            source=who.session.source,
            account_id=who.account_id,
            done=done,
            detail=detail,
        )

    def record_by(self, actor: Actor, account: Account, event: str, detail: str = "") -> None:
        """Add an audit event that an operator caused for somebody's account."""
        self.record(event, actor=actor.name, source=actor.source, account_id=account.id, detail=detail)

    @cached_property
    def identity(self) -> StoreIdentity:
        """Which store this is, and under which key, which another process may have changed."""
        identity = self.session.exec(select(StoreIdentity)).one()
        self.vault.catch_up(identity.key_check)
        return identity

    def prove(
        self,
        principal: Principal,
        *,
        kinds: tuple[str, ...] = ("full",),
        cover: tuple[str, ...] = NEVER_COVERED,
        step_up: bool = False,
        before: tuple[type[TwofoldError], ...] = (),
    ) -> Who:
        """Return who the principal is, proven in this very transaction (D11, ASVS 7.2.1).

        Raises SessionEnded, NotAllowed for another kind of session than the act takes, what is demanded of
        the account first (but for what the act may come `before`), and StepUpNeeded where the act asks for
        a fresh proof. Each is audited, but for a token that is dead already.
        """
        if not isinstance(principal, SessionToken):
            self._refuse_stranger(principal)
        found = self.session.exec(
            select(LoginSession, Account, StoreIdentity)
            .join(Account, col(Account.id) == col(LoginSession.account_id))
            .join(StoreIdentity, col(StoreIdentity.id) == 1)
            .where(LoginSession.digest == limits.token_digest(principal.token))
        ).first()
        if found is None:
            raise SessionEnded(EndReason.RENEWED)
        session, account, identity = found
        who = Who(account, session)
        self._require_alive(who, identity)
        for state, taken in ((session.kind, kinds), (session.cover, cover)):
            if state not in taken:
                self.record_of(who, "access refused", done=False, detail=state)
                self.refuse(NotAllowed())
        self._meet_demands(who, before)
        if step_up and not self.stepped_up(who):
            self.record_of(who, "step-up asked", done=False)
            self.refuse(StepUpNeeded(with_code=account.second_factor == "on"))
        return who

    def _require_alive(self, who: Who, identity: StoreIdentity) -> None:
        session, account = who.session, who.account
        if session.ended_at is not None:
            raise SessionEnded(_reason(session.end_reason))
        self.vault.catch_up(identity.key_check)
        if not binding.is_bound(session, account, self.vault):
            self._refuse_forged(session)
        if not account.enabled:
            self._end_refused(who, EndReason.DISABLED)
        if account.locked_until is not None and account.locked_until > self.now:
            self._end_refused(who, EndReason.LOCKED)
        over = self.over(session)
        if over is not None:
            self._end_refused(who, over)

    def shell(self, principal: Principal) -> str:
        """Return the actor's name for the audit log; NotAllowed for anyone but the host's shell."""
        if isinstance(principal, Shell):
            return f"{SHELL}{principal.os_user}@{principal.host}"
        if isinstance(principal, SessionToken):
            who = self.prove(principal)
            self.record_of(who, "access refused", done=False)
            self.refuse(NotAllowed())
        return self._refuse_stranger(principal)

    def operator(self, principal: Principal, *, step_up: bool = True) -> Actor:
        """Return who acts on others: the host's shell, or an operator's session with 2FA on.

        Their role and their second factor are looked at in this very transaction, so that a change of either
        acts on sessions that are open. An act takes a second factor that was proven within the last five
        minutes; what only looks takes none (`step_up`). Raises NotAllowed, SessionEnded and StepUpNeeded.
        """
        if not isinstance(principal, SessionToken):
            name = self.shell(principal)
            return Actor(name, name)
        who = self.prove(principal)
        if who.account.role != "operator" or who.account.second_factor != "on":
            self.record_of(who, "access refused", done=False)
            self.refuse(NotAllowed())
        longest = min(limits.OPERATOR_STEP_UP, self.policy.limits.step_up)
        if step_up and not self.proven_within(who, longest):
            self.record_of(who, "step-up asked", done=False)
            self.refuse(StepUpNeeded(with_code=True))
        return Actor(who.account.username, who.session.source, who)

    def over(self, session: LoginSession) -> EndReason | None:
        """Return why the session is over by the limits of D11 and the policy; none while it lives."""
        return limits.fault(
            kind_half=session.kind != "full",
            kiosk=bool(session.kiosk),
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            held_until=session.held_until,
            now=self.now,
            limits=self.policy.limits,
        )

    def stepped_up(self, who: Who) -> bool:
        """Tell whether the step-up still holds; where the clock went back behind the proof, it does not."""
        whole_life = who.session.by_backup_code and who.session.stepped_up_at is not None
        longest = self.policy.limits
        return self.proven_within(who, longest.absolute if whole_life else longest.step_up)

    def proven_within(self, who: Who, limit: timedelta) -> bool:
        """Tell whether the session proved its second factor, or without 2FA its password, so lately."""
        proven_at = who.session.stepped_up_at
        return proven_at is not None and proven_at <= self.now < proven_at + limit

    def renew(self, who: Who) -> SessionToken:
        """Give the session a new token and let the old one die (ASVS 7.2.4)."""
        token = limits.new_token()
        who.session.digest = limits.token_digest(token)
        who.session.held_until = None
        who.session.last_seen_at = self.now
        self.session.add(who.session)
        return SessionToken(token)

    def end(self, who: Who, reason: EndReason) -> None:
        """End this session."""
        who.session.ended_at = self.now
        who.session.end_reason = reason
        self.session.add(who.session)

    def end_if_covered(self, who: Who) -> bool:
        """End a session whose page was covered, once it has finished or left; tell whether it was."""
        covered = who.session.cover != "never"
        if covered:
            self.end(who, EndReason.LOGGED_OUT)
            self.record_of(who, "session ended", detail=EndReason.LOGGED_OUT)
        return covered

    def end_session(self, session_id: int, reason: EndReason, *, of: int | None = None) -> int | None:
        """End one open session, of one account where that is named.

        Return whose it was, or none where there is no such session, or it has ended already.
        """
        open_one = update(LoginSession).where(
            col(LoginSession.id) == session_id, col(LoginSession.ended_at).is_(None)
        )
        if of is not None:
            open_one = open_one.where(col(LoginSession.account_id) == of)
        ended = open_one.values(ended_at=self.now, end_reason=reason.value)
        return self.session.exec(ended.returning(col(LoginSession.account_id))).scalar()

    def may_live(self) -> ColumnElement[bool]:
        """Return the condition of sessions that may still live; `over` tells which of them do.

        What a killed process left behind stays open in the store for ever.
        """
        return and_(
            col(LoginSession.ended_at).is_(None),
            col(LoginSession.created_at) > self.now - self.policy.limits.absolute,
        )

    def end_sessions(self, account_id: int | None, reason: EndReason, *, but: Who | None = None) -> None:
        """End every session of an account, or every other one."""
        live = update(LoginSession).where(
            col(LoginSession.account_id) == account_id, col(LoginSession.ended_at).is_(None)
        )
        if but is not None:
            live = live.where(col(LoginSession.id) != but.session_id)
        self.session.exec(live.values(ended_at=self.now, end_reason=reason.value))

    def _meet_demands(self, who: Who, before: tuple[type[TwofoldError], ...]) -> None:
        for demand, why in self._demands(who):
            if not isinstance(demand, before):
                self.record_of(who, "access refused", done=False, detail=why)
                self.refuse(demand)

    def _demands(self, who: Who) -> Iterator[tuple[TwofoldError, str]]:
        """Return what the account has to do before anything else; a session half-way does it anyway."""
        if who.session.kind != "full":
            return
        if who.account.must_change_password:
            yield PasswordChangeNeeded(), "password change due"
        if self.enroll_within(who.account) == timedelta():
            yield EnrollmentNeeded(), "2FA demanded"

    def _end_refused(self, who: Who, reason: EndReason) -> NoReturn:
        self.end(who, reason)
        self.record_of(who, "session ended", detail=reason)
        self.refuse(SessionEnded(reason))

    def _refuse_forged(self, session: LoginSession) -> NoReturn:
        """Refuse a session that was not made for this account, or not with these rights (design D19).

        Nobody is named: whose it was is not known. It is told once, and ended.
        """
        assert session.id is not None  # noqa: S101 - it came out of the store
        self.end_session(session.id, EndReason.FORGED)
        why = f"session {session.id} is not as it was made"
        self.record("session refused", actor=NOBODY, source=session.source, done=False, detail=why)
        self.refuse(SessionEnded(EndReason.FORGED))

    def _refuse_stranger(self, principal: Visitor | Shell) -> NoReturn:
        source = principal.source if isinstance(principal, Visitor) else principal.host
        self.record("access refused", actor=NOBODY, source=source, done=False)
        self.refuse(NotAllowed())


def _reason(stored: str | None) -> EndReason:
    try:
        return EndReason(stored or EndReason.EXPIRED)
    except ValueError:
        return EndReason.EXPIRED
