"""Whether the audit log is whole, and where it is not (design D12, ASVS 16.4.2)."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, groupby

from sqlmodel import Session, select

from store.models import AuditHead
from store.services import audit
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
