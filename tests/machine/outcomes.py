"""What acts come to, counted: a machine that never gets somewhere proves nothing about it."""

from collections import Counter

from hypothesis import currently_in_test_context, note

REACHED: Counter[str] = Counter()
"""Each outcome (events in the log: error, or `done`) and how often it came, in all examples so far."""


def came_to(outcome: str) -> None:
    REACHED[outcome] += 1
    if currently_in_test_context():
        note(f"    {outcome}")


OFTEN = {
    "2FA disabled: done",
    "2FA enabled: done",
    "2FA reset: done",
    "a console killed with a change pending",
    "a log-in made to wait",
    "access refused: NotAllowed",
    "account created: done",
    "account unlocked: done",
    "authenticator replaced: done",
    "backup code checked: WrongBackupCode",
    "backup codes shown: done",
    "call forwarding set: done",
    "change of second factor left: done",
    "code checked: SpentCode",
    "code checked: WrongCode",
    "enrollment begun: done",
    "enrollment code checked: WrongCode",
    "enrollment code checked: done",
    "key rotation begun, key rotated: done",
    "logged in: done",
    "nothing recorded: AlreadyOff",
    "nothing recorded: EnrollmentEnded",
    "nothing recorded: SessionEnded, expired",
    "nothing recorded: SessionEnded, idle",
    "nothing recorded: UsernameTaken",
    "nothing recorded: done",
    "password asked again: WrongPassword",
    "password checked, logged in: done",
    "password checked: Locked",
    "password checked: SignInRefused",
    "password checked: done",
    "recovery opened, 2FA suspended: done",
    "recovery opened: done",
    "reset code checked: NoResetCode",
    "session ended: SessionEnded, expired",
    "session ended: SessionEnded, idle",
    "session ended: done",
    "stepped up: done",
}
"""Reached in every hundred examples."""

SELDOM = {
    "2FA enabled after a reset: done",
    "2FA enabled: ChangedElsewhere",
    "a dead token tried: changed",
    "a dead token tried: enabled 2FA",
    "a dead token tried: ended in another session",
    "a dead token tried: expired",
    "a dead token tried: idle",
    "a dead token tried: logged out",
    "a dead token tried: renewed",
    "authenticator replaced: ChangedElsewhere",
    "backup code checked: FactorDisabled",
    "backup code checked: FactorSuspended",
    "backup code checked: Locked",
    "backup code checked: UsedBackupCode",
    "backup code checked: done",
    "backup codes replaced: done",
    "code checked: ClockWentBack",
    "code checked: FactorDisabled",
    "code checked: FactorSuspended",
    "code checked: Locked",
    "enrollment code checked: ClockOff",
    "enrollment code checked: EnrollmentEnded",
    "last backup code used, logged in: done",
    "last backup code used: done",
    "nothing recorded: CaseOpenAlready",
    "nothing recorded: NoSuchAccount",
    "nothing recorded: SessionEnded, disabled",
    "nothing recorded: WeakPassword",
    "password asked again: Locked",
    "password changed: done",
    "recovery cancelled by a log-in, logged in: done",
    "recovery cancelled, 2FA reset: done",
    "recovery cancelled, 2FA restored: done",
    "recovery cancelled, recovery opened: done",
    "recovery cancelled: done",
    "recovery completed, 2FA reset: done",
    "recovery completed: NotInThatState",
    "reset code checked: FactorDisabled",
    "reset code checked: FactorSuspended",
    "reset code checked: Locked",
    "reset code checked: WrongResetCode",
    "reset code checked: done",
    "session ended: NoSuchSession",
    "session ended: SessionEnded, disabled",
    "step-up asked: StepUpNeeded",
}
"""Reached in most three hundred examples, and in every long run."""
