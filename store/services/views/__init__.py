"""What services hand outward: frozen values, never rows of the store."""

from store.services.views.accounts import (
    BEHIND_ALL,
    CAP,
    AccountCounts,
    AccountPage,
    AccountView,
    Activation,
    Cursor,
    Order,
    SomebodysSession,
    Sought,
    WithoutSecondFactor,
)
from store.services.views.approvals import ApprovalView, TwoOperators
from store.services.views.audit import AuditEventView
from store.services.views.notices import Notice, NoticeKind
from store.services.views.own import (
    CallEntry,
    CallPage,
    Forwarding,
    Home,
    OpenSession,
    SessionState,
    Uncovering,
)
from store.services.views.policy import Brand, PolicyView
from store.services.views.recovery import RecoveryCaseView
from store.services.views.sign_in import CodeNeeded, LastBackupCode, LoggedIn, ResetCodeNeeded
from store.services.views.two_factor import BackupCodesShown, Enrollment

__all__ = [
    "BEHIND_ALL",
    "CAP",
    "AccountCounts",
    "AccountPage",
    "AccountView",
    "Activation",
    "ApprovalView",
    "AuditEventView",
    "BackupCodesShown",
    "Brand",
    "CallEntry",
    "CallPage",
    "CodeNeeded",
    "Cursor",
    "Enrollment",
    "Forwarding",
    "Home",
    "LastBackupCode",
    "LoggedIn",
    "Notice",
    "NoticeKind",
    "OpenSession",
    "Order",
    "PolicyView",
    "RecoveryCaseView",
    "ResetCodeNeeded",
    "SessionState",
    "SomebodysSession",
    "Sought",
    "TwoOperators",
    "Uncovering",
    "WithoutSecondFactor",
]
