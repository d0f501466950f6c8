"""The first step of a log-in: username and password (design D8, D9, D11)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import select

from store.errors import ActivationExpired, ActivationSpent, LockedByOperator, SignInRefused, TooBusy
from store.models import Account, BackupSet, LoginSession
from store.rules import sessions as limits
from store.rules import usernames
from store.rules.hashing import Verdict
from store.rules.sources import counted
from store.services import failed_hours, flood, recovery_cases, throttle
from store.services.account_views import locked_by_operator
from store.services.activating import spend_activation
from store.services.actors import NOBODY
from store.services.core import Core
from store.services.lookup import find_account
from store.services.notices import PASSWORD_DUE, since_last_login
from store.services.principals import SessionToken, Visitor
from store.services.throttle import Counter, Reservation
from store.services.tidying import tidy
from store.services.unit import Unit
from store.services.views import CodeNeeded, LoggedIn, Notice, ResetCodeNeeded


@dataclass(frozen=True)
class _Attempt:
    """A reserved attempt, and what there is to compare the password with."""

    reservation: Reservation
    account_id: int | None
    password_hash: str | None = field(repr=False)
    changed_at: datetime | None
    """When the password of that hash was set."""
    delay: timedelta


class SignIn:
    """Opens sessions."""

    def __init__(self, core: Core) -> None:
        """Work on one open store."""
        self._core = core

    def check_password(
        self, visitor: Visitor, username: str, password: str
    ) -> LoggedIn | CodeNeeded | ResetCodeNeeded:
        """Check the first factor and open a session: half where a second factor is on, else full.

        Raises SignInRefused, one for every cause (ASVS 6.3.8), and Locked, TooBusy and TooLittleMemory, where
        nothing was checked; to who knows the password also LockedByOperator, ActivationExpired and
        ActivationSpent.
        """
        attempt = self._reserve(visitor, username)
        if attempt.delay:
            self._core.clock.sleep(attempt.delay.total_seconds())
        new_hash = None
        with throttle.checking(self._core, attempt.reservation):
            verdict = self._core.hashing.verify_password(attempt.password_hash, password)
            if verdict is Verdict.RIGHT_BUT_WEAK:
                new_hash = self._core.hashing.hash_password(password)
        with self._core.unit() as unit:
            account = unit.session.get(Account, attempt.account_id) if attempt.account_id else None
            right = verdict is not Verdict.WRONG and account is not None and account.enabled
            if not right or account is None or account.password_changed_at != attempt.changed_at:
                counter = attempt.reservation.counter
                flood.count(unit, counter.source)
                _record_refusal(unit, visitor, counter, "wrong password")
                failed_hours.count(unit)
                unit.refuse(SignInRefused())
            throttle.undo(unit, attempt.reservation)
            # Not where another log-in has hashed it anew meanwhile.
            if new_hash is not None and account.password_hash == attempt.password_hash:
                account.password_hash = new_hash
            self._refuse_known(unit, visitor, account)
            return self._open(unit, visitor, account)

    def _refuse_known(self, unit: Unit, visitor: Visitor, account: Account) -> None:
        """Refuse where the password is right and opens nothing all the same; who knows it is told why."""
        wait, ends = locked_by_operator(account, unit.now), account.activation_ends_at
        if not wait and (ends is None or (unit.now < ends and not account.activation_spent)):
            return
        expired = "used activation password" if account.activation_spent else "expired activation password"
        why = "locked by an operator" if wait else expired
        unit.record(
            "password checked",
            actor=NOBODY,
            source=visitor.source,
            account_id=account.id,
            done=False,
            detail=why,
        )
        spent = ActivationSpent() if account.activation_spent else ActivationExpired()
        unit.refuse(LockedByOperator(wait) if wait else spent)

    def _reserve(self, visitor: Visitor, username: str) -> _Attempt:
        form = usernames.attempted(username)
        with self._core.unit() as unit:
            account = find_account(unit, username)
            account_id, source = account.id if account else None, counted(visitor.source)
            counter = Counter("password", self._core.name_digest(form), source, account_id)
            record = partial(_record_refusal, unit, visitor, counter)
            reservation = throttle.take(unit, counter, record)
            delay = flood.take_turn(unit, source)
            if delay is None:
                throttle.undo(unit, reservation)
                if flood.is_first_refusal(unit, source):
                    record("too many waiting")
                unit.refuse(TooBusy())
            tidy(unit)
            return _Attempt(
                reservation=reservation,
                account_id=account_id,
                password_hash=account.password_hash if account else None,
                changed_at=account.password_changed_at if account else None,
                delay=delay,
            )

    def _open(
        self, unit: Unit, visitor: Visitor, account: Account
    ) -> LoggedIn | CodeNeeded | ResetCodeNeeded:
        assert account.id is not None  # noqa: S101 - it came out of the store
        token = limits.new_token()
        full = account.second_factor == "off"
        if full:
            spend_activation(unit, account)
        unit.session.add(
            LoginSession(
                account_id=account.id,
                digest=limits.token_digest(token),
                kind="full" if full else "half",
                source=visitor.source,
                kiosk=int(visitor.kiosk),
                created_at=unit.now,
                last_seen_at=unit.now,
                stepped_up_at=unit.now if full else None,
            )
        )
        unit.record("password checked", actor=account.username, source=visitor.source, account_id=account.id)
        if full:
            notices = finish_login(unit, account, visitor.source, "password")
            return LoggedIn(
                SessionToken(token),
                account.username,
                notices=notices,
                must_change_password=bool(account.must_change_password),
                by_activation=account.activation_ends_at is not None,
                must_enroll=unit.enroll_within(account) == timedelta(),
            )
        if account.second_factor == "reset":
            return ResetCodeNeeded(SessionToken(token))
        number = unit.session.exec(select(BackupSet.number).where(BackupSet.account_id == account.id)).first()
        return CodeNeeded(SessionToken(token), number)


def _record_refusal(unit: Unit, visitor: Visitor, counter: Counter, why: str) -> None:
    name = "" if counter.account_id else f"name {counter.subject.hex()[:8]}, "
    unit.record(
        "password checked",
        actor=NOBODY,
        source=visitor.source,
        account_id=counter.account_id,
        done=False,
        detail=name + why,
    )


def finish_login(unit: Unit, account: Account, source: str, by: str) -> tuple[Notice, ...]:
    """Note that a log-in was finished, and by which factor; return what happened since the last one."""
    assert account.id is not None  # noqa: S101 - it came out of the store
    proven = ("factor", "password") if account.second_factor == "on" else ("password",)
    recovery_cases.cancel_by_owner(unit, account, source, proven)
    notices = since_last_login(unit, account)
    account.last_login_at = unit.now
    unit.session.add(account)
    detail = f"{by}, {PASSWORD_DUE}" if account.must_change_password else by
    unit.record("logged in", actor=account.username, source=source, account_id=account.id, detail=detail)
    return notices
