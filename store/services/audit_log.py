"""Whether the audit log is whole, and where it is not (design D12, ASVS 16.4.2)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import combinations, groupby

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from store.models import Account, AuditEvent, AuditHead
from store.services import audit
from store.services.core import Core, Unit
from store.services.lookup import require_account
from store.services.principals import Principal
from store.services.views import AuditEventView
from store.vault import Vault

MOST_COMPARED = 200
"""Changed events of which each is compared with each other one."""


class Damage(StrEnum):
    """What was done to the log."""

    CHANGED = "changed"
    MISSING = "missing"
    SWAPPED = "swapped"
    CUT = "cut off"
    HEAD = "head changed"
    OLD_KEY = "under an older key"


@dataclass(frozen=True)
class Finding:
    """One place where the log is not what was written."""

    damage: Damage
    first: int
    last: int
    """Numbers of the first and the last event it is about."""


@dataclass(frozen=True)
class Verified:
    """What was found, and the head to note down elsewhere: an older copy of the store verifies too."""

    events: int
    head_seq: int
    head_mac: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Wanted:
    """Which events are asked for; what is none does not matter."""

    username: str | None = None
    """The account that an event is about."""
    event: str | None = None
    actor: str | None = None
    refused: bool = False
    """Only what was refused."""
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""


EVERYTHING = Wanted()
PAGE = 500


class AuditLog:
    """Reads the audit log."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def verify(self, principal: Principal) -> Verified:
        """Check every event against its MAC, its neighbour and the head. Raises NotAllowed."""
        with self._core.unit() as unit:
            unit.shell(principal)
        with self._core.database.read() as session:
            return verify(session, self._core.vault)

    def events(self, principal: Principal, wanted: Wanted = EVERYTHING) -> Iterator[AuditEventView]:
        """Return events, the latest first, a page at a time. Raises NotAllowed and NoSuchAccount."""
        before: int | None = None
        while True:
            with self._core.unit() as unit:
                unit.operator(principal, step_up=False)
                rows = unit.session.exec(_page(unit, wanted, before))
                views = [_view(event, username) for event, username in rows]
            yield from views
            if len(views) < PAGE:
                return
            before = views[-1].seq


def _page(unit: Unit, wanted: Wanted, before: int | None) -> Select[AuditEvent, str]:
    asked = {
        AuditEvent.event: wanted.event,
        AuditEvent.actor: wanted.actor,
        AuditEvent.outcome: "refused" if wanted.refused else None,
    }
    page = (
        select(AuditEvent, Account.username)
        .join(Account, col(Account.id) == col(AuditEvent.account_id), isouter=True)
        .order_by(col(AuditEvent.seq).desc())
        .limit(PAGE)
    )
    for column, value in asked.items():
        if value is not None:
            page = page.where(column == value)
    if wanted.username is not None:
        page = page.where(AuditEvent.account_id == require_account(unit, wanted.username).id)
    if wanted.since is not None:
        page = page.where(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        page = page.where(AuditEvent.at < wanted.until)
    return page if before is None else page.where(AuditEvent.seq < before)


def _view(row: AuditEvent, username: str | None) -> AuditEventView:
    return AuditEventView(
        row.seq, row.at, row.event, row.outcome, row.actor, username, row.source, row.detail
    )


def verify(session: Session, vault: Vault) -> Verified:
    """Return what is wrong with the chain in this store."""
    findings: list[Finding] = []
    suspects: list[audit.Link] = []
    expected, prev, key_id, events = 1, bytes(32), vault.first_key_id, 0
    for link in audit.links(session):
        events += 1
        if link.seq > expected:
            findings.append(Finding(Damage.MISSING, expected, link.seq - 1))
        gap = link.seq != expected
        # No event is written under an older key than the one before: whoever kept that key made it.
        made_later = link.key_id < key_id
        if made_later or not audit.is_sound(link, vault) or (link.prev != prev and not gap):
            suspects.append(link)
        expected, prev, key_id = link.seq + 1, link.mac, link.key_id
    findings += _named(suspects, vault)
    head = session.exec(select(AuditHead)).first()
    head_seq, head_mac = (head.seq, head.mac) if head else (0, b"")
    if head_seq >= expected:
        findings.append(Finding(Damage.CUT, expected, head_seq))
    elif (
        head_seq != expected - 1
        or not vault.has_key(key_id)
        or not hmac.compare_digest(head_mac, audit.head_mac(vault, head_seq, prev, key_id))
    ):
        findings.append(Finding(Damage.HEAD, head_seq, expected - 1))
    elif events and key_id < vault.key_id:
        findings.append(Finding(Damage.OLD_KEY, expected - 1, expected - 1))
    return Verified(events, head_seq, head_mac.hex(), tuple(sorted(findings, key=lambda each: each.first)))


def _named(suspects: list[audit.Link], vault: Vault) -> Iterator[Finding]:
    """Tell events that changed places from events that were changed."""
    unsound = {link.seq: link for link in suspects if not audit.is_sound(link, vault)}
    swapped: set[int] = set()
    # Each pair is looked at: where nearly everything was changed, that would take for ever.
    for here, there in combinations(sorted(unsound)[:MOST_COMPARED], 2):
        if audit.is_sound(unsound[here].at(there), vault):
            yield Finding(Damage.SWAPPED, here, there)
            swapped |= {here, there}
    # The event after a changed one still points at what stood there before.
    pointing = {link.seq for link in suspects if link.seq not in unsound and link.seq - 1 not in unsound}
    changed = sorted((unsound.keys() - swapped) | pointing)
    # In a row, numbers and their places keep the same distance.
    for _, run in groupby(enumerate(changed), lambda each: each[1] - each[0]):
        numbers = [number for _, number in run]
        yield Finding(Damage.CHANGED, numbers[0], numbers[-1])
