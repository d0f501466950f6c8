"""Every use case of one store, opened together. Loads the database library: screens import it late."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, select

from store.clock import Clock
from store.database import Database, file_faults
from store.errors import InvalidSettings, KeyUnusable, StoreUnusable
from store.key_file import create_vault, load_vault
from store.models import Account, AuditEvent, AuditHead, StoreIdentity
from store.owner import other_owner
from store.rules import phone_numbers
from store.rules.throttling import HASHES_AT_ONCE
from store.services.access import Access
from store.services.account_import import AccountImport
from store.services.accounts import Accounts
from store.services.approvals import Approvals
from store.services.audit import head_mac
from store.services.audit_log import AuditLog
from store.services.backup_codes import BackupCodes
from store.services.call_forwarding import CallForwardingService
from store.services.call_history import CallHistory
from store.services.call_import import CallImport
from store.services.core import Core
from store.services.covering import Covering
from store.services.directory import Directory
from store.services.enrollment import EnrollmentService
from store.services.hashing import Hashing
from store.services.home import HomeService
from store.services.keys import Keys
from store.services.overview import Overview
from store.services.passwords import Passwords
from store.services.policy import PolicyService
from store.services.recovery import Recovery
from store.services.reset import Reset
from store.services.rows_bound import bind_rows, new_timeline
from store.services.second_factor import SecondFactor
from store.services.sessions import Sessions
from store.services.sign_in import SignIn
from store.services.store_check import StoreCheck
from store.services.two_factor import TwoFactor
from store.settings import NO_REGION, Settings
from store.slots import Slots
from store.vault import Vault


@dataclass(frozen=True)
class Services:
    """Every use case of one open store."""

    core: Core
    accounts: Accounts
    directory: Directory
    account_import: AccountImport
    access: Access
    sign_in: SignIn
    second_factor: SecondFactor
    reset: Reset
    recovery: Recovery
    approvals: Approvals
    sessions: Sessions
    covering: Covering
    home: HomeService
    enrollment: EnrollmentService
    backup_codes: BackupCodes
    two_factor: TwoFactor
    passwords: Passwords
    call_forwarding: CallForwardingService
    call_history: CallHistory
    call_import: CallImport
    keys: Keys
    audit_log: AuditLog
    overview: Overview
    policy: PolicyService
    store_check: StoreCheck
    upgraded: bool
    """Whether opening the store made or changed its tables."""
    as_it_was: Path | None
    """The copy that was made of it before."""

    def close(self) -> None:
        """Let go of the store."""
        self.core.hashing.close()
        self.core.database.close()


def open_services(settings: Settings, clock: Clock, hashing: Hashing | None = None) -> Services:
    """Open the store, made or upgraded where it has to be, and return its use cases.

    Raises StoreUnusable, KeyUnusable, and InvalidSettings where the region is no country's.
    """
    if settings.region is not None and not phone_numbers.is_region(settings.region):
        raise InvalidSettings(NO_REGION)
    if was_emptied(settings):
        raise StoreUnusable("empty", settings.store_path)
    database = Database(settings.store_url)
    vault = _open_vault(settings, clock, database)
    core = Core(settings, clock, database, vault, hashing or Hashing(slots=_slots(settings)))
    bind_rows(core)
    passwords, second_factor = Passwords(core), SecondFactor(core)
    return Services(
        core=core,
        accounts=Accounts(core),
        directory=Directory(core),
        account_import=AccountImport(core),
        access=Access(core),
        sign_in=SignIn(core),
        second_factor=second_factor,
        reset=Reset(core),
        recovery=Recovery(core),
        approvals=Approvals(core),
        sessions=Sessions(core),
        covering=Covering(core, passwords, second_factor),
        home=HomeService(core),
        enrollment=EnrollmentService(core),
        backup_codes=BackupCodes(core),
        two_factor=TwoFactor(core, passwords),
        passwords=passwords,
        call_forwarding=CallForwardingService(core),
        call_history=CallHistory(core),
        call_import=CallImport(core),
        keys=Keys(core),
        audit_log=AuditLog(core),
        overview=Overview(core),
        policy=PolicyService(core),
        store_check=StoreCheck(core),
        upgraded=database.upgraded,
        as_it_was=database.as_it_was,
    )


def _slots(settings: Settings) -> Slots:
    """Return the places for hashes that all processes at this store share."""
    path = settings.store_path
    return Slots(path.with_name(f"{path.name}-hashing"), HASHES_AT_ONCE)


def was_emptied(settings: Settings) -> bool:
    """Tell whether the file is empty where there are keys: that was a store, and is not made anew."""
    try:
        empty = settings.store_path.stat().st_size == 0
    except OSError:
        return False
    return empty and settings.has_keys


def _open_vault(settings: Settings, clock: Clock, database: Database) -> Vault:
    """Return the store's vault; a new store gets its key file and its check value together (D10)."""
    with database.read() as session:
        known = _identity(session)
    if known is None:
        with database.write() as session:
            known = _identity(session)
            if known is None:
                # A store that lost its identity is damaged: a new key over old secrets would hide it (D10).
                for table in (Account, AuditEvent):
                    if session.exec(select(table).limit(1)).first() is not None:
                        raise StoreUnusable("damaged")
                store_id = secrets.token_hex(8)
                vault = create_vault(settings.keys_folder, store_id)
                session.add(
                    StoreIdentity(
                        store_id=store_id,
                        key_check=vault.check_value(),
                        created_at=clock.now(),
                        timeline=new_timeline(),
                    )
                )
                session.add(AuditHead(seq=0, mac=head_mac(vault, 0, bytes(32), vault.key_id)))
                return vault
    store_id, key_check = known
    try:
        with file_faults(settings.store_path):
            return load_vault(settings.keys_folder, store_id, key_check)
    except KeyUnusable as error:
        if error.cause == "is missing":
            error.owner = other_owner(settings.store_path)
        raise


def _identity(session: Session) -> tuple[str, bytes] | None:
    row = session.exec(select(StoreIdentity.store_id, StoreIdentity.key_check)).first()
    return (row[0], row[1]) if row else None
