"""What a test changes past the services, bound as the program binds it: else it is refused as tampering."""

from collections.abc import Iterable

from sqlmodel import col, select

from store.columns import EPOCH
from store.models import Account, BackupCode, BackupSet
from store.services.binding import bind, open_sessions
from store.services.bundle import Services
from store.services.contexts import Owner, backup_code_place, code_state


def spend(services: Services, numbers: Iterable[int], name: str = "alice") -> None:
    """Have these backup codes be used, as if that had been long ago."""
    with services.core.unit() as unit:
        account = unit.session.exec(select(Account).where(Account.username == name)).one()
        of_set = unit.session.exec(select(BackupSet).where(BackupSet.account_id == account.id)).one()
        owner = Owner(account.username, account.generation, unit.identity.timeline)
        rows = select(BackupCode).where(BackupCode.set_id == of_set.id, col(BackupCode.number).in_(numbers))
        for code in unit.session.exec(rows).all():
            place = backup_code_place(of_set.account_id, of_set.number, code.number)
            digest = unit.vault.open(code.digest, owner.bind(place, code_state(code.used_at)))
            code.used_at = EPOCH
            code.digest = unit.vault.seal(digest, owner.bind(place, code_state(code.used_at)))
            of_set.unused -= 1
            unit.session.add_all([code, of_set])


def bind_again(services: Services, change: str = "", *values: object) -> None:
    """Have every open session be what its row says now, or after a change in the same transaction."""
    with services.core.unit() as unit:
        if change:
            unit.session.connection().exec_driver_sql(change, values)
        for row, account in open_sessions(unit.session):
            bind(row, account.username, unit.vault)
            unit.session.add(row)
