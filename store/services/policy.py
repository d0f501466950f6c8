"""The policy: who must have 2FA, how long things last, and what this console is called (design D1, D11)."""

from datetime import timedelta

from sqlmodel import func, select

from store.errors import ShellsAct
from store.models import AccountTally, Policy
from store.rules import policy
from store.rules.policy import PolicyChanges, Whom
from store.services import covered
from store.services.actors import Actor
from store.services.core import Core
from store.services.in_force import view_of
from store.services.operators import require_enough
from store.services.principals import Principal
from store.services.unit import Unit
from store.services.views import Brand, PolicyView, WithoutSecondFactor

BEGIN = "twofold policy set --second-approval yes"
TURN_ON = "twofold account create NAME --operator"
"""What makes another operator, without whom the rule of two can't begin."""


class PolicyService:
    """What it sets is in force at the next call of every session, those that are open too."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def brand(self) -> Brand:
        """Return what every screen needs of it, before anybody has logged in."""
        with self._core.look() as unit:
            now = unit.policy
            return Brand(now.name, now.issuer, now.renamed, now.limits)

    def show(self, principal: Principal) -> PolicyView:
        """Return what is in force. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            return unit.policy

    def without_second_factor(self, principal: Principal) -> WithoutSecondFactor:
        """Return how many accounts that may log in have 2FA off. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
        with self._core.look() as unit:
            off = select(AccountTally.role, func.sum(AccountTally.accounts)).where(
                AccountTally.second_factor == "off", AccountTally.enabled == 1
            )
            found = dict(unit.session.exec(off.group_by(AccountTally.role)).all())
        return WithoutSecondFactor(found.get("operator", 0), found.get("user", 0))

    def set(self, principal: Principal, changes: PolicyChanges) -> PolicyView:
        """Set what the changes name and return what is in force then.

        Raises InvalidPolicy, UnsafeText, NotAllowed and StepUpNeeded; TwoNeeded where a session would lower
        the rule of two operators, ShellsAct where one would begin it, and TooFewOperators where fewer than
        two could keep it. Where nothing would change, nothing is recorded.
        """
        wanted = policy.check(changes)
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            if wanted.second_approval is False and unit.policy.second_approval:
                covered.not_alone(unit, actor, "policy changed")
            if wanted.second_approval and not unit.policy.second_approval:
                # Who owns the host says who the two are: one alone could have made the other.
                if actor.who is not None:
                    unit.record_of(
                        actor.who, "policy changed", done=False, detail="second approval: no -> yes"
                    )
                    unit.refuse(ShellsAct(BEGIN))
                require_enough(unit, TURN_ON)
            return put(unit, actor, wanted, self._core.settings.issuer)


def put(unit: Unit, actor: Actor, wanted: PolicyChanges, configured_issuer: str) -> PolicyView:
    """Set what is wanted in the unit of whoever may, and return what is in force then."""
    before = unit.policy
    stored = unit.session.get(Policy, 1)
    # A copy, so that nothing is written where nothing would change.
    row = Policy() if stored is None else Policy(**stored.model_dump())
    _apply(row, wanted)
    _begin_demand(row, before, unit)
    after = view_of(row, configured_issuer)
    if told := changed(before, after):
        unit.session.merge(row)
        detail = "; ".join(f"{what}: {old} -> {new}" for what, old, new in told)
        unit.record("policy changed", actor=actor.name, source=actor.source, detail=detail)
    return after


def changed(before: PolicyView, after: PolicyView) -> tuple[tuple[str, str, str], ...]:
    """Return what differs: its name, what it was and what it is, in words of the audit log."""
    was, now = _told(before), _told(after)
    return tuple((what, was[what], now[what]) for what in was if was[what] != now[what])


def _told(view: PolicyView) -> dict[str, str]:
    limits = view.limits
    return {
        "2FA for": view.second_factor_for,
        "grace": _span(view.grace),
        "second approval": "yes" if view.second_approval else "no",
        "idle": _span(limits.idle),
        "kiosk idle": _span(limits.kiosk_idle),
        "absolute": _span(limits.absolute),
        "step-up": _span(limits.step_up),
        "name": view.name,
        "issuer": view.issuer,
    }


def _span(length: timedelta) -> str:
    """Return a length of time in the largest unit that it is whole in: `14 d`, `8 h`, `10 min`, `105 s`."""
    for unit, one in (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1))):
        if length >= one and not length % one:
            return f"{length // one} {unit}"
    return f"{length.total_seconds():g} s"


def _apply(row: Policy, wanted: PolicyChanges) -> None:
    for name, value in vars(wanted).items():
        if value is not None:
            # A name that is emptied is none of its own any more.
            setattr(row, name, int(value) if isinstance(value, bool) else value or None)
    row.grace = row.grace or timedelta()


def _begin_demand(row: Policy, before: PolicyView, unit: Unit) -> None:
    """Begin the time of grace where more accounts must have 2FA than before; fewer keep their end."""
    order = [*Whom]
    whom = Whom(row.second_factor_for)
    if whom is Whom.NOBODY:
        row.demanded_since = None
    elif row.demanded_since is None or order.index(whom) > order.index(before.second_factor_for):
        row.demanded_since = unit.now
