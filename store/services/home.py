"""What a person sees of the own account on Home and in Settings."""

from datetime import timedelta

from sqlmodel import col, func, select

from store.models import Authenticator, BackupSet, Call, CallForwarding
from store.rules import phone_numbers
from store.services.account_views import codes_left
from store.services.core import Core
from store.services.principals import Principal
from store.services.sessions import open_sessions
from store.services.views import Home

RECENT = timedelta(days=30)


class HomeService:
    """Reads; changes nothing."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def look(self, principal: Principal) -> Home:
        """Return how the account stands."""
        with self._core.unit() as unit:
            who = unit.prove(principal)
            account = who.account
            authenticator = unit.session.exec(
                select(Authenticator).where(Authenticator.account_id == account.id)
            ).first()
            backup_set = unit.session.exec(
                select(BackupSet).where(BackupSet.account_id == account.id)
            ).first()
            forwarding = unit.session.get(CallForwarding, account.id)
            recent = select(func.count()).where(
                Call.account_id == account.id, col(Call.at) > unit.now - RECENT, col(Call.at) <= unit.now
            )
            return Home(
                username=account.username,
                display_name=account.display_name,
                operator=account.role == "operator",
                two_factor_on=account.second_factor == "on",
                two_factor_since=authenticator.created_at if authenticator else None,
                set_number=backup_set.number if backup_set else None,
                codes_left=codes_left(unit, backup_set.id) if backup_set else None,
                password_changed_at=account.password_changed_at,
                open_sessions=len(open_sessions(unit, who.account_id)),
                forwarding_to=phone_numbers.display(forwarding.number) if forwarding else None,
                forwarding_since=forwarding.since if forwarding else None,
                recent_calls=unit.session.exec(recent).one(),
                two_factor_demanded=unit.policy.covers(operator=account.role == "operator"),
                enroll_within=unit.enroll_within(account),
            )
