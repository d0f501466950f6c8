"""What happened to an account since its last log-in, for its owner to read (ASVS 6.3.5 and 6.3.7)."""

from datetime import datetime

from sqlmodel import and_, col, func, or_, select

from store.models import Account, AuditEvent
from store.services.unit import Unit
from store.services.views import Notice, NoticeKind

FAILED = {
    "password checked": NoticeKind.WRONG_PASSWORDS,
    "password asked again": NoticeKind.WRONG_PASSWORDS,
    "code checked": NoticeKind.WRONG_CODES,
    "backup code checked": NoticeKind.WRONG_CODES,
    "reset code checked": NoticeKind.WRONG_CODES,
}
DONE = {
    "2FA enabled": NoticeKind.ENABLED,
    "2FA enabled after a reset": NoticeKind.ENABLED,
    "2FA disabled": NoticeKind.DISABLED,
    "authenticator replaced": NoticeKind.REPLACED,
    "backup codes replaced": NoticeKind.NEW_CODES,
    "last backup code used": NoticeKind.NEW_CODES,
    "password changed": NoticeKind.PASSWORD,
    "recovery cancelled by a log-in": NoticeKind.RECOVERY_CANCELLED_BY_LOGIN,
}
BY_OPERATORS = {
    "2FA reset": NoticeKind.RESET,
    "account unlocked": NoticeKind.UNLOCKED,
    "account locked": NoticeKind.LOCKED,
    "account disabled": NoticeKind.ACCOUNT_DISABLED,
    "account enabled": NoticeKind.ACCOUNT_ENABLED,
    "account edited": NoticeKind.EDITED,
    "role changed": NoticeKind.ROLE,
    "password change asked": NoticeKind.CHANGE_ASKED,
    "password reset": NoticeKind.PASSWORD_RESET,
    "sessions ended": NoticeKind.SESSIONS_ENDED,
    "2FA suspended": NoticeKind.SUSPENDED,
    "2FA restored": NoticeKind.RESTORED,
    "recovery opened": NoticeKind.RECOVERY_OPENED,
    "recovery approved": NoticeKind.RECOVERY_APPROVED,
    "recovery completed": NoticeKind.RECOVERY_COMPLETED,
    "recovery cancelled": NoticeKind.RECOVERY_CANCELLED,
}
"""What is told with who did it."""

PASSWORD_DUE = "new password due"  # noqa: S105 - what the audit log says of a log-in
PASSWORD_WAS_DUE = "it was due"  # noqa: S105 - and of the change after it, after which Home tells

NO_FAILURE = ("spent", "used", "clock", "locked", "disabled", "suspended", "none in force", "expired")
"""What was refused for these was no wrong try (D4), or was not looked at."""


def since_last_login(unit: Unit, account: Account) -> tuple[Notice, ...]:
    """Return what happened since the log-in before this one, in the order of its last time."""
    # By its place in the log, not by its time: the clock may have gone back since.
    last_login = unit.session.exec(
        select(AuditEvent.seq)
        .where(
            AuditEvent.account_id == account.id,
            or_(
                and_(
                    AuditEvent.event == "logged in",
                    # Not Home is on the screen after these, but a new set or the page for a new password.
                    ~col(AuditEvent.detail).startswith("last backup code"),
                    ~col(AuditEvent.detail).endswith(PASSWORD_DUE),
                ),
                and_(AuditEvent.event == "password changed", AuditEvent.detail == PASSWORD_WAS_DUE),
            ),
        )
        .order_by(col(AuditEvent.seq).desc())
        .limit(1)
    ).first()
    if last_login is None:
        return ()
    # Counted by the database: there may have been a hundred thousand tries.
    counts = unit.session.exec(
        select(AuditEvent.event, AuditEvent.outcome, func.count(), func.max(AuditEvent.seq))
        .where(
            AuditEvent.account_id == account.id,
            col(AuditEvent.seq) > last_login,
            or_(
                and_(col(AuditEvent.event).in_([*DONE, *BY_OPERATORS]), AuditEvent.outcome == "done"),
                and_(
                    col(AuditEvent.event).in_(FAILED),
                    AuditEvent.outcome == "refused",
                    *(~col(AuditEvent.detail).startswith(why) for why in NO_FAILURE),
                ),
            ),
        )
        .group_by(col(AuditEvent.event), col(AuditEvent.outcome))
    ).all()
    found: dict[NoticeKind, tuple[int, int]] = {}
    for event, outcome, count, last in counts:
        kind = (DONE | BY_OPERATORS if outcome == "done" else FAILED)[event]
        counted, latest = found.get(kind, (0, 0))
        found[kind] = counted + count, max(latest, last)
    of = [last for _, last in found.values()]
    rows = unit.session.exec(
        select(AuditEvent.seq, AuditEvent.at, AuditEvent.actor).where(col(AuditEvent.seq).in_(of))
    )
    lasts = {seq: (at, actor) for seq, at, actor in rows}
    told = sorted(found.items(), key=lambda each: each[1][1])
    return tuple(_notice(kind, count, *lasts[last]) for kind, (count, last) in told)


def _notice(kind: NoticeKind, count: int, at: datetime, actor: str) -> Notice:
    return Notice(kind, count, at, actor if kind in BY_OPERATORS.values() else "")
