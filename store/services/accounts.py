"""Accounts, as operators see and make them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlmodel import col, func, select

from store.errors import StoreNotFresh, UsernameTaken
from store.models import Account, Authenticator, BackupCode, BackupSet
from store.rules import phone_numbers, text, usernames
from store.services import throttle
from store.services.core import Core, Unit
from store.services.lookup import find_account, require_account
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
            if find_account(unit, enforced) is not None:
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
            if find_account(unit, enforced) is not None:
                unit.refuse(UsernameTaken(enforced))
        return enforced

    def list(self, principal: Principal) -> Iterator[AccountView]:
        """Return every account by username, a page at a time."""
        after = ""
        while True:
            with self._core.unit() as unit:
                unit.operator(principal, step_up=False)
            with self._core.look() as unit:
                rows = unit.session.exec(
                    select(Account)
                    .where(col(Account.username) > after)
                    .order_by(col(Account.username))
                    .limit(PAGE)
                ).all()
                views = list(self._views(unit, rows))
            yield from views
            if len(views) < PAGE:
                return
            after = views[-1].username

    def show(self, principal: Principal, username: str) -> AccountView:
        """Return one account. Raises NotAllowed and NoSuchAccount."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            [view] = self._views(unit, [require_account(unit, username)])
            return view

    def unlock(self, principal: Principal, username: str) -> AccountView:
        """Lift every lock of the account, of each factor and from each source; return how it was before.

        A factor that was disabled after a hundred failures stays so: it has to be bound anew (D9).
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            [before] = self._views(unit, [account])
            throttle.lift_everywhere(unit, "password", self._core.name_digest(account.username))
            for counter in _factor_counters(unit, account):
                throttle.lift(unit, counter)
            unit.record("account unlocked", actor=actor.name, source=actor.source, account_id=account.id)
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

    def _views(self, unit: Unit, accounts: Sequence[Account]) -> Iterator[AccountView]:
        """Return the views of many accounts by a few queries for all of them."""
        of = [account.id for account in accounts]
        authenticators = _by_account(unit, Authenticator, of)
        sets = _by_account(unit, BackupSet, of)
        left = _codes_left(unit, [row.id for row in sets.values()])
        names = {account.id: self._core.name_digest(account.username) for account in accounts}
        password_waits = throttle.waits(unit, "password", names.values())
        code_waits = throttle.waits(unit, "authenticator", map(_subject, authenticators.values()))
        backup_code_waits = throttle.waits(unit, "backup code", map(_subject, sets.values()))
        for account in accounts:
            authenticator, backup_set = authenticators.get(account.id), sets.get(account.id)
            yield AccountView(
                username=account.username,
                display_name=account.display_name,
                role=account.role,
                enabled=bool(account.enabled),
                second_factor=account.second_factor,
                set_number=backup_set.number if backup_set else None,
                codes_left=left.get(backup_set.id or 0, 0) if backup_set else None,
                own_number=account.number,
                created_at=account.created_at,
                last_login_at=account.last_login_at,
                password_locked_for=password_waits.get(names[account.id], timedelta()),
                code_locked_for=code_waits.get(_subject(authenticator), timedelta()),
                backup_code_locked_for=backup_code_waits.get(_subject(backup_set), timedelta()),
                authenticator_disabled=authenticator is not None and authenticator.disabled_at is not None,
                backup_set_disabled=backup_set is not None and backup_set.disabled_at is not None,
            )


def _by_account(unit: Unit, table: type[Row], of: Sequence[int | None]) -> dict[int | None, Row]:
    rows = unit.session.exec(select(table).where(col(table.account_id).in_(of)))
    return {row.account_id: row for row in rows}


def _subject(row: Authenticator | BackupSet | None) -> bytes:
    return throttle.bound("", row.id if row else None).subject


def codes_left(unit: Unit, set_id: int | None) -> int:
    """Return how many codes of a set are unused."""
    unused = select(func.count()).where(BackupCode.set_id == set_id, col(BackupCode.used_at).is_(None))
    return unit.session.exec(unused).one()


def _factor_counters(unit: Unit, account: Account) -> list[throttle.Counter]:
    factors: dict[str, type[Authenticator | BackupSet]] = {
        "authenticator": Authenticator,
        "backup code": BackupSet,
    }
    ids = (
        (factor, unit.session.exec(select(table.id).where(table.account_id == account.id)).first())
        for factor, table in factors.items()
    )
    counters = [throttle.bound(factor, row_id) for factor, row_id in ids if row_id is not None]
    return [*counters, throttle.bound("reset code", account.id)]


def _codes_left(unit: Unit, set_ids: Iterable[int | None]) -> dict[int, int]:
    unused = (
        select(BackupCode.set_id, func.count())
        .where(col(BackupCode.set_id).in_(set_ids), col(BackupCode.used_at).is_(None))
        .group_by(col(BackupCode.set_id))
    )
    return dict(unit.session.exec(unused).all())
