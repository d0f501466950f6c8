"""What the audit log says of each account's second factor, to hold the rows against (design D19)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from store.models import Account, AuditEvent, Authenticator, BackupCode, BackupSet, Throttle
from store.rules.throttling import FREE_FAILURES
from store.services import throttle
from store.services.pending import Purpose
from store.services.proofs import backup_code, by_app, used_code
from store.services.rows_bound import BOUND, RESTORED

STATES = {
    Purpose.ENABLE: "on",
    Purpose.AFTER_RESET: "on",
    Purpose.REPLACE: "on",
    "2FA disabled": "off",
    "2FA reset": "reset",
}
"""What each event that binds another app, or none, leaves 2FA as."""

NEW_SET = {*STATES, Purpose.NEW_CODES, Purpose.LAST_CODE}
PROVEN = {"logged in", "stepped up", "page uncovered"}
TRIED = {
    "code checked": "authenticator",
    "backup code checked": "backup code",
    "reset code checked": "reset code",
}
UNLOCKED = "account unlocked"
RELEVANT = (*NEW_SET, *PROVEN, *TRIED, UNLOCKED, BOUND, RESTORED)


@dataclass
class Told:
    """How one account stands by the log."""

    name: str = ""
    """What it was called at its last log-in."""
    generation: int = 0
    used: set[tuple[int, int]] = field(default_factory=set)
    """Backup codes that were used, each by its set's number and its own."""
    failures: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def faults(session: Session) -> Iterator[str]:
    """Return where an account's name, secret, codes or counts are not what the log says."""
    told = _read(session)
    for account in session.exec(select(Account).execution_options(yield_per=1000)):
        by_log = told.get(account.id or 0, Told())
        if by_log.name not in {"", account.username}:
            yield f"{account.username}: was called {by_log.name} at the last log-in by the audit log"
        if account.generation != by_log.generation:
            yield (
                f"{account.username}: the second factor was changed {account.generation} times, "
                f"but {by_log.generation} by the audit log"
            )
        yield from _unspent(session, account, by_log)
        yield from _forgotten(session, account, by_log)


def _unspent(session: Session, account: Account, told: Told) -> Iterator[str]:
    if told.used:
        codes = select(BackupSet.number, BackupCode.number).join(
            BackupCode, col(BackupCode.set_id) == BackupSet.id
        )
        unused = codes.where(BackupSet.account_id == account.id, col(BackupCode.used_at).is_(None))
        for of_set, number in session.exec(unused.order_by(col(BackupCode.number))):
            if (of_set, number) in told.used:
                code = backup_code(number, of_set)
                yield f"{account.username}: {code} is unused, but used by the audit log"


def _forgotten(session: Session, account: Account, told: Told) -> Iterator[str]:
    """Return which counts of failures are lower than the log says.

    By as many as can be tried at the same moment they may be: those that end after a right one stand behind
    it in the log.
    """
    for factor, failures in told.failures.items():
        if failures <= FREE_FAILURES:
            continue
        row_id = account.id
        if factor != "reset code":
            table = Authenticator if factor == "authenticator" else BackupSet
            row_id = session.exec(select(table.id).where(table.account_id == account.id)).first()
        counter = throttle.bound(factor, row_id)
        counted = session.exec(
            select(Throttle.failures).where(Throttle.factor == factor, Throttle.subject == counter.subject)
        ).first()
        if failures - (counted or 0) > FREE_FAILURES:
            tries = f"{counted or 0} wrong tries with the {factor}"
            yield f"{account.username}: {tries}, but {failures} by the audit log"


def _read(session: Session) -> dict[int, Told]:
    told: dict[int, Told] = defaultdict(Told)
    rows = select(AuditEvent).where(col(AuditEvent.event).in_(RELEVANT)).order_by(col(AuditEvent.seq))
    for row in session.exec(rows.execution_options(yield_per=1000)):
        if row.event in {BOUND, RESTORED}:
            for each in told.values():
                each.generation = 0
        elif row.account_id is not None:
            _follow(told[row.account_id], row.event, row.actor, row.detail, done=row.outcome == "done")
    return told


def _follow(told: Told, event: str, actor: str, detail: str, *, done: bool) -> None:
    if event in TRIED and not done:
        told.failures[TRIED[event]] += detail == "wrong code"
    elif event in TRIED:
        told.failures[TRIED[event]] = 0
    elif not done:
        return
    elif event == UNLOCKED:
        told.failures.clear()
    elif event in PROVEN:
        told.name = actor if event == "logged in" else told.name
        used = used_code(detail)
        if used is not None and not used.last:
            told.generation += 1
            told.used.add((used.set_number, used.number))
            told.failures["backup code"] = 0
        elif by_app(detail):
            told.failures["authenticator"] = 0
    else:
        told.generation += 1
        told.used.clear()
        told.failures["backup code"] = 0
        if event in STATES:
            told.failures.clear()
