"""Secrets and digests of one account, sealed for it as it is in this very act."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from store.errors import StoreUnusable
from store.models import Account
from store.services.binding import sealed_values
from store.services.contexts import Owner
from store.services.unit import Unit


def seal(unit: Unit, value: bytes, account: Account, place: str, state: str = "") -> bytes:
    """Return the value sealed for this place, under the store's present key."""
    return unit.vault.seal(value, _owner(unit, account).bind(place, state))


def open_sealed(
    unit: Unit,
    sealed: bytes,
    account: Account,
    place: str,
    state: str = "",
    *,
    record: Callable[..., object],
) -> bytes:
    """Return what was sealed for this place and has been in force since.

    Refuses with StoreUnusable anything else, and records why.
    """
    try:
        return unit.vault.open(sealed, _owner(unit, account).bind(place, state))
    except StoreUnusable as error:
        record(detail=error.cause)
        unit.refuse(error)


@contextmanager
def next_generation(unit: Unit, account: Account) -> Iterator[None]:
    """Seal what is left of the account's second factor anew, after it was changed inside.

    What was sealed before does not open any more, nor does what was taken away. A value that did not open
    before is left as it is: it opens nothing later either, and keeps nobody from binding a new one.
    """
    session, vault = unit.session, unit.vault
    vault.catch_up(unit.identity.key_check)
    kept: dict[str, bytes] = {}
    for each in sealed_values(session, of=account.id):
        with suppress(StoreUnusable):
            kept[each.place] = vault.open(each.value, each.context)
    yield
    account.generation += 1
    session.add(account)
    session.flush()
    for each in [*sealed_values(session, of=account.id)]:
        if each.place in kept:
            each.put(session, vault.seal(kept[each.place], each.context))


def _owner(unit: Unit, account: Account) -> Owner:
    return Owner(account.username, account.generation, unit.identity.timeline)
