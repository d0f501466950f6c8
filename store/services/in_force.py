"""The policy that is in force: what the store says, and the design where it says nothing."""

from sqlmodel import Session

from store.models import Policy
from store.rules.policy import Whom
from store.rules.sessions import AS_DESIGNED, Limits
from store.services.views import PolicyView


def in_force(session: Session, configured_issuer: str) -> PolicyView:
    """Return the policy as it is in this transaction; the row is read by its key."""
    return view_of(session.get(Policy, 1) or Policy(), configured_issuer)


def view_of(row: Policy, configured_issuer: str) -> PolicyView:
    """Return what a row makes of the design."""
    issuer = row.issuer or configured_issuer
    return PolicyView(
        second_factor_for=Whom(row.second_factor_for),
        grace=row.grace,
        demanded_since=row.demanded_since,
        second_approval=bool(row.second_approval),
        limits=Limits(
            idle=row.idle or AS_DESIGNED.idle,
            kiosk_idle=row.kiosk_idle or AS_DESIGNED.kiosk_idle,
            absolute=row.absolute or AS_DESIGNED.absolute,
            step_up=row.step_up or AS_DESIGNED.step_up,
        ),
        name=row.name or issuer,
        issuer=issuer,
        renamed=row.issuer is not None,
    )
