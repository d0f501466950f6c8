"""Every sentence that says what went wrong.

Errors come typed from the store; the person reads here what happened and what to do.
"""

from typing import TYPE_CHECKING

from store import errors
from store.errors import (
    CaseState,
    CodeFault,
    EndReason,
    NumberFault,
    PasswordFault,
    PolicyFault,
    RowFault,
    TwofoldError,
    UsernameFault,
)
from store.rules.text import visible
from tui.approval_words import of_approvals
from tui.units import counted, day, duration, minute

if TYPE_CHECKING:
    from store.services.views import Notice

LINE = 74
"""Columns of the line under a field, at 80x24."""

NOTHING_CHANGED = "Nothing was changed."
CHANGED_ELSEWHERE = "2FA was changed in another session. Begin again."

USERNAME = {
    UsernameFault.EMPTY: "Type a username.",
    UsernameFault.TOO_LONG: "A username has at most 40 characters.",
    UsernameFault.FIRST: "A username begins with a letter or a digit.",
    UsernameFault.CHARACTER: "A username is made of a-z, 0-9 and . _ - + @ only.",
    UsernameFault.RESERVED: "That name could be taken for nobody's. Take another.",
    UsernameFault.TOO_MANY_SIGNS: "A username has at most two of + and @.",
}
PASSWORD = {
    PasswordFault.EMPTY: "Type a new password.",
    PasswordFault.TOO_SHORT: "Take at least 15 characters; four or five words do well.",
    PasswordFault.TOO_LONG: "Take at most 256 characters.",
    PasswordFault.UNSAFE: "A password holds no control characters.",
    PasswordFault.GUESSABLE: "Too easy to guess.",
    PasswordFault.SAME: "That is the password you have now. Take another.",
    PasswordFault.MISMATCH: "The two are not the same. Type the new password again.",
}
APP_CODE = {
    CodeFault.EMPTY: "Type the six digits from the app.",
    CodeFault.LETTERS: "The app's code is six digits. For one from your sheet, use the line below.",
    CodeFault.NOT_SIX_DIGITS: "The app's code is six digits.",
}
BACKUP_CODE = {
    CodeFault.EMPTY: "Type one code from your sheet.",
    CodeFault.SIX_DIGITS: "Six digits come from the app. A code from the sheet has 16 characters.",
    CodeFault.WRONG_LENGTH: "A code has 16 characters, in four groups of four.",
    CodeFault.CHARACTER: "A code is made of letters and digits only.",
}
NUMBER = {
    NumberFault.EMPTY: "Type a phone number.",
    NumberFault.NO_COUNTRY: "The country code is missing. Put it in front.",
    NumberFault.NOT_A_NUMBER: "That is not a phone number.",
    NumberFault.INVALID: "No phone has that number. Check the digits.",
    NumberFault.PREMIUM: "Calls can't be sent to a number that costs extra.",
    NumberFault.OWN: "That is your own number.",
}
ROW = {
    RowFault.LINE_TOO_LONG: "The line is longer than any row.",
    RowFault.NOT_UTF_8: "The line is not UTF-8 text.",
    RowFault.NUL: "The line holds a NUL character.",
    RowFault.QUOTES: "The quotation marks do not match.",
    RowFault.CELLS: "The line has more or fewer cells than the first line.",
    RowFault.NAME_TOO_LONG: "A display name has at most 80 characters.",
    RowFault.FORMULA: "A display name does not begin like a formula of a spreadsheet.",
    RowFault.ROLE: "The role is neither user nor operator.",
    RowFault.TWICE: "The same username stands in line {earlier}.",
    RowFault.OTHER_FACTS: "There is an account of this username with another name, number or role.",
    RowFault.MOMENT: "The time is none like 2026-11-24T14:00:00+02:00.",
    RowFault.DIRECTION: "The direction is none of in, out and missed.",
    RowFault.SECONDS: "The seconds are no whole number.",
    RowFault.LENGTH: "A missed call has no seconds, and every other one has.",
}
POLICY = {
    PolicyFault.GRACE: "The time of grace is 0 to 90 days.",
    PolicyFault.IDLE: "Without a key: 1 to 60 minutes.",
    PolicyFault.KIOSK_IDLE: "In a kiosk: 30 to 300 seconds.",
    PolicyFault.ABSOLUTE: "A session in all: 1 to 24 hours.",
    PolicyFault.STEP_UP: "Step-up: 1 to 60 minutes.",
    PolicyFault.NAME: "The name has at most 30 characters.",
    PolicyFault.ISSUER: "The app's name for it: 1 to 15 letters, digits, dots, dashes.",
}
ENDED = {
    EndReason.LOGGED_OUT: "You are logged out.",
    EndReason.IDLE: "You were logged out, because no key was pressed for a while.",
    EndReason.EXPIRED: "The time for that ran out. Begin again.",
    EndReason.CHANGED: "Something was changed in another session. Begin again.",
    EndReason.DISABLED: "This account was disabled. Ask an operator.",
    EndReason.LOCKED: "An operator locked this account. Ask why.",
    EndReason.ENDED_ELSEWHERE: "This session was ended in another one. Begin again.",
    EndReason.ENDED_BY_OPERATOR: "An operator ended this session. Begin again.",
    EndReason.HANGUP: "The connection was lost. Begin again.",
    EndReason.ENABLED_2FA: CHANGED_ELSEWHERE,
    EndReason.CRASHED: "The session has ended. Begin again.",
    EndReason.RENEWED: "The session has ended. Begin again.",
    EndReason.FORGED: "This session was changed from outside and ended. Tell an operator.",
    EndReason.UPGRADED: "Twofold was upgraded meanwhile. Begin again.",
    EndReason.RESTORED: "A backup was brought back meanwhile. Begin again.",
}
TRIES = {"WRONG_PASSWORDS": "password", "WRONG_CODES": "code"}
HAPPENED = {
    "ENABLED": "2FA was turned on",
    "DISABLED": "2FA was turned off",
    "REPLACED": "The authenticator app was replaced",
    "NEW_CODES": "New backup codes were made",
    "PASSWORD": "The password was changed",
    "RESET": "2FA was reset",
    "UNLOCKED": "Locks were lifted",
    "LOCKED": "Locked",
    "ACCOUNT_DISABLED": "Disabled",
    "ACCOUNT_ENABLED": "Enabled",
    "EDITED": "Name or number changed",
    "ROLE": "The role was changed",
    "CHANGE_ASKED": "New password asked for",
    "PASSWORD_RESET": "The password was reset",
    "SESSIONS_ENDED": "Sessions were ended",
    "SUSPENDED": "2FA was suspended",
    "RESTORED": "2FA was restored",
    "RECOVERY_OPENED": "Recovery begun",
    "RECOVERY_APPROVED": "Recovery approved",
    "RECOVERY_COMPLETED": "Recovery completed",
    "RECOVERY_CANCELLED": "Recovery cancelled",
    "RECOVERY_CANCELLED_BY_LOGIN": "Your log-in cancelled the recovery begun",
}
CASE = {
    CaseState.OPEN: "This case is open.",
    CaseState.APPROVED: "This case is approved already.",
    CaseState.DONE: "This case is done: its code or password was made.",
    CaseState.CANCELLED: "This case was cancelled, by an operator or by a log-in. Open a new one.",
    CaseState.EXPIRED: "This case is older than 7 days. Open a new one.",
}
LONGEST_ACTOR = 26
"""Characters of who did something to an account that its owner reads: for more the line is too short."""
STORE = {
    "full": "The disk is full, so nothing was changed. Free some room and try again.",
    "disk": "The disk reports an error, so nothing was changed.",
    "cannot open": "The store cannot be opened there: {path}",
    "no permission": "You may not open the store: {path}",
    "read-only": "The store cannot be written: {path}",
    "not a store": "This is not a Twofold store: {path}",
    "damaged": "The store is damaged: {path}. Bring back a backup.",
    "exists": "There is a file already: {path}. Name another.",
    "gone": "The store was taken away; nothing was changed. Tell an operator.",
    "not made": "No account yet. On the host run: twofold account create NAME --operator",
    "lost": "The store is gone. Restore it, or: twofold account create NAME --operator",
    "empty": "The store is empty though it has a key: {path}. Bring back a backup, or delete it.",
    "busy": "The store is busy. Try again in a moment.",
    "open to others": "Other users can read the store. Run: chmod 600 {path}",
    "newer": "The store was made by a newer Twofold. Upgrade this one.",
    "sealed value damaged": "A secret in the store is damaged. Bring back a backup.",
    "sealed value unknown": "A secret in the store is damaged. Bring back a backup.",
    "sealed value retired": "A secret in the store is damaged. Bring back a backup.",
    "older than its key": "This copy is older than its key: {path}. Use: twofold store restore FILE",
    "another store": "The backup is of another store than the one at {path}. Nothing was changed.",
    "schema": "The store was changed from outside: {detail}. Find out by whom, bring back a backup.",
}
KEY = {
    "is open to others": "Other users can read the key file. Run: chmod 600 {path}",
    "may not be read": "You may not read the key file: {path}",
    "is missing": "The store's key file is missing: {path}. Bring it back from your backup.",
    "is not this store's": "The key file is not the one of this store: {path}",
    "is too old": "The key was changed since this key file was copied: {path}. Bring back the newest copy.",
}


def sentence(error: TwofoldError) -> str:
    """Return what the person reads: what happened and what to do."""
    match error:
        case errors.Locked(wait):
            return f"Too many wrong tries. Wait {duration(wait)}, or ask an operator."
        case errors.LockedByOperator(wait):
            return f"An operator locked this account for another {duration(wait)}. Ask why."
        case errors.NotACode(fault):
            return APP_CODE.get(fault) or BACKUP_CODE[fault]
        case errors.UsedBackupCode(number, used_at):
            return f"Code {number} was used on {day(used_at)}. Take another from the sheet."
        case errors.ClockOff(seconds):
            off = f"{abs(seconds)} s {'ahead' if seconds > 0 else 'behind'}"
            return f"Your phone's clock is about {off}. Set it to automatic."
        case errors.SessionEnded(reason):
            return ENDED[reason]
        case errors.StepUpNeeded(with_code):
            return f"Type {'a code' if with_code else 'your password'} first."
        case errors.BadRow(fault, earlier):
            return ROW[fault].format(earlier=earlier)
        case errors.StoreUnusable() | errors.KeyUnusable():
            return _of_files(error)
        case _:
            return _of_input(error)


def happened(notice: "Notice") -> str:
    """Return what happened to the account since the last log-in, and when last."""
    kind, when = notice.kind.name, minute(notice.last_at)
    if kind in TRIES:
        tries = counted(notice.count, "try", "tries")
        return f"{tries} with a wrong {TRIES[kind]}, the last on {when}."
    return f"{when}: {HAPPENED[kind]}{_by(notice.by)}."


def _by(actor: str) -> str:
    shown = visible(actor)
    if len(shown) > LONGEST_ACTOR:
        shown = f"{shown[: LONGEST_ACTOR - 3]}..."
    return f" by {shown}" if shown else ""


def _of_input(error: TwofoldError) -> str:
    match error:
        case errors.InvalidUsername(fault):
            return USERNAME[fault]
        case errors.WeakPassword(fault, warning):
            both = f"{PASSWORD[fault]} {warning}".strip()
            return both if len(both) <= LINE else warning
        case errors.InvalidNumber(fault) | errors.InvalidPolicy(fault):
            return NUMBER[fault] if isinstance(fault, NumberFault) else POLICY[fault]
        case errors.UsernameTaken(username):
            return f"There is, or was, an account {visible(username)}. Take another name."
        case errors.NoSuchCase(number):
            return f"There is no recovery case {number}."
        case errors.CaseOpenAlready(number):
            return f"There is a recovery already: case {number}. Complete or cancel it."
        case errors.NotInThatState(state):
            return CASE[state]
        case errors.NoSuchAccount(username):
            return f"There is no account {visible(username)}."
        case errors.InvalidSettings(detail):
            # It may quote a path, or a key of the configuration.
            return visible(f"{detail[:1].upper()}{detail[1:]}.")
        case _:
            return PLAIN.get(type(error)) or of_approvals(error) or "That did not work."


PLAIN: dict[type[TwofoldError], str] = {
    errors.SignInRefused: "That did not work. Check both; if they are right, ask an operator.",
    errors.ActivationExpired: "That activation password has expired. Ask an operator for a new one.",
    errors.ActivationSpent: "That activation password was used already. Ask an operator for a new one.",
    errors.PasswordChangeNeeded: "Choose a new password first.",
    errors.WrongCode: "Wrong code. Try the next one. Is the phone's clock automatic?",
    errors.WrongBackupCode: "No code of this set is like that. Check it with the sheet.",
    errors.SpentCode: "Already used. Wait for a new code in the app (30 s at most).",
    errors.ClockWentBack: "This machine's clock went back: no code can be checked. Tell an operator.",
    errors.FactorDisabled: "Switched off after 100 wrong tries in a row. Ask an operator.",
    errors.FactorSuspended: "An operator suspended your second factor. Ask one how to get in again.",
    errors.NoResetCode: "The reset code is no longer valid. Ask an operator for a new one.",
    errors.WrongResetCode: "That is not the reset code. Check each character.",
    errors.TooBusy: "This machine is busy. Nothing was checked; try again in a minute.",
    errors.TooLittleMemory: "This machine is short of memory. Nothing was checked; try again in a moment.",
    errors.UnsafeText: "That holds a character that can't be shown.",
    errors.NotAllowed: "You may not do that.",
    errors.EnrollmentNeeded: "2FA is required here. Begin again, and set it up.",
    errors.WrongPassword: "Wrong password.",
    errors.NoSuchSession: "That session has ended already.",
    errors.EnrollmentEnded: "That took too long or too many tries. Nothing was changed; begin again.",
    errors.ChangedElsewhere: CHANGED_ELSEWHERE,
    errors.AlreadyOn: "2FA is on already.",
    errors.AlreadyOff: "2FA is off, so there is nothing to turn off or to reset.",
    errors.SecondFactorDemanded: "2FA is required here: it can be replaced, not turned off.",
    errors.AlreadyDisabled: "This account is disabled already.",
    errors.AlreadyEnabled: "This account is not disabled.",
    errors.AlreadyActivated: "A password was chosen already. It is reset at the host's shell.",
    errors.SameRole: "The account has this role already.",
    errors.LockOutOfRange: "A lock lasts from 1 minute to 30 days. For longer, disable the account.",
    errors.LastOperator: "Nobody else could look after accounts then. Make another operator first.",
    errors.NoReason: "Say why: the reason stands in the audit log.",
    errors.NoProof: "Say who proved what: it stands in the case and in the audit log.",
    errors.ApprovalNeeded: "A second operator has to approve this case first.",
    errors.OwnApproval: "Who began it can't approve it. Another operator has to.",
    errors.OwnCase: "You can't recover your own account. Another operator can.",
    errors.CaseNeeded: "Resetting 2FA takes two operators here: open a recovery case.",
    errors.StoreNotFresh: "The first operator has been made already.",
}


def _of_files(error: errors.StoreUnusable | errors.KeyUnusable) -> str:
    path = visible(str(error.path)) if error.path else ""
    if error.owner:
        owner = visible(error.owner)
        if error.cause == "is missing":
            return f"The store is {owner}'s, and its key file is not here: {path}. Run this as {owner}."
        what = "key file" if isinstance(error, errors.KeyUnusable) else "store"
        return f"The {what} is {owner}'s: {path}. Run this as {owner}."
    if isinstance(error, errors.KeyUnusable):
        return KEY.get(error.cause, "The key file {cause}: {path}").format(cause=error.cause, path=path)
    told = STORE.get(error.cause, "The store cannot be used: {path}")
    return told.format(path=path, detail=visible(error.detail))
