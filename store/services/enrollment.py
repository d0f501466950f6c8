"""Binding an authenticator app: a pending secret, and the code that shows that the app has it (D2, D5)."""

from dataclasses import replace
from functools import partial
from typing import NoReturn

from store.errors import ClockOff, EnrollmentEnded, EnrollmentNeeded, NoResetCode, WrongCode
from store.models import ResetCode
from store.rules import sessions as limits
from store.rules import throttling, totp
from store.services.actors import Who
from store.services.backup_codes import new_pending_set, shown
from store.services.core import Core
from store.services.pending import Pending, Purpose
from store.services.principals import Principal
from store.services.unit import ANY_COVER, ANY_KIND, FINISHES, Unit
from store.services.views import BackupCodesShown, Enrollment

MAY_ENROLL = ("full", "enrolling")


class EnrollmentService:
    """Nothing of it reaches the store before Agree (`BackupCodes.agree`)."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def begin(self, principal: Principal) -> Enrollment:
        """Make a new secret and show it; what this session had begun before is dead.

        With 2FA on, this replaces the authenticator, which stays in force until Agree. Raises
        StepUpNeeded.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=MAY_ENROLL, before=(EnrollmentNeeded,))
            if who.session.kind == "full":
                who = unit.prove(principal, step_up=True, before=(EnrollmentNeeded,))
            purpose = self._purpose(unit, who)
            deadline = unit.now + limits.ENROLLMENT
            pending = Pending(purpose, who.account.epoch, deadline, secret=totp.new_secret())
            who.session.held_until = deadline
            unit.session.add(who.session)
            unit.record_of(who, "enrollment begun", detail=purpose)
            issuer, username = unit.policy.issuer, who.account.username
            view = Enrollment(
                setup_key=pending.setup_key,
                uri_parts=totp.uri_parts(issuer, username, pending.secret),
                username=username,
                issuer=issuer,
                again=bool(who.account.had_second_factor),
                replacing=purpose is Purpose.REPLACE,
                time_left=limits.ENROLLMENT,
            )
            unit.once_committed.append(partial(self._core.pending.put, who.session_id, pending))
        return view

    def confirm(self, principal: Principal, typed: str) -> BackupCodesShown:
        """Check the app's code against the pending secret, and show a new set of backup codes.

        Raises NotACode (no attempt), WrongCode, ClockOff, and EnrollmentEnded after ten misses or ten
        minutes.
        """
        code = totp.normalise(typed)
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=MAY_ENROLL, cover=FINISHES, before=(EnrollmentNeeded,))
            pending = self._pending(unit, who)
            outcome = totp.match(pending.secret, code, unit.now, None)
            if not isinstance(outcome, totp.Accepted):
                self._miss(unit, who, pending, code)
            pending = replace(
                pending,
                step=outcome.step,
                deadline=unit.now + limits.CODES,
                backup_set=new_pending_set(
                    who.account.last_set_number, self._core.hashing.code_cost, unit.now
                ),
            )
            who.session.held_until = pending.deadline
            unit.session.add(who.session)
            unit.record_of(who, "enrollment code checked")
            unit.once_committed.append(partial(self._core.pending.put, who.session_id, pending))
            return shown(pending, who, unit.policy.issuer, unit.now)

    def cancel(self, principal: Principal) -> None:
        """Leave without any change: what was pending is dead, and a session that was covered ends."""
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY_KIND, cover=ANY_COVER, before=(EnrollmentNeeded,))
            who.session.held_until = None
            who.session.last_seen_at = unit.now
            unit.session.add(who.session)
            if self._core.pending.get(who.session_id) is not None:
                unit.record_of(who, "change of second factor left")
                unit.once_committed.append(partial(self._core.pending.forget, who.session_id))
            unit.end_if_covered(who)

    def _purpose(self, unit: Unit, who: Who) -> Purpose:
        if who.session.kind == "enrolling":
            # Used in its last minute it leaves the usual time; begun again and again, this would never end.
            row = unit.session.get(ResetCode, who.account_id)
            if row is None or unit.now >= row.expires_at + limits.ENROLLMENT:
                unit.refuse(NoResetCode())
            return Purpose.AFTER_RESET
        return Purpose.REPLACE if who.account.second_factor == "on" else Purpose.ENABLE

    def _pending(self, unit: Unit, who: Who) -> Pending:
        pending = self._core.pending.get(who.session_id)
        if pending is None or not pending.secret or pending.backup_set is not None:
            unit.refuse(EnrollmentEnded())
        return pending

    def _miss(self, unit: Unit, who: Who, pending: Pending, code: str) -> NoReturn:
        pending.misses += 1
        unit.record_of(who, "enrollment code checked", done=False, detail=f"miss {pending.misses}")
        if pending.misses >= throttling.ENROLLMENT_MISSES:
            self._core.pending.forget(who.session_id)
            who.session.held_until = None
            who.session.last_seen_at = unit.now
            unit.session.add(who.session)
            unit.end_if_covered(who)
            unit.refuse(EnrollmentEnded())
        off = totp.seconds_off(pending.secret, code, unit.now)
        unit.refuse(WrongCode() if off is None else ClockOff(off))
