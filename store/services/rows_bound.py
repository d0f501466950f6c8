"""The step of an upgrade that takes the key: sealed values are bound to whom they are for (design D19)."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select, update

from store.errors import EndReason, StoreUnusable
from store.key_file import retire_keys
from store.models import Account, LoginSession, StoreIdentity
from store.services.binding import sealed_values
from store.services.core import Core
from store.vault import Vault

ACTOR = "upgrade"
BOUND, RESTORED = "rows sealed", "store restored"
"""The events that begin a timeline."""


def bind_rows(core: Core) -> None:
    """Bind what was sealed before it could be, and have the key file say which key opens it.

    All of it is one transaction: wherever it stops, the next one to open the store begins anew. Sessions end,
    since nothing shows that they are what the program made. Raises StoreUnusable and KeyUnusable.
    """
    with core.database.read() as session:
        bound = core.vault.is_check(session.exec(select(StoreIdentity.key_check)).one())
    if not bound:
        with core.unit(much=True) as unit:
            # Looked at again under the lock: of two that open the store at once, one does it.
            if core.vault.is_unbound_check(unit.identity.key_check):
                with core.database.read() as before:
                    sealed, damaged = seal_all(before, unit.session, core.vault, bound=False)
                end_open_sessions(unit.session, unit.now, EndReason.UPGRADED)
                copy = core.database.as_it_was
                detail = f"{sealed} values, {damaged} damaged" + (f"; as it was: {copy.name}" if copy else "")
                unit.record(BOUND, actor=ACTOR, source=ACTOR, detail=detail)
        core.database.forget_deleted()
    if core.vault.is_unsaid:
        with core.unit() as unit:
            retire_keys(core.settings.keys_folder, unit.identity.store_id)
            core.vault.read_again()


def new_timeline() -> str:
    """Return what tells the values that are sealed from now on from all that were sealed before."""
    return secrets.token_hex(8)


def seal_all(before: Session, session: Session, vault: Vault, *, bound: bool) -> tuple[int, int]:
    """Seal every value of the store anew and begin a timeline; return how many those were, and how many not.

    What `before` reads stands still meanwhile. A value that does not open is left as it is.
    """
    timeline, sealed, damaged = new_timeline(), 0, 0
    identity = update(StoreIdentity).values(timeline=timeline, key_check=vault.check_value())
    session.exec(identity)
    session.exec(update(Account).where(col(Account.generation) != 0).values(generation=0))
    for each in sealed_values(before):
        try:
            value = vault.open(each.value, each.context if bound else each.place)
        except StoreUnusable:
            damaged += 1
        else:
            owner = replace(each.owner, timeline=timeline, generation=0)
            each.put(session, vault.seal(value, owner.bind(each.place, each.state)))
            sealed += 1
    return sealed, damaged


def end_open_sessions(session: Session, now: datetime, reason: EndReason) -> None:
    """End every session that nobody has ended."""
    still_open = update(LoginSession).where(col(LoginSession.ended_at).is_(None))
    session.exec(still_open.values(ended_at=now, end_reason=reason.value))
