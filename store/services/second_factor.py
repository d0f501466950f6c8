"""Proving the second factor: at log-in, and again inside a session as step-up (design D2 to D4, D7)."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NoReturn, TypeVar

from sqlalchemy import or_
from sqlmodel import col, select, update

from store.errors import (
    AlreadyOff,
    ChangedElsewhere,
    ClockWentBack,
    FactorDisabled,
    FactorSuspended,
    PasswordChangeNeeded,
    SpentCode,
    TwofoldError,
    UsedBackupCode,
    WrongBackupCode,
    WrongCode,
)
from store.models import Authenticator, BackupCode, BackupSet
from store.rules import backup_codes, throttling, totp
from store.rules import sessions as limits
from store.services import failed_hours, proofs, recovery_cases, throttle
from store.services.activating import spend_activation
from store.services.actors import Who
from store.services.contexts import authenticator_place, backup_code_place, code_state
from store.services.core import Core
from store.services.pending import Pending, Purpose
from store.services.principals import Principal
from store.services.sealing import next_generation, open_sealed
from store.services.sign_in import finish_login
from store.services.throttle import Reservation
from store.services.unit import NEVER_COVERED, Unit
from store.services.views import LastBackupCode, LoggedIn

T = TypeVar("T")

PROVABLE = ("half", "full")


@dataclass(frozen=True)
class _Digest:
    number: int
    digest: bytes = field(repr=False)


class SecondFactor:
    """A half session that proves it becomes full; a full one has stepped up."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def verify(self, principal: Principal, typed: str) -> LoggedIn:
        """Check a code of the authenticator app.

        Raises NotACode (no attempt), Locked, WrongCode, SpentCode, ClockWentBack, FactorDisabled and
        FactorSuspended.
        """
        return self.check(principal, totp.normalise(typed), partial(self._proven, by=proofs.CODE))

    def check(
        self,
        principal: Principal,
        code: str,
        then: Callable[[Unit, Who], T],
        *,
        cover: tuple[str, ...] = NEVER_COVERED,
    ) -> T:
        """Spend a code of the app, and do `then` in the same transaction. Raises what `verify` does."""
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=PROVABLE, cover=cover, before=(PasswordChangeNeeded,))
            row = _authenticator(unit, who)
            reservation = self._reserve(unit, who, "authenticator", row.id, disabled=row.disabled_at)
            row_id, place = row.id, authenticator_place(who.account_id)
            record = partial(unit.record_of, who, "code checked", done=False)
            secret = open_sealed(unit, row.secret, who.account, place, record=record)
            outcome = totp.match(secret, code, unit.now, row.last_step)
            del secret
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=PROVABLE, cover=cover, before=(PasswordChangeNeeded,))
            if _authenticator(unit, who).id != row_id:
                unit.refuse(ChangedElsewhere())
            if isinstance(outcome, totp.Accepted) and self._spend_step(unit, row_id, outcome.step):
                throttle.succeed(unit, reservation)
                return then(unit, who)
            if isinstance(outcome, totp.Wrong):
                if reservation.failures >= throttling.MAX_IN_A_ROW:
                    _disable(unit, Authenticator, row_id)
                unit.record_of(who, "code checked", done=False, detail="wrong code")
                failed_hours.count(unit)
                unit.refuse(WrongCode())
            if isinstance(outcome, totp.ClockWentBack):
                self._not_counted(unit, who, reservation, "clock went back", ClockWentBack())
            return self._not_counted(unit, who, reservation, "spent code", SpentCode())

    def use_backup_code(self, principal: Principal, typed: str) -> LoggedIn | LastBackupCode:
        """Check a backup code and spend it, but for the last one, which only Agree spends (D7).

        Raises NotACode (no attempt), Locked, WrongBackupCode, UsedBackupCode, FactorDisabled and
        FactorSuspended.
        """
        code = backup_codes.normalise(typed)
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=PROVABLE, before=(PasswordChangeNeeded,))
            row = _backup_set(unit, who)
            reservation = self._reserve(unit, who, "backup code", row.id, disabled=row.disabled_at)
            set_id, number, salt, cost = row.id, row.number, row.salt, row.cost
            digests = _digests(unit, who, row)
        with throttle.checking(self._core, reservation):
            [digest] = self._core.hashing.digest_codes([code], salt, cost)
        found = None
        for each in digests:
            if hmac.compare_digest(each.digest, digest):
                found = each
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=PROVABLE, before=(PasswordChangeNeeded,))
            if _backup_set(unit, who).id != set_id:
                unit.refuse(ChangedElsewhere())
            if found is None:
                if reservation.failures >= throttling.MAX_IN_A_ROW:
                    _disable(unit, BackupSet, set_id)
                unit.record_of(who, "backup code checked", done=False, detail="wrong code")
                failed_hours.count(unit)
                unit.refuse(WrongBackupCode())
            return self._spend_backup_code(unit, who, reservation, number, found.number, set_id)

    def _spend_backup_code(
        self, unit: Unit, who: Who, reservation: Reservation, set_number: int, number: int, set_id: int | None
    ) -> LoggedIn | LastBackupCode:
        used_at = _unused_and_used(unit, set_id, number)[1]
        if used_at is not None:
            unit.record_of(who, "backup code checked", done=False, detail=f"used code {number}")
            if self._count_spent_try(unit, who):
                throttle.give_back(unit, reservation)
            unit.refuse(UsedBackupCode(number, used_at))
        # Clearing the counter also holds its row to the commit, so that of two codes tried at once the
        # second is counted after the first was spent: the last one cannot go without Agree.
        throttle.succeed(unit, reservation)
        unused, used_at = _unused_and_used(unit, set_id, number)
        if unused == 1 and used_at is None:
            self._hold_last_code(unit, who, number)
            return LastBackupCode(number, set_number)
        spend = update(BackupCode).where(
            col(BackupCode.set_id) == set_id,
            col(BackupCode.number) == number,
            col(BackupCode.used_at).is_(None),
        )
        spent = spend.values(used_at=unit.now).returning(col(BackupCode.number))
        with next_generation(unit, who.account):
            if unit.session.exec(spent).first() is None:
                unit.record_of(who, "backup code checked", done=False, detail=f"used code {number}")
                unit.refuse(UsedBackupCode(number, used_at or unit.now))
        one_less = update(BackupSet).where(col(BackupSet.id) == set_id)
        unit.session.exec(one_less.values(unused=unused - 1))
        if who.session.kind == "half":
            who.session.by_backup_code = 1
        logged_in = self._proven(unit, who, proofs.backup_code(number, set_number))
        return replace(logged_in, backup_code_used=number, set_number=set_number, codes_left=unused - 1)

    def _hold_last_code(self, unit: Unit, who: Who, number: int) -> None:
        deadline = unit.now + limits.CODES
        who.session.held_until = deadline
        unit.session.add(who.session)
        pending = Pending(Purpose.LAST_CODE, who.account.epoch, deadline, last_code=number)
        unit.once_committed.append(partial(self._core.pending.put, who.session_id, pending))
        unit.record_of(who, "backup code checked", detail=f"last code {number}, kept until Agree")

    def _reserve(
        self, unit: Unit, who: Who, factor: str, row_id: int | None, *, disabled: datetime | None
    ) -> Reservation:
        def record(why: str) -> None:
            event = "code checked" if factor == "authenticator" else f"{factor} checked"
            unit.record_of(who, event, done=False, detail=why)

        if recovery_cases.is_suspended(unit, who.account_id):
            record("suspended")
            unit.refuse(FactorSuspended())
        if disabled is not None:
            record("disabled")
            unit.refuse(FactorDisabled())
        return throttle.take(unit, throttle.bound(factor, row_id, who.account_id), record)

    def _spend_step(self, unit: Unit, row_id: int | None, step: int) -> bool:
        """Accept a step once: of sixteen processes with the same right code, one gets it (D3)."""
        spent = update(Authenticator).where(
            col(Authenticator.id) == row_id,
            or_(col(Authenticator.last_step).is_(None), col(Authenticator.last_step) < step),
        )
        taken = unit.session.exec(spent.values(last_step=step).returning(col(Authenticator.id))).first()
        return taken is not None

    def _not_counted(
        self, unit: Unit, who: Who, reservation: Reservation, why: str, error: TwofoldError
    ) -> NoReturn:
        unit.record_of(who, "code checked", done=False, detail=why)
        if self._count_spent_try(unit, who):
            throttle.give_back(unit, reservation)
        unit.refuse(error)

    def _count_spent_try(self, unit: Unit, who: Who) -> bool:
        """Count a spent code; tell whether it is still free of charge (at most ten in a session, D4)."""
        who.session.spent_tries += 1
        unit.session.add(who.session)
        return who.session.spent_tries <= throttling.SPENT_PER_SESSION

    def _proven(self, unit: Unit, who: Who, by: str) -> LoggedIn:
        login = who.session.kind == "half"
        token = unit.renew(who)
        who.session.stepped_up_at = unit.now
        if login:
            who.session.kind = "full"
            who.session.created_at = unit.now
            spend_activation(unit, who.account, by=who)
            notices = finish_login(unit, who.account, who.session.source, by)
            return LoggedIn(
                token,
                who.account.username,
                notices=notices,
                must_change_password=bool(who.account.must_change_password),
            )
        unit.record_of(who, "stepped up", detail=by)
        recovery_cases.cancel_by_owner(unit, who.account, who.session.source, ("factor",))
        return LoggedIn(token, who.account.username)


def _authenticator(unit: Unit, who: Who) -> Authenticator:
    row = unit.session.exec(select(Authenticator).where(Authenticator.account_id == who.account_id)).first()
    return row if row is not None else unit.refuse(AlreadyOff())


def _backup_set(unit: Unit, who: Who) -> BackupSet:
    row = unit.session.exec(select(BackupSet).where(BackupSet.account_id == who.account_id)).first()
    return row if row is not None else unit.refuse(AlreadyOff())


def _digests(unit: Unit, who: Who, of_set: BackupSet) -> list[_Digest]:
    """Return the digests of a set, opened: each as unused or used as its row says."""
    found, record = [], partial(unit.record_of, who, "backup code checked", done=False)
    for row in unit.session.exec(select(BackupCode).where(BackupCode.set_id == of_set.id)):
        place = backup_code_place(who.account_id, of_set.number, row.number)
        state = code_state(row.used_at)
        digest = open_sealed(unit, row.digest, who.account, place, state, record=record)
        found.append(_Digest(row.number, digest))
    return found


def _unused_and_used(unit: Unit, set_id: int | None, number: int) -> tuple[int, datetime | None]:
    """Return how many codes of the set are unused, and when this one was used."""
    rows = unit.session.exec(
        select(BackupCode.number, BackupCode.used_at).where(BackupCode.set_id == set_id)
    ).all()
    return sum(used_at is None for _, used_at in rows), dict(rows)[number]


def _disable(unit: Unit, table: type[Authenticator | BackupSet], row_id: int | None) -> None:
    unit.session.exec(update(table).where(col(table.id) == row_id).values(disabled_at=unit.now))
