"""Accounts, as operators see and make them."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import col, select

from store.errors import AlreadyActivated, ShellsAct, StoreNotFresh, UsernameTaken
from store.models import Account, Authenticator, BackupSet
from store.rules import activation, hashing, phone_numbers, reasons, text, usernames
from store.services import covered, throttle
from store.services.account_views import account_views
from store.services.activating import give_activation_password
from store.services.core import Core
from store.services.lookup import find_account, require_account
from store.services.passwords import check_new_password
from store.services.principals import Principal, Visitor
from store.services.unit import Unit
from store.services.views import AccountView, Activation

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
        enforced = usernames.enforce_new(username)
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
        enforced = usernames.enforce_new(username)
        shown_name, own_number = self._checked(display_name, number)
        password_hash = self._hash_new(enforced, password)
        role = "operator" if operator else "user"
        with self._core.unit() as unit:
            if find_account(unit, enforced) is not None:
                unit.refuse(UsernameTaken(enforced))
            self._insert(unit, enforced, shown_name, role, password_hash, own_number, actor, actor)
        return enforced

    def activate(
        self,
        principal: Principal,
        username: str,
        *,
        role: str = "user",
        display_name: str = "",
        number: str | None = None,
    ) -> Activation:
        """Make an account with a password for one log-in, shown this once, at which its owner chooses one.

        Raises NotAllowed, StepUpNeeded, InvalidUsername, UsernameTaken, UnsafeText, InvalidNumber, and
        TwoNeeded for an operator's account, where policy asks for two.
        """
        password = activation.new_password()
        password_hash = hashing.hash_activation_password(password)
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            if role == "operator":
                covered.not_alone(unit, actor, "account created")
            enforced = usernames.enforce_new(username)
            shown_name, own_number = self._checked(display_name, number)
            if find_account(unit, enforced) is not None:
                unit.refuse(UsernameTaken(enforced))
            ends = unit.now + activation.VALID_FOR
            self._insert(
                unit, enforced, shown_name, role, password_hash, own_number, actor.name, actor.source, ends
            )
        return Activation(enforced, password, activation.VALID_FOR)

    def renew_activation(self, principal: Principal, username: str) -> Activation:
        """Make another activation password where the first one expired or was lost; that one is dead.

        Raises NotAllowed, StepUpNeeded, NoSuchAccount, and AlreadyActivated where its owner has chosen a
        password; to a session also where they once had, before the host's shell reset it (D18). ShellsAct
        where the account is an operator's: who renewed it in a session would be two operators.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            taken_over = actor.who is not None and account.password_chosen
            if account.activation_ends_at is None or taken_over:
                unit.refuse(AlreadyActivated())
            if actor.who is not None and account.role == "operator":
                unit.record_of(
                    actor.who, "activation renewed", done=False, detail=f"for the operator {account.username}"
                )
                unit.refuse(ShellsAct(f"twofold account activate {account.username}"))
            given = give_activation_password(unit, account)
            unit.record_by(actor, account, "activation renewed")
            return given

    def edit(self, principal: Principal, username: str, *, display_name: str, number: str | None) -> str:
        """Change an account's display name and own phone number, and return its username.

        What is left as it stands is not checked again: a name from before a rule keeps nobody from a new
        number. Raises NotAllowed, StepUpNeeded, NoSuchAccount, UnsafeText and InvalidNumber.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            if display_name != account.display_name:
                text.require_safe(display_name)
                account.display_name = display_name[:DISPLAY_NAME_LENGTH]
            if number != account.number:
                account.number = self._own_number(number)
            unit.session.add(account)
            unit.record_by(actor, account, "account edited")
            return account.username

    def set_role(self, principal: Principal, username: str, role: str, reason: str = "") -> str:
        """Make an account an operator's or a user's, in sessions that are open too; return its username.

        Who is made a user loses something: that takes a reason. Raises NotAllowed, StepUpNeeded, NoReason,
        UnsafeText, NoSuchAccount, SameRole, LastOperator, TwoNeeded where policy
        asks for two, and ShellsAct where a session would make an operator of who has chosen no password.
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            why = reasons.check(reason) if reason or role == "user" else ""
            account = require_account(unit, username)
            covered.not_alone(unit, actor, "role changed", account)
            covered.change_role(unit, actor, account, role, why)
            return account.username

    def check_new(self, principal: Principal, username: str) -> str:
        """Return the enforced username of an account that could be made now.

        Raises NotAllowed, InvalidUsername and UsernameTaken: said before a password is asked for.
        """
        enforced = usernames.enforce_new(username)
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
                views = list(account_views(self._core, unit, rows))
            yield from views
            if len(views) < PAGE:
                return
            after = views[-1].username

    def show(self, principal: Principal, username: str) -> AccountView:
        """Return one account. Raises NotAllowed and NoSuchAccount."""
        with self._core.unit() as unit:
            unit.operator(principal, step_up=False)
            [view] = account_views(self._core, unit, [require_account(unit, username)])
            return view

    def unlock(self, principal: Principal, username: str) -> AccountView:
        """Lift every lock of the account, an operator's too; return how it was before.

        A factor that was disabled after a hundred failures stays so: it has to be bound anew (D9).
        """
        with self._core.unit() as unit:
            actor = unit.operator(principal)
            account = require_account(unit, username)
            [before] = account_views(self._core, unit, [account])
            throttle.lift_everywhere(unit, "password", self._core.name_digest(account.username))
            for counter in _factor_counters(unit, account):
                throttle.lift(unit, counter)
            if account.locked_until is not None:
                # Who had a lock, though it may have run out, proposed and approved nothing before it (D20).
                account.operator_since = covered.since_now(unit, account)
            account.locked_until = account.lock_reason = None
            unit.session.add(account)
            unit.record_by(actor, account, "account unlocked")
            return before

    def _checked(self, display_name: str, number: str | None) -> tuple[str, str | None]:
        text.require_safe(display_name)
        return display_name[:DISPLAY_NAME_LENGTH], self._own_number(number)

    def _own_number(self, number: str | None) -> str | None:
        return phone_numbers.parse(number, self._core.settings.region) if number else None

    def _hash_new(self, username: str, password: str) -> str:
        with self._core.look() as unit:
            issuer = unit.policy.issuer
        check_new_password(password, username, issuer)
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
        activation_ends: datetime | None = None,
    ) -> None:
        account = Account(
            username=username,
            display_name=display_name,
            role=role,
            number=number,
            password_hash=password_hash,
            password_changed_at=unit.now,
            created_at=unit.now,
            must_change_password=int(activation_ends is not None),
            activation_ends_at=activation_ends,
            password_chosen=int(activation_ends is None),
            operator_since=unit.now if role == "operator" else None,
        )
        unit.session.add(account)
        unit.session.flush()
        detail = f"{role}, to be activated" if activation_ends else role
        unit.record("account created", actor=actor, source=source, account_id=account.id, detail=detail)


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
