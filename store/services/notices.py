"""What happened to an account since its last log-in, for its owner to read (ASVS 6.3.5 and 6.3.7)."""

from collections.abc import Iterable

from sqlmodel import col, or_, select

from store.models import Account, AuditEvent
from store.services.core import Unit
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
    "2FA reset": NoticeKind.RESET,
    "account unlocked": NoticeKind.UNLOCKED,
    "account disabled": NoticeKind.ACCOUNT_DISABLED,
    "account enabled": NoticeKind.ACCOUNT_ENABLED,
    "sessions ended": NoticeKind.SESSIONS_ENDED,
}

NO_FAILURE = ("spent", "used", "clock")
"""What was refused for these was no wrong try (D4)."""


def since_last_login(unit: Unit, account: Account) -> tuple[Notice, ...]:
    """Return what happened since the log-in before this one, in the order of its last time."""
    # By its place in the log, not by its time: the clock may have gone back since.
    last_login = unit.session.exec(
        select(AuditEvent.seq)
        .where(
            AuditEvent.account_id == account.id,
            AuditEvent.event == "logged in",
            # After one by the last backup code a new set is on the screen, not Home: nothing was shown yet.
            ~col(AuditEvent.detail).startswith("last backup code"),
        )
        .order_by(col(AuditEvent.seq).desc())
        .limit(1)
    ).first()
    if last_login is None:
        return ()
    events = unit.session.exec(
        select(AuditEvent)
        .where(
            AuditEvent.account_id == account.id,
            col(AuditEvent.seq) > last_login,
            or_(col(AuditEvent.event).in_(FAILED), col(AuditEvent.event).in_(DONE)),
        )
        .order_by(col(AuditEvent.seq))
    )
    return tuple(sorted(_counted(events).values(), key=lambda notice: notice.last_at))


def _counted(events: Iterable[AuditEvent]) -> dict[NoticeKind, Notice]:
    found: dict[NoticeKind, Notice] = {}
    for event in events:
        kind = (DONE if event.outcome == "done" else FAILED).get(event.event)
        if kind is not None and not event.detail.startswith(NO_FAILURE):
            count = found[kind].count + 1 if kind in found else 1
            found[kind] = Notice(kind, count, event.at)
    return found
