"""Backup codes: a new set on the screen, and Agree, which makes it true (design D5 to D7)."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import col, delete, select, update

from store.errors import AlreadyOff, ChangedElsewhere, EndReason, EnrollmentEnded, EnrollmentNeeded
from store.models import Account, Authenticator, BackupCode, BackupSet, ResetCode
from store.rules import backup_codes, hashing
from store.rules import sessions as limits
from store.services import proofs, recovery_cases, throttle
from store.services.activating import spend_activation
from store.services.actors import Who
from store.services.contexts import authenticator_place, backup_code_place, code_state
from store.services.core import Core
from store.services.pending import Pending, PendingSet, Purpose
from store.services.principals import Principal, SessionToken
from store.services.sealing import next_generation, seal
from store.services.sign_in import finish_login
from store.services.unit import ANY_KIND, FINISHES, Unit
from store.services.views import BackupCodesShown


class BackupCodes:
    """Shows sets and stores the one that was agreed to."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def new_set(self, principal: Principal) -> BackupCodesShown:
        """Show a new set; the old one works until Agree. Raises StepUpNeeded."""
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            if who.account.second_factor != "on":
                unit.refuse(AlreadyOff())
            return self._show(unit, who, Pending(Purpose.NEW_CODES, who.account.epoch, unit.now))

    def set_after_last_code(self, principal: Principal) -> BackupCodesShown:
        """Show the set that follows the last backup code, which Agree then spends (D7).

        Raises EnrollmentEnded where the session has not proven a last code, or too long ago.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=("half", "full"))
            pending = self._core.pending.get(who.session_id)
            if pending is None or pending.last_code is None:
                unit.refuse(EnrollmentEnded())
            return self._show(unit, who, pending)

    def prepare(self, principal: Principal) -> None:
        """Hash the codes on the screen, so that Agree does not have to."""
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY_KIND, cover=FINISHES, before=(EnrollmentNeeded,))
            pending = self._core.pending.get(who.session_id)
        if pending is not None and pending.backup_set is not None:
            self._digests(pending.backup_set)

    def agree(self, principal: Principal) -> SessionToken | None:
        """Make true what is on the screen, all of it in one transaction (D5).

        Return the session's new token, or none where the session has ended too: 2FA was just enabled, or
        the page had been covered.
        Raises EnrollmentEnded, and ChangedElsewhere where another session was first.
        """
        self.prepare(principal)
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=ANY_KIND, cover=FINISHES, before=(EnrollmentNeeded,))
            pending = self._core.pending.get(who.session_id)
            if pending is None or pending.backup_set is None:
                unit.refuse(EnrollmentEnded())
            self._claim(unit, who, pending)
            with next_generation(unit, who.account):
                old_number = self._remove_old(unit, who, pending)
            if pending.secret:
                self._bind_authenticator(unit, who, pending)
            self._store_set(unit, who, pending.backup_set)
            token = self._close(unit, who, pending, old_number)
            session_id = who.session_id
        self._core.pending.forget(session_id)
        self._core.database.forget_deleted()
        return token

    def _show(self, unit: Unit, who: Who, pending: Pending) -> BackupCodesShown:
        pending_set = new_pending_set(who.account.last_set_number, self._core.hashing.code_cost, unit.now)
        # Shown again and again, the last code would hold a half session open for ever.
        again = pending.last_code is not None and pending.backup_set is not None
        deadline = pending.deadline if again else unit.now + limits.CODES
        pending = replace(pending, deadline=deadline, backup_set=pending_set)
        who.session.held_until = pending.deadline
        unit.session.add(who.session)
        unit.record_of(who, "backup codes shown", detail=proofs.new_set(pending_set.number))
        unit.once_committed.append(partial(self._core.pending.put, who.session_id, pending))
        return shown(pending, who, unit.policy.issuer, unit.now)

    def _digests(self, pending_set: PendingSet) -> list[bytes]:
        if pending_set.digests is None:
            codes = [backup_codes.normalise(code) for code in pending_set.codes]
            pending_set.digests = self._core.hashing.digest_codes(codes, pending_set.salt, pending_set.cost)
        return pending_set.digests

    def _claim(self, unit: Unit, who: Who, pending: Pending) -> None:
        """Take the account's epoch: of two sessions that agree at once, one gets it."""
        claimed = unit.session.exec(
            update(Account)
            .where(
                col(Account.id) == who.account_id,
                col(Account.enabled) == 1,
                col(Account.epoch) == pending.epoch,
            )
            .values(epoch=Account.epoch + 1)
            .returning(col(Account.id))
        ).first()
        if claimed is None:
            self._core.pending.forget(who.session_id)
            unit.record_of(who, pending.purpose, done=False, detail="changed in another session")
            unit.refuse(ChangedElsewhere())

    def _remove_old(self, unit: Unit, who: Who, pending: Pending) -> int | None:
        """Take away what is replaced; return the number of the old set."""
        if pending.secret:
            remove_authenticator(unit, who.account_id)
        if pending.purpose is Purpose.AFTER_RESET:
            # The reset code is spent here, and only here (D18).
            unit.session.exec(delete(ResetCode).where(col(ResetCode.account_id) == who.account_id))
        return remove_backup_set(unit, who.account_id)

    def _bind_authenticator(self, unit: Unit, who: Who, pending: Pending) -> None:
        unit.session.add(
            Authenticator(
                account_id=who.account_id,
                secret=seal(unit, pending.secret, who.account, authenticator_place(who.account_id)),
                last_step=pending.step,
                created_at=unit.now,
            )
        )
        if who.account.second_factor != "on":
            who.account.second_factor_since = unit.now
        who.account.second_factor = "on"
        who.account.had_second_factor = 1
        unit.session.add(who.account)

    def _store_set(self, unit: Unit, who: Who, pending_set: PendingSet) -> None:
        row = BackupSet(
            account_id=who.account_id,
            number=pending_set.number,
            salt=pending_set.salt,
            cost=pending_set.cost,
            created_at=pending_set.made_at,
        )
        unit.session.add(row)
        unit.session.flush()
        assert row.id is not None  # noqa: S101 - it was just stored
        for number, digest in enumerate(self._digests(pending_set), start=1):
            place = backup_code_place(who.account_id, pending_set.number, number)
            sealed = seal(unit, digest, who.account, place, code_state(None))
            unit.session.add(BackupCode(set_id=row.id, number=number, digest=sealed))
        who.account.last_set_number = pending_set.number
        unit.session.add(who.account)

    def _close(self, unit: Unit, who: Who, pending: Pending, old_number: int | None) -> SessionToken | None:
        assert pending.backup_set is not None  # noqa: S101 - the caller asked
        agreed, last = proofs.new_set(pending.backup_set.number), None
        if pending.last_code is not None:
            last = proofs.last_code(pending.last_code, old_number)
            agreed = proofs.set_after_last_code(pending.backup_set.number, last)
        unit.record_of(who, pending.purpose, detail=agreed)
        if pending.purpose in {Purpose.ENABLE, Purpose.AFTER_RESET}:
            unit.end_sessions(who.account_id, EndReason.ENABLED_2FA)
            return None
        unit.end_sessions(who.account_id, EndReason.CHANGED, but=who)
        if last is not None:
            who.session.stepped_up_at = unit.now
            recovery_cases.cancel_by_owner(unit, who.account, who.session.source, ("factor",))
            if who.session.kind == "half":
                spend_activation(unit, who.account, by=who)
                who.session.by_backup_code = 1
                who.session.kind = "full"
                who.session.created_at = unit.now
                finish_login(unit, who.account, who.session.source, last)
        if unit.end_if_covered(who):
            return None
        return unit.renew(who)


def new_pending_set(previous: int | None, cost: str, now: datetime) -> PendingSet:
    """Return a new set with another number than the one before, to be hashed at this cost."""
    return PendingSet(
        number=backup_codes.new_set_number(previous),
        codes=backup_codes.new_codes(),
        salt=hashing.new_salt(),
        cost=cost,
        made_at=now,
    )


def shown(pending: Pending, who: Who, issuer: str, now: datetime) -> BackupCodesShown:
    """Return the pending set as the screen shows it, once."""
    assert pending.backup_set is not None  # noqa: S101 - the caller made it
    return BackupCodesShown(
        codes=pending.backup_set.codes,
        set_number=pending.backup_set.number,
        username=who.account.username,
        issuer=issuer,
        made_at=pending.backup_set.made_at,
        two_factor_on=who.account.second_factor == "on",
        time_left=pending.deadline - now,
    )


def remove_authenticator(unit: Unit, account_id: int) -> None:
    """Take the secret out of the store, and with it the count of its failures."""
    gone = delete(Authenticator).where(col(Authenticator.account_id) == account_id)
    for row_id in unit.session.exec(gone.returning(col(Authenticator.id))).scalars():
        throttle.lift(unit, throttle.bound("authenticator", row_id))


def remove_backup_set(unit: Unit, account_id: int) -> int | None:
    """Take the set and its codes out of the store; return its number."""
    row = unit.session.exec(select(BackupSet).where(BackupSet.account_id == account_id)).first()
    if row is None:
        return None
    number = row.number
    unit.session.exec(delete(BackupCode).where(col(BackupCode.set_id) == row.id))
    unit.session.exec(delete(BackupSet).where(col(BackupSet.id) == row.id))
    throttle.lift(unit, throttle.bound("backup code", row.id))
    return number
