"""The first step of a log-in: username and password (design D8, D9, D11)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import col, select, update

from store.errors import ActivationExpired, ActivationSpent, LockedByOperator, SignInRefused
from store.models import Account, BackupSet, KnownSource, LoginSession
from store.rules import sessions as limits
from store.rules import throttling, usernames
from store.rules.hashing import Verdict
from store.services import failed_hours, recovery_cases, throttle
from store.services.account_views import locked_by_operator
from store.services.activating import spend_activation
from store.services.core import Core
from store.services.lookup import find_account
from store.services.notices import PASSWORD_DUE, since_last_login
from store.services.principals import SessionToken, Visitor
from store.services.throttle import Counter, Reservation
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

        Raises SignInRefused, one for every cause (ASVS 6.3.8), and Locked and TooLittleMemory, where nothing
        was checked; to who knows the password also LockedByOperator, ActivationExpired and ActivationSpent.
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
                throttle.count_wide(unit, visitor.source)
                _record_refusal(unit, attempt.reservation.counter, attempt.account_id, "wrong password")
                failed_hours.count(unit)
                unit.refuse(SignInRefused())
            throttle.succeed(unit, attempt.reservation)
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
            actor="nobody",
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
            delay = throttle.wide_delay(unit, visitor.source, known=_is_known(unit, visitor.source))
            account_id = account.id if account else None
            counter = Counter("password", self._core.name_digest(form), visitor.source, account_id)
            return _Attempt(
                reservation=throttle.take(unit, counter, partial(_record_refusal, unit, counter, account_id)),
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


def _record_refusal(unit: Unit, counter: Counter, account_id: int | None, why: str) -> None:
    name = "" if account_id else f"name {counter.subject.hex()[:8]}, "
    unit.record(
        "password checked",
        actor="nobody",
        source=counter.source,
        account_id=account_id,
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
    seen = update(KnownSource).where(
        col(KnownSource.account_id) == account.id, col(KnownSource.source) == source
    )
    known = unit.session.exec(
        seen.values(last_login_at=unit.now).returning(col(KnownSource.account_id))
    ).first()
    if known is None:
        unit.session.add(KnownSource(account_id=account.id, source=source, last_login_at=unit.now))
    detail = f"{by}, {PASSWORD_DUE}" if account.must_change_password else by
    unit.record("logged in", actor=account.username, source=source, account_id=account.id, detail=detail)
    return notices


def _is_known(unit: Unit, source: str) -> bool:
    """Tell whether anybody finished a log-in from there lately: not whether the one who is named did.

    Else the delay would tell which names exist (ASVS 6.3.8).
    """
    since = unit.now - timedelta(days=throttling.KNOWN_SOURCE_DAYS)
    seen = select(KnownSource.source).where(
        KnownSource.source == source, col(KnownSource.last_login_at) > since
    )
    return unit.session.exec(seen.limit(1)).first() is not None
