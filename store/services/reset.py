"""The one way back for someone who lost everything: an operator's reset and its code (design D18)."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, delete

from store.errors import (
    AlreadyOff,
    CaseNeeded,
    EndReason,
    FactorDisabled,
    FactorSuspended,
    NoResetCode,
    WrongResetCode,
)
from store.models import Account, ResetCode
from store.rules import backup_codes, hashing, reasons, throttling
from store.rules import sessions as limits
from store.services import covered, failed_hours, recovery_cases, throttle
from store.services.actors import Actor, Who
from store.services.backup_codes import remove_authenticator, remove_backup_set
from store.services.contexts import reset_code_place
from store.services.core import Core
from store.services.lookup import require_account
from store.services.operators import leave_an_operator
from store.services.principals import Principal, SessionToken
from store.services.sealing import next_generation, open_sealed, seal
from store.services.unit import Unit


@dataclass(frozen=True)
class NewResetCode:
    """A reset code, and what the store keeps of it."""

    shown: str = field(repr=False)
    salt: bytes = field(repr=False)
    cost: str
    digest: bytes = field(repr=False)


class Reset:
    """Kills the second factor and leaves it demanded: a reset opens nothing but enrollment."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def reset_two_factor(self, principal: Principal, username: str, reason: str) -> str:
        """Take secret and backup codes away at once and return the reset code, shown this once.

        A second reset kills the code of the first. Raises NotAllowed, NoReason, UnsafeText, NoSuchAccount,
        CaseNeeded to a session where policy demands two operators, AlreadyOff where 2FA is off and there is
        nothing to reset, and LastOperator where a session would take away the last operator who can log in:
        the host's shell, which is always there, may.
        """
        code = new_reset_code(self._core)
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason)
            account = require_account(unit, username)
            covered.not_alone(unit, actor, "2FA reset", account, CaseNeeded())
            if actor.who is not None:
                command = f"twofold account reset-2fa {account.username} --reason TEXT"
                leave_an_operator(unit, actor, account, command)
            recovery_cases.cancel_by_reset(unit, actor, account, "factor")
            reset(unit, actor, account, code, why)
        self._core.database.forget_deleted()
        return code.shown

    def use_code(self, principal: Principal, typed: str) -> SessionToken:
        """Check the reset code; the session then reaches enrollment and nothing else.

        The code is spent at Agree. Raises NotACode (no attempt), NoResetCode where it has expired or was
        spent, Locked, FactorDisabled, FactorSuspended and WrongResetCode.
        """
        code = backup_codes.normalise(typed)
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=("half",))
            record = partial(_record_refusal, unit, who)
            if recovery_cases.is_suspended(unit, who.account_id):
                record("suspended")
                unit.refuse(FactorSuspended())
            row = unit.session.get(ResetCode, who.account_id)
            if who.account.second_factor != "reset" or row is None or not _in_force(row, unit.now):
                record("none in force")
                unit.refuse(NoResetCode())
            counter = throttle.bound("reset code", who.account_id, who.account_id)
            reservation = throttle.take(unit, counter, record)
            if reservation.failures > throttling.MAX_IN_A_ROW:
                record("disabled")
                unit.refuse(FactorDisabled())
            salt, cost = row.salt, row.cost
            place = reset_code_place(who.account_id)
            refused = partial(unit.record_of, who, "reset code checked", done=False)
            right_digest = open_sealed(unit, row.digest, who.account, place, record=refused)
        with throttle.checking(self._core, reservation):
            [digest] = self._core.hashing.digest_codes([code], salt, cost)
        with self._core.unit() as unit:
            who = unit.prove(principal, kinds=("half",))
            row = unit.session.get(ResetCode, who.account_id)
            right = hmac.compare_digest(right_digest, digest)
            # By its salt, not its digest: a rotation of the key seals the same digest anew.
            if not right or row is None or row.salt != salt:
                _record_refusal(unit, who, "wrong code")
                failed_hours.count(unit)
                unit.refuse(WrongResetCode())
            throttle.succeed(unit, reservation)
            token = unit.renew(who)
            who.session.kind = "enrolling"
            who.session.held_until = unit.now + limits.ENROLLMENT
            unit.record_of(who, "reset code checked")
            return token


def new_reset_code(core: Core) -> NewResetCode:
    """Return a code that nobody knows yet; hashed here, so that no transaction waits for it."""
    code, salt, cost = backup_codes.new_code(), hashing.new_salt(), core.hashing.code_cost
    [digest] = core.hashing.digest_codes([backup_codes.normalise(code)], salt, cost)
    return NewResetCode(code, salt, cost, digest)


def reset(unit: Unit, actor: Actor, account: Account, code: NewResetCode, why: str) -> None:
    """Kill the second factor and every session, and let this code alone lead to a new one.

    Raises AlreadyOff, which undoes the whole act, where 2FA is off.
    """
    assert account.id is not None  # noqa: S101 - it came out of the store
    if account.second_factor == "off":
        raise AlreadyOff
    with next_generation(unit, account):
        remove_authenticator(unit, account.id)
        remove_backup_set(unit, account.id)
        unit.session.exec(delete(ResetCode).where(col(ResetCode.account_id) == account.id))
    throttle.lift(unit, throttle.bound("reset code", account.id))
    unit.session.add(
        ResetCode(
            account_id=account.id,
            salt=code.salt,
            cost=code.cost,
            digest=seal(unit, code.digest, account, reset_code_place(account.id)),
            created_at=unit.now,
            expires_at=unit.now + limits.RESET_CODE,
        )
    )
    account.second_factor = "reset"
    account.second_factor_since = None
    account.epoch += 1
    unit.session.add(account)
    unit.end_sessions(account.id, EndReason.CHANGED)
    unit.record_by(actor, account, "2FA reset", why)


def _record_refusal(unit: Unit, who: Who, why: str) -> None:
    unit.record_of(who, "reset code checked", done=False, detail=why)


def _in_force(row: ResetCode, now: datetime) -> bool:
    # A clock set back would lengthen its hour; by seconds it steps back in the ordinary course.
    return row.created_at - timedelta(minutes=1) <= now < row.expires_at
