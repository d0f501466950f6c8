"""A page of secrets that nobody was at any more: covered, and uncovered by who began the session (D11)."""

from functools import partial

from store.errors import NotAllowed
from store.rules import totp
from store.rules.sources import counted
from store.services import flood, proofs
from store.services.actors import Who
from store.services.core import Core
from store.services.passwords import Passwords
from store.services.principals import Principal
from store.services.second_factor import SecondFactor
from store.services.unit import ANY_COVER, ANY_DEMAND, ANY_KIND, Unit
from store.services.views import Uncovering


class Covering:
    """Once its page was covered, a session finishes or leaves what it began, and does nothing else."""

    def __init__(self, core: Core, passwords: Passwords, second_factor: SecondFactor) -> None:
        """Work on one open store; passwords and codes are counted where every other one is."""
        self._core = core
        self._passwords = passwords
        self._second_factor = second_factor

    def cover(self, principal: Principal) -> None:
        """Note that the session's page is covered: nobody goes on before it is uncovered."""
        with self._core.unit() as unit:
            _cover(unit, unit.prove(principal, kinds=ANY_KIND, cover=ANY_COVER, before=ANY_DEMAND))

    def uncover(self, principal: Principal, password: str, code: str) -> None:
        """Take what began the session, so that it may go on: the password, and with 2FA on a code.

        Raises NotAllowed where a backup or a reset code began it, NotACode (no attempt), and what a wrong
        password or code raises at Log in: WrongPassword, WrongCode, SpentCode, Locked and their like.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, cover=ANY_COVER, before=ANY_DEMAND)
            # Where the console could not say so when it covered the page.
            _cover(unit, who)
            by = who.uncovering
            if by is Uncovering.NOTHING:
                unit.record_of(who, "access refused", done=False, detail="begun by a backup code")
                unit.refuse(NotAllowed())
        digits = totp.normalise(code) if by is Uncovering.CODE else ""
        check = self._passwords.check(principal, password, cover=ANY_COVER)
        with self._core.unit() as unit:
            who = unit.prove(principal, cover=ANY_COVER, before=ANY_DEMAND)
            if not check.right:
                flood.count(unit, counted(who.session.source))
            self._passwords.settle(unit, who, check)
            if who.uncovering is Uncovering.PASSWORD:
                _uncover(unit, who, by="password")
                return
        self._second_factor.check(principal, digits, partial(_uncover, by=proofs.CODE), cover=ANY_COVER)


def _cover(unit: Unit, who: Who) -> None:
    if who.session.cover != "covered":
        who.session.cover = "covered"
        unit.session.add(who.session)
        unit.record_of(who, "page covered")


def _uncover(unit: Unit, who: Who, *, by: str) -> None:
    who.session.cover = "uncovered"
    unit.session.add(who.session)
    unit.record_of(who, "page uncovered", detail=by)
