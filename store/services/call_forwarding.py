"""Call forwarding: where an account's calls go. Twofold keeps the setting; no switchboard reads it yet."""

from sqlmodel import col, delete

from store.errors import InvalidNumber, NumberFault
from store.models import CallForwarding
from store.rules import phone_numbers
from store.services.core import Core
from store.services.principals import Principal
from store.services.views import Forwarding


class CallForwardingService:
    """Every change asks for step-up (design section 1)."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def look(self, principal: Principal) -> Forwarding:
        """Return how forwarding stands, numbers in international form."""
        with self._core.unit() as unit:
            who = unit.prove(principal)
            row = unit.session.get(CallForwarding, who.account_id)
            own = who.account.number
            return Forwarding(
                own_number=phone_numbers.display(own) if own else None,
                number=phone_numbers.display(row.number) if row else None,
                since=row.since if row else None,
            )

    def forward(self, principal: Principal, typed: str) -> Forwarding:
        """Send calls to this number from now on.

        Raises InvalidNumber and StepUpNeeded; then forwarding stands as before.
        """
        number = phone_numbers.parse(typed, self._core.settings.region)
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            if number == who.account.number:
                unit.refuse(InvalidNumber(NumberFault.OWN))
            row = unit.session.get(CallForwarding, who.account_id)
            if row is None:
                row = CallForwarding(account_id=who.account_id, number=number, since=unit.now)
            row.number, row.since = number, unit.now
            unit.session.add(row)
            unit.record_of(who, "call forwarding set", detail=phone_numbers.masked(number))
        return self.look(principal)

    def switch_off(self, principal: Principal) -> Forwarding:
        """Let calls ring here again. Raises StepUpNeeded; switching off twice is no error."""
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=True)
            gone = delete(CallForwarding).where(col(CallForwarding.account_id) == who.account_id)
            if unit.session.exec(gone.returning(col(CallForwarding.account_id))).first() is not None:
                unit.record_of(who, "call forwarding switched off")
        return self.look(principal)
