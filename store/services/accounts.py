"""Accounts, as operators see and make them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from sqlmodel import col, func, select

from store.errors import NoSuchAccount, StoreNotFresh, UsernameTaken
from store.models import Account, Authenticator, BackupCode, BackupSet
from store.rules import phone_numbers, text, usernames
from store.services import throttle
from store.services.core import Core, Unit
from store.services.passwords import check_new_password
from store.services.principals import Principal, Visitor
from store.services.views import AccountView

Row = TypeVar("Row", Authenticator, BackupSet)

PAGE = 500
DISPLAY_NAME_LENGTH = 80


class Accounts:
    """Makes, shows and unlocks accounts."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def is_fresh(self) -> bool:
        """Tell whether the store has no account yet."""
        with self._core.database.read() as session:
            return session.exec(select(Account.id).limit(1)).first() is None

    def create_first_operator(self, visitor: Visitor, username: str, password: str) -> str:
        """Make the first account of a fresh store, an operator; return its username.

        Raises StoreNotFresh where any account exists, InvalidUsername and WeakPassword.
        """
        enforced = usernames.enforce(username)
        password_hash = self._hash_new(enforced, password)
        with self._core.unit() as unit:
            if unit.session.exec(select(Account.id).limit(1)).first() is not None:
                unit.refuse(StoreNotFresh())
            self._insert(unit, enforced, "", "operator", password_hash, None, "first run", visitor.source)
        return enforced

    def create(
        self,
        principal: Principal,
        username: str,
        password: str,
        *,
        operator: bool = False,
        display_name: str = "",
        number: str | None = None,
    ) -> str:
        """Make an account and return its username.

        Raises NotAllowed, InvalidUsername, UsernameTaken, WeakPassword, UnsafeText and
        InvalidNumber.
        """
        with self._core.unit() as unit:
            actor = unit.shell(principal)
        enforced = usernames.enforce(username)
        text.require_safe(display_name)
        own_number = phone_numbers.parse(number, self._core.settings.region) if number else None
        password_hash = self._hash_new(enforced, password)
        role = "operator" if operator else "user"
        with self._core.unit() as unit:
            if _find(unit, enforced) is not None:
                unit.refuse(UsernameTaken(enforced))
            shown_name = display_name[:DISPLAY_NAME_LENGTH]
            self._insert(unit, enforced, shown_name, role, password_hash, own_number, actor, actor)
        return enforced

    def check_new(self, principal: Principal, username: str) -> str:
        """Return the enforced username of an account that could be made now.

        Raises NotAllowed, InvalidUsername and UsernameTaken: said before a password is asked for.
        """
        enforced = usernames.enforce(username)
        with self._core.unit() as unit:
            unit.shell(principal)
            if _find(unit, enforced) is not None:
                unit.refuse(UsernameTaken(enforced))
        return enforced

    def list(self, principal: Principal) -> Iterator[AccountView]:
        """Return every account by username, a page at a time."""
        after = ""
        while True:
            with self._core.unit() as unit:
                unit.shell(principal)
                rows = unit.session.exec(
                    select(Account)
                    .where(col(Account.username) > after)
                    .order_by(col(Account.username))
                    .limit(PAGE)
                ).all()
                views = [self._view(unit, row) for row in rows]
            yield from views
            if len(views) < PAGE:
                return
            after = views[-1].username

    def show(self, principal: Principal, username: str) -> AccountView:
        """Return one account. Raises NotAllowed and NoSuchAccount."""
        with self._core.unit() as unit:
            unit.shell(principal)
            return self._view(unit, require_account(unit, username))

    def unlock(self, principal: Principal, username: str) -> AccountView:
        """Lift every lock of the account, of each factor and from each source; return how it was before.

        A factor that was disabled after a hundred failures stays so: it has to be bound anew (D9).
        """
        with self._core.unit() as unit:
            actor = unit.shell(principal)
            account = require_account(unit, username)
            before = self._view(unit, account)
            throttle.lift_everywhere(unit, "password", self._core.name_digest(account.username))
            for counter in _factor_counters(unit, account):
                throttle.lift(unit, counter)
            unit.record("account unlocked", actor=actor, source=actor, account_id=account.id)
            return before

    def _hash_new(self, username: str, password: str) -> str:
        check_new_password(password, username, self._core.settings.issuer)
        return self._core.hashing.hash_password(password)

    def _insert(
        self,
        unit: Unit,
        username: str,
        display_name: str,
        role: str,
        password_hash: str,
        number: str | None,
        actor: str,
        source: str,
    ) -> None:
        account = Account(
            username=username,
            display_name=display_name,
            role=role,
            number=number,
            password_hash=password_hash,
            password_changed_at=unit.now,
            created_at=unit.now,
        )
        unit.session.add(account)
        unit.session.flush()
        unit.record("account created", actor=actor, source=source, account_id=account.id, detail=role)

    def _view(self, unit: Unit, account: Account) -> AccountView:
        authenticator = _one(unit, Authenticator, account)
        backup_set = _one(unit, BackupSet, account)
        return AccountView(
            username=account.username,
            display_name=account.display_name,
            role=account.role,
            enabled=bool(account.enabled),
            second_factor=account.second_factor,
            set_number=backup_set.number if backup_set else None,
            codes_left=codes_left(unit, backup_set.id) if backup_set else None,
            own_number=account.number,
            created_at=account.created_at,
            last_login_at=account.last_login_at,
            password_locked_for=throttle.locks(unit, "password", self._core.name_digest(account.username)),
            code_locked_for=_locked_for(unit, "authenticator", authenticator),
            backup_code_locked_for=_locked_for(unit, "backup code", backup_set),
            authenticator_disabled=authenticator is not None and authenticator.disabled_at is not None,
            backup_set_disabled=backup_set is not None and backup_set.disabled_at is not None,
        )


def codes_left(unit: Unit, set_id: int | None) -> int:
    """Return how many codes of a set are unused."""
    unused = select(func.count()).where(BackupCode.set_id == set_id, col(BackupCode.used_at).is_(None))
    return unit.session.exec(unused).one()


def _find(unit: Unit, username: str) -> Account | None:
    return unit.session.exec(select(Account).where(Account.username == username)).first()


def require_account(unit: Unit, username: str) -> Account:
    """Return the account that an operator named; refuses with NoSuchAccount."""
    account = _find(unit, usernames.attempted(username))
    return account if account is not None else unit.refuse(NoSuchAccount(username))


def _one(unit: Unit, table: type[Row], account: Account) -> Row | None:
    return unit.session.exec(select(table).where(table.account_id == account.id)).first()


def _factor_counters(unit: Unit, account: Account) -> list[throttle.Counter]:
    rows = (
        ("authenticator", _one(unit, Authenticator, account)),
        ("backup code", _one(unit, BackupSet, account)),
    )
    counters = [throttle.bound(factor, row.id) for factor, row in rows if row is not None]
    return [*counters, throttle.bound("reset code", account.id)]


def _locked_for(unit: Unit, factor: str, row: Authenticator | BackupSet | None) -> timedelta:
    return throttle.wait(unit, throttle.bound(factor, row.id)) if row is not None else timedelta()
