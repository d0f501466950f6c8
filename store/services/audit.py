"""The chain of audit events: how one is added, and what makes it sound (design D12)."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import type_coerce
from sqlmodel import Session, SQLModel, col, select, update

from store.columns import EPOCH, MICROSECOND, BigInt
from store.models import AuditEvent, AuditHead, StoreIdentity
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
    taken = update(AuditHead).where(col(AuditHead.id) == 1).values(seq=AuditHead.seq + 1)
    seq, head = session.exec(taken.returning(col(AuditHead.seq), col(AuditHead.mac))).one()
    # Under the newest key, which another process may have made since: an old one proves nothing any more.
    vault.catch_up(session.exec(select(StoreIdentity.key_check)).one())
    prev = _newest(session, vault, seq - 1, head)
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
    row.mac = _link(row, (at - EPOCH) // MICROSECOND).expected_mac(vault)
    session.add(row)
    session.flush()
    mac = head_mac(vault, row.seq, row.mac, row.key_id)
    session.exec(update(AuditHead).where(col(AuditHead.id) == 1).values(mac=mac))


def head_mac(vault: Vault, seq: int, mac: bytes, key_id: int) -> bytes:
    """Return the MAC of a head that names this event.

    It is none of the events': whoever has no key can cut events off, but not make the head that fits.
    """
    return vault.mac("audit head", json.dumps([seq, mac.hex()]).encode(), key_id)


def links(session: Session) -> Iterator[Link]:
    """Return the whole chain, oldest first, a part at a time."""
    # The time as it is stored: one that was tampered with may be none.
    at = type_coerce(col(AuditEvent.at), BigInt)
    columns = (
        column for column in SQLModel.metadata.tables[AuditEvent.__tablename__].c if column.name != "at"
    )
    rows = select(at.label("at"), *columns).order_by(col(AuditEvent.seq))
    for row in session.exec(rows.execution_options(yield_per=1000)):
        yield _link(row, row.at)


def is_sound(link: Link, vault: Vault) -> bool:
    """Tell whether the event is what was written in this place, whatever its neighbours are."""
    return vault.has_key(link.key_id) and hmac.compare_digest(link.mac, link.expected_mac(vault))


def _newest(session: Session, vault: Vault, seq: int, head: bytes) -> bytes:
    """Return the MAC of the newest event, for the next one to point at; none where the head does not fit it.

    Then the next one points at nothing, and stays a sign of what was done to the log before it.
    """
    found = select(AuditEvent.mac, AuditEvent.key_id).where(AuditEvent.seq == seq)
    mac, key_id = session.exec(found).first() or (bytes(32), vault.first_key_id)
    fits = vault.has_key(key_id) and hmac.compare_digest(head, head_mac(vault, seq, mac, key_id))
    return mac if fits else b""


def _link(row: AuditEvent, at: int) -> Link:
    message = (at, row.event, row.outcome, row.actor, row.account_id, row.source, row.detail)
    return Link(row.seq, message, row.key_id, row.prev, row.mac)
