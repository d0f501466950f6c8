"""Turning the second factor off (design section 4 step 10)."""

from store.errors import AlreadyOff, EndReason, SecondFactorDemanded
from store.services.actors import Actor, Who
from store.services.backup_codes import remove_authenticator, remove_backup_set
from store.services.core import Core
from store.services.operators import leave_two
from store.services.passwords import Passwords
from store.services.principals import Principal, SessionToken
from store.services.sealing import next_generation
from store.services.unit import Unit


class TwoFactor:
    """Takes the authenticator and the backup codes out of the store together."""

    def __init__(self, core: Core, passwords: Passwords) -> None:
        """Work on one open store."""
        self._core = core
        self._passwords = passwords

    def disable(self, principal: Principal, password: str) -> SessionToken:
        """Turn 2FA off; every other session ends, this one gets a new token (ASVS 7.5.1).

        Raises StepUpNeeded before the password is looked at, WrongPassword, Locked, AlreadyOff,
        SecondFactorDemanded where the policy demands 2FA, and TooFewOperators where it asks for two.
        """
        with self._core.unit() as unit:
            _require_free(unit, unit.prove(principal, step_up=True))
        check = self._passwords.check(principal, password)
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            _require_free(unit, who)
            self._passwords.settle(unit, who, check)
            with next_generation(unit, who.account):
                remove_authenticator(unit, who.account_id)
                remove_backup_set(unit, who.account_id)
            who.account.second_factor = "off"
            who.account.second_factor_since = None
            who.account.epoch += 1
            # What proved the second factor is gone; the password was proven just now and takes its place.
            who.session.stepped_up_at = unit.now
            unit.session.add(who.account)
            unit.end_sessions(who.account_id, EndReason.CHANGED, but=who)
            unit.record_of(who, "2FA disabled")
            token = unit.renew(who)
        self._core.database.forget_deleted()
        return token


def _require_free(unit: Unit, who: Who) -> None:
    if who.account.second_factor != "on":
        unit.refuse(AlreadyOff())
    if unit.policy.covers(operator=who.account.role == "operator"):
        unit.record_of(who, "2FA disabled", done=False, detail="demanded")
        unit.refuse(SecondFactorDemanded())
    actor = Actor(who.account.username, who.session.source, who)
    leave_two(unit, actor, who.account, "twofold policy set --second-approval no")
