"""The tables. They hold columns and constraints; what may happen to a row is in `store/services`."""

from store.models.accounts import Account, AccountTally, AccountWord
from store.models.approvals import Approval
from store.models.audit import AuditEvent, AuditHead
from store.models.calls import Call, CallForwarding
from store.models.identity import StoreIdentity
from store.models.policy import Policy
from store.models.recovery import RecoveryCase
from store.models.second_factor import Authenticator, BackupCode, BackupSet, ResetCode
from store.models.sessions import FailedHour, LoginSession, Throttle

__all__ = [
    "Account",
    "AccountTally",
    "AccountWord",
    "Approval",
    "AuditEvent",
    "AuditHead",
    "Authenticator",
    "BackupCode",
    "BackupSet",
    "Call",
    "CallForwarding",
    "FailedHour",
    "LoginSession",
    "Policy",
    "RecoveryCase",
    "ResetCode",
    "StoreIdentity",
    "Throttle",
]
