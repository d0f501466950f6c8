"""The audit log: one row for each security event, in the act's own transaction (design D12)."""

import hmac
import json
from datetime import datetime

from sqlmodel import Session, col, select, update

from store.models import EPOCH, MICROSECOND, AuditEvent, AuditHead
from store.vault import Vault


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
    row.mac = vault.mac("audit", _message(row), row.key_id)
    session.add(row)
    session.flush()
    session.exec(update(AuditHead).where(col(AuditHead.id) == 1).values(mac=row.mac))


def chain_is_whole(session: Session, vault: Vault) -> bool:
    """Tell whether no event was changed, taken out, swapped or cut off the end."""
    prev, seq = bytes(32), 0
    for row in session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))):
        seq += 1
        if row.seq != seq or row.prev != prev or not vault.has_key(row.key_id):
            return False
        if not hmac.compare_digest(row.mac, vault.mac("audit", _message(row), row.key_id)):
            return False
        prev = row.mac
    head = session.exec(select(AuditHead)).first()
    return head is not None and (head.seq, head.mac) == (seq, prev)


def _message(row: AuditEvent) -> bytes:
    at = (row.at - EPOCH) // MICROSECOND
    fields = [row.seq, at, row.event, row.outcome, row.actor, row.account_id, row.source, row.detail]
    return json.dumps([*fields, row.key_id, row.prev.hex()]).encode()
