"""The account's own calls, newest first, the numbers masked until step-up."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import col, func, select

from store.errors import InvalidNumber, NoSuchAccount, NumberFault
from store.models import Account, Call
from store.rules import phone_numbers, usernames
from store.services.core import Core
from store.services.principals import Principal
from store.services.views import CallEntry, CallPage

Direction = Literal["in", "out", "missed"]

E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class NewCall:
    """One call, as a switchboard reports it."""

    at: datetime
    direction: Direction
    number: str | None
    """The other side, E.164, whatever it costs to call; none where it was withheld."""
    seconds: int | None
    """Length of the call; none where it was missed."""

    def __post_init__(self) -> None:
        """Refuse a call that cannot have been."""
        if (self.seconds is None) != (self.direction == "missed") or (self.seconds or 0) < 0:
            raise ValueError("the length does not fit the direction")


class CallHistory:
    """Nobody sees another account's calls: the session names the account, not the caller."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def page(self, principal: Principal, *, first: int, size: int, whole_numbers: bool = False) -> CallPage:
        """Return `size` calls from place `first`, counted from 1 at the newest.

        Raises StepUpNeeded where whole numbers are asked for.
        """
        with self._core.unit() as unit:
            who = unit.prove(principal, step_up=whole_numbers)
            own = Call.account_id == who.account_id
            total = unit.session.exec(select(func.count()).where(own)).one()
            first = max(1, min(first, total))
            rows = unit.session.exec(
                select(Call)
                .where(own)
                .order_by(col(Call.at).desc(), col(Call.id).desc())
                .offset(first - 1)
                .limit(size)
            ).all()
            return CallPage(
                calls=tuple(_entries(rows, whole_numbers=whole_numbers)),
                first=first,
                total=total,
                masked=not whole_numbers,
            )

    def record(self, principal: Principal, username: str, calls: Sequence[NewCall]) -> int:
        """Add calls to an account's history, all of them or none; return how many.

        Raises NotAllowed, NoSuchAccount and InvalidNumber. One audit event stands for the batch.
        """
        with self._core.unit() as unit:
            actor = unit.shell(principal)
            known = select(Account.id).where(Account.username == usernames.attempted(username))
            account_id = unit.session.exec(known).first()
            if account_id is None:
                unit.refuse(NoSuchAccount(username))
            if any(call.number is not None and not E164.fullmatch(call.number) for call in calls):
                unit.refuse(InvalidNumber(NumberFault.NOT_A_NUMBER))
            unit.session.add_all(
                Call(
                    account_id=account_id,
                    at=call.at,
                    direction=call.direction,
                    number=call.number,
                    seconds=call.seconds,
                )
                for call in calls
            )
            unit.record(
                "calls recorded", actor=actor, source=actor, account_id=account_id, detail=str(len(calls))
            )
        return len(calls)


def _entries(rows: Iterable[Call], *, whole_numbers: bool) -> Iterable[CallEntry]:
    form = phone_numbers.display if whole_numbers else phone_numbers.masked
    for row in rows:
        assert row.id is not None  # noqa: S101 - it came out of the store
        yield CallEntry(row.id, row.at, row.direction, form(row.number) if row.number else None, row.seconds)
