"""The password inside a session: asked again as proof, and changed (design D8, ASVS 6.2.3)."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from store.errors import AlreadyActivated, EndReason, PasswordFault, StepUpNeeded, WeakPassword, WrongPassword
from store.rules import activation, passwords, reasons
from store.rules.hashing import Verdict
from store.rules.sources import counted
from store.services import failed_hours, recovery_cases, throttle
from store.services.activating import give_activation_password
from store.services.actors import Actor, Who
from store.services.core import Core
from store.services.lookup import require_account
from store.services.notices import PASSWORD_WAS_DUE
from store.services.principals import Principal, SessionToken
from store.services.throttle import Counter, Reservation
from store.services.unit import ANY_DEMAND, NEVER_COVERED, Unit
from store.services.views import Activation


@dataclass(frozen=True)
class _Check:
    """An attempt at the password of a session's own account, verified but not yet accounted for."""

    reservation: Reservation
    changed_at: datetime
    """When the password that it was compared with was set."""
    right: bool


class Passwords:
    """Counts a wrong current password like a wrong one at log-in: a session is no way around the lock."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def step_up(self, principal: Principal, password: str) -> SessionToken:
        """Prove the password anew, where no second factor is on, and return the session's new token.

        Raises WrongPassword and Locked, and StepUpNeeded where a second factor is on: the password is none.
        """
        check = self.check(principal, password)
        with self._core.unit() as unit:
            who = unit.prove(principal, before=ANY_DEMAND)
            self.settle(unit, who, check)
            if who.account.second_factor != "off":
                unit.record_of(who, "step-up asked", done=False)
                unit.refuse(StepUpNeeded(with_code=True))
            who.session.stepped_up_at = unit.now
            unit.record_of(who, "stepped up", detail="password")
            return unit.renew(who)

    def change(self, principal: Principal, current: str, new: str) -> SessionToken:
        """Change the password; every other session of the account ends, this one gets a new token.

        Raises WrongPassword, Locked, WeakPassword and StepUpNeeded; then nothing has changed.
        """
        with self._core.unit() as unit:
            username, issuer = _prove_changer(unit, principal).account.username, unit.policy.issuer
        check_new_password(new, username, issuer)
        if _form(new) == _form(current):
            raise WeakPassword(PasswordFault.SAME)
        check = self.check(principal, current)
        new_hash = self._core.hashing.hash_password(new) if check.right else ""
        with self._core.unit() as unit:
            who = _prove_changer(unit, principal)
            self.settle(unit, who, check)
            return self._set(unit, who, new_hash)

    def choose_first(self, principal: Principal, new: str) -> SessionToken:
        """Choose one's own password in place of one that was handed over, by the log-in that it opened.

        It was typed a moment ago and proves no more a second time. Raises AlreadyActivated where there is
        none to be replaced, WeakPassword, and StepUpNeeded where the log-in is no fresh proof any more.
        """
        with self._core.unit() as unit:
            who = _prove_first(unit, principal)
            username, issuer, given = who.account.username, unit.policy.issuer, who.account.password_hash
        check_new_password(new, username, issuer)
        if self._core.hashing.verify_password(given, new) is not Verdict.WRONG:
            raise WeakPassword(PasswordFault.SAME)
        new_hash = self._core.hashing.hash_password(new)
        with self._core.unit() as unit:
            return self._set(unit, _prove_first(unit, principal), new_hash)

    def require_change(self, principal: Principal, username: str, reason: str) -> str:
        """End every session of an account, whose next log-in reaches nothing but a new password.

        Return its username. Raises NotAllowed, NoReason, UnsafeText and NoSuchAccount.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            account = require_account(unit, username)
            account.must_change_password = 1
            unit.session.add(account)
            unit.end_sessions(account.id, EndReason.ENDED_BY_OPERATOR)
            unit.record_by(actor, account, "password change asked", why)
            return account.username

    def reset(self, principal: Principal, username: str, reason: str) -> Activation:
        """Kill a password that its owner forgot, and make one for a log-in at which another is chosen.

        The second factor stays, and is asked for as ever (ASVS 6.4.3). For the host's shell alone: whoever
        could reset both a password and 2FA from a session could make any account theirs. Raises NotAllowed,
        NoReason, UnsafeText and NoSuchAccount.
        """
        with self._core.unit() as unit:
            name = unit.shell(principal)
            why = reasons.check(reason)
            account = require_account(unit, username)
            actor = Actor(name, name)
            recovery_cases.cancel_by_reset(unit, actor, account, "password")
            given = give_activation_password(unit, account)
            unit.record_by(actor, account, "password reset", why)
            return given

    def _set(self, unit: Unit, who: Who, new_hash: str) -> SessionToken:
        who.account.password_hash = new_hash
        who.account.password_changed_at = unit.now
        was_due = bool(who.account.must_change_password)
        who.account.must_change_password = 0
        who.account.activation_ends_at = None
        who.account.activation_spent = 0
        who.account.password_chosen = 1
        who.account.epoch += 1
        unit.session.add(who.account)
        unit.end_sessions(who.account_id, EndReason.CHANGED, but=who)
        unit.record_of(who, "password changed", detail=PASSWORD_WAS_DUE if was_due else "")
        return unit.renew(who)

    def check(self, principal: Principal, password: str, *, cover: tuple[str, ...] = NEVER_COVERED) -> _Check:
        """Reserve an attempt and compare; the caller settles it in the transaction of its act."""
        with self._core.unit() as unit:
            who = unit.prove(principal, cover=cover, before=ANY_DEMAND)
            subject = self._core.name_digest(who.account.username)
            counter = Counter("password", subject, counted(who.session.source), who.account_id)
            reservation = throttle.take(unit, counter, partial(_record_refusal, unit, who))
            password_hash, changed_at = who.account.password_hash, who.account.password_changed_at
        with throttle.checking(self._core, reservation):
            verdict = self._core.hashing.verify_password(password_hash, password)
        return _Check(reservation, changed_at, verdict is not Verdict.WRONG)

    def settle(self, unit: Unit, who: Who, check: _Check) -> None:
        """Count the attempt as what it was. Raises WrongPassword, and then the act must not happen."""
        if not check.right or who.account.password_changed_at != check.changed_at:
            _record_refusal(unit, who, "wrong password")
            failed_hours.count(unit)
            unit.refuse(WrongPassword())
        throttle.undo(unit, check.reservation)
        recovery_cases.cancel_by_owner(unit, who.account, who.session.source, ("password",))


def _record_refusal(unit: Unit, who: Who, why: str) -> None:
    unit.record_of(who, "password asked again", done=False, detail=why)


def _form(password: str) -> str:
    """Return the form in which one is compared with another: an activation password is forgiven its gaps."""
    return activation.canonical(password) or passwords.normalise(password)


def check_new_password(password: str, username: str, issuer: str) -> None:
    """Raise WeakPassword where the rules refuse the password for this account (D8)."""
    passwords.check(password, context=(username, issuer, "Twofold"))


def _prove_first(unit: Unit, principal: Principal) -> Who:
    """Prove a session that the password which was handed over opened: others ended when it was made."""
    who = unit.prove(principal, before=ANY_DEMAND, step_up=True)
    if who.account.activation_ends_at is None:
        unit.refuse(AlreadyActivated())
    return who


def _prove_changer(unit: Unit, principal: Principal) -> Who:
    # Without 2FA, step-up is the password, and the form asks for the current one anyway.
    who = unit.prove(principal, before=ANY_DEMAND)
    if who.account.second_factor != "on":
        return who
    return unit.prove(principal, before=ANY_DEMAND, step_up=True)
