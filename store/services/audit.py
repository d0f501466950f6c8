"""The chain of audit events: how one is added, and what makes it sound (design D12)."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select, update

from store.models import EPOCH, MICROSECOND, AuditEvent, AuditHead
from store.vault import Vault


@dataclass(frozen=True)
class Link:
    """One event as the chain sees it."""

    seq: int
    message: tuple[object, ...]
    """Everything the event says, but for its place."""
    key_id: int
    prev: bytes
    mac: bytes

    def at(self, seq: int) -> "Link":
        """Return the same event in another place."""
        return replace(self, seq=seq)

    def expected_mac(self, vault: Vault) -> bytes:
        """Return the MAC that this event has if nobody touched it."""
        message = json.dumps([self.seq, *self.message, self.key_id, self.prev.hex()]).encode()
        return vault.mac("audit", message, self.key_id)


def append(
    session: Session,
    vault: Vault,
    *,
    at: datetime,
    event: str,
    done: bool,
    actor: str,
    source: str,
    account_id: int | None,
    detail: str,
) -> None:
    """Add one event to the chain (ASVS 16.3).

    The head row is taken first and held to the end of the transaction, so that no two events get the
    same place.
    """
    head = update(AuditHead).where(col(AuditHead.id) == 1).values(seq=AuditHead.seq + 1)
    seq, prev = session.exec(head.returning(col(AuditHead.seq), col(AuditHead.mac))).one()
    row = AuditEvent(
        seq=seq,
        at=at,
        event=event,
        outcome="done" if done else "refused",
        actor=actor,
        account_id=account_id,
        source=source,
        detail=detail,
        key_id=vault.key_id,
        prev=prev,
        mac=b"",
    )
    row.mac = _link(row).expected_mac(vault)
    session.add(row)
    session.flush()
    session.exec(update(AuditHead).where(col(AuditHead.id) == 1).values(mac=row.mac))


def links(session: Session) -> Iterator[Link]:
    """Return the whole chain, oldest first, a part at a time."""
    for row in session.exec(
        select(AuditEvent).order_by(col(AuditEvent.seq)).execution_options(yield_per=1000)
    ):
        yield _link(row)


def is_sound(link: Link, vault: Vault) -> bool:
    """Tell whether the event is what was written in this place, whatever its neighbours are."""
    return vault.has_key(link.key_id) and hmac.compare_digest(link.mac, link.expected_mac(vault))


def _link(row: AuditEvent) -> Link:
    at = (row.at - EPOCH) // MICROSECOND
    message = (at, row.event, row.outcome, row.actor, row.account_id, row.source, row.detail)
    return Link(row.seq, message, row.key_id, row.prev, row.mac)
