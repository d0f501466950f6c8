"""The chain of audit events: how one is added, and what makes it sound (design D12)."""

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, type_coerce
from sqlmodel import Session, SQLModel, col, select, update

from store.columns import EPOCH, MICROSECOND, BigInt
from store.models import AuditEvent, AuditHead, StoreIdentity
from store.vault import Vault

TABLE = SQLModel.metadata.tables[AuditEvent.__tablename__]
COLUMNS = [column.name for column in TABLE.c]


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


@dataclass(frozen=True)
class NewEvent:
    """What is to be written, but for its time and its place."""

    event: str
    actor: str
    source: str
    account_id: int | None = None
    done: bool = True
    detail: str = ""


def append(session: Session, vault: Vault, *, at: datetime, events: Sequence[NewEvent]) -> None:
    """Add events to the chain, in this order (ASVS 16.3).

    The head row is taken first and held to the end of the transaction, so that no two events get the
    same place.
    """
    taken = update(AuditHead).where(col(AuditHead.id) == 1).values(seq=AuditHead.seq + len(events))
    last, head = session.exec(taken.returning(col(AuditHead.seq), col(AuditHead.mac))).one()
    # Under the newest key, which another process may have made since: an old one proves nothing any more.
    vault.catch_up(session.exec(select(StoreIdentity.key_check)).one())
    before = last - len(events)
    prev = _newest(session, vault, before, head)
    key_id, rows = vault.key_id, []
    for seq, new in enumerate(events, before + 1):
        outcome = "done" if new.done else "refused"
        said = (new.event, outcome, new.actor, new.account_id, new.source, new.detail)
        mac = Link(seq, ((at - EPOCH) // MICROSECOND, *said), key_id, prev, b"").expected_mac(vault)
        rows.append(dict(zip(COLUMNS, (seq, at, *said, key_id, prev, mac), strict=True)))
        prev = mac
    # Not as objects, which take ten times as long: an import writes a million events.
    session.connection().execute(insert(TABLE), rows)
    head = head_mac(vault, last, prev, key_id)
    session.exec(update(AuditHead).where(col(AuditHead.id) == 1).values(mac=head))


def head_mac(vault: Vault, seq: int, mac: bytes, key_id: int) -> bytes:
    """Return the MAC of a head that names this event.

    It is none of the events': whoever has no key can cut events off, but not make the head that fits.
    """
    return vault.mac("audit head", json.dumps([seq, mac.hex()]).encode(), key_id)


def links(session: Session) -> Iterator[Link]:
    """Return the whole chain, oldest first, a part at a time."""
    # The time as it is stored: one that was tampered with may be none.
    at = type_coerce(col(AuditEvent.at), BigInt)
    columns = (column for column in TABLE.c if column.name != "at")
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
