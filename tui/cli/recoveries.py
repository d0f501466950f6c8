"""`twofold recovery ...`."""

import argparse
import json

from store.errors import CaseState
from store.rules.activation import VALID_FOR
from store.rules.text import visible
from store.services.views import Activation, RecoveryCaseView
from tui.cli.acts import tell
from tui.cli.opening import open_store
from tui.cli.output import say
from tui.cli.reset_codes import paragraphs, tell_reset_code
from tui.cli.showing import aligned, columns, local, utc
from tui.units import minute

HEADINGS = ("ID", "USERNAME", "STATE", "LOST", "STOLEN", "OPENED", "BY", "PROOF")


def open_case(asked: argparse.Namespace) -> None:
    """Open a case and say what it does at once, and what comes next."""
    with open_store(asked) as (services, shell):
        case = services.recovery.open(
            shell, asked.name, asked.proof, stolen=asked.stolen, password=asked.password
        )
    say(f"Opened case {case.number} for {case.username}.")
    if case.stolen:
        paragraphs(
            f"The second factor of {case.username} is suspended: no code and no backup code is accepted, "
            f"{case.username} is logged out everywhere, and only closing the case changes that."
        )
    elif case.password:
        paragraphs(
            f"Should {case.username} log in with the password after all, that cancels the case. 2FA stays as "
            "it is, and is asked for as ever."
        )
    else:
        paragraphs(
            f"Should {case.username} log in with a code or a backup code after all, that cancels the case. "
            "Was the phone stolen? Then cancel it, and open one with --stolen."
        )
    paragraphs(next_step(case))


def list_all(asked: argparse.Namespace) -> None:
    """List cases, the latest first."""
    with open_store(asked) as (services, shell):
        cases = services.recovery.list(shell, open_only=not asked.all)
        if asked.json:
            say(json.dumps([as_dict(case) for case in cases], indent=2))
            return
        rows = [_row(case) for case in cases]
    if not rows:
        say("No recovery case is open." if not asked.all else "There has been no recovery case.")
        return
    for line in columns(HEADINGS, iter(rows)):
        say(line)


def show(asked: argparse.Namespace) -> None:
    """Show one case and what comes next."""
    with open_store(asked) as (services, shell):
        case = services.recovery.show(shell, asked.id)
    if asked.json:
        say(json.dumps(as_dict(case), indent=2))
        return
    lines = {
        "Case": str(case.number),
        "Username": visible(case.username),
        "State": case.state,
        "Lost": "the password" if case.password else "phone and backup codes",
        "Stolen": _stolen(case),
        "Proven": visible(case.proof),
        "Opened": f"{local(case.opened_at)} by {case.opened_by}",
        "Approved": f"{local(case.approved_at)} by {case.approved_by}" if case.approved_at else "no",
        "Closed": f"{local(case.closed_at)} by {case.closed_by}" if case.closed_at else "no",
    }
    for line in aligned(lines):
        say(line)
    if following := next_step(case):
        paragraphs(f"\n{following}")


def approve(asked: argparse.Namespace) -> None:
    """Approve a case as its second operator."""
    with open_store(asked) as (services, shell):
        case = services.recovery.approve(shell, asked.id)
    say(f"Approved case {case.number} of {case.username}.")
    paragraphs(next_step(case))


def complete(asked: argparse.Namespace) -> None:
    """Print what the case ends in: the reset code, or a password for one log-in."""
    with open_store(asked) as (services, shell):
        case = services.recovery.show(shell, asked.id)
        code = services.recovery.complete(shell, asked.id)
    if case.password:
        say(f"The password that {case.username} had is dead, and every session ended. 2FA stays.")
        tell(Activation(case.username, code, VALID_FOR))
        return
    tell_reset_code(case.username, code, "Open and complete a new case: that makes a new code,")


def cancel(asked: argparse.Namespace) -> None:
    """Close a case without a reset."""
    with open_store(asked) as (services, shell):
        case = services.recovery.cancel(shell, asked.id, asked.reason)
    factor = f" The second factor of {case.username} works again as before." if case.stolen else ""
    say(f"Cancelled case {case.number} of {case.username}.{factor}")


def next_step(case: RecoveryCaseView) -> str:
    """Return what comes next, as a command; nothing where the case is closed."""
    if case.state is CaseState.EXPIRED:
        return (
            "The case is older than 7 days and can't be completed. To begin again, which closes it: "
            f"twofold recovery open {case.username} --proof TEXT{' --password' if case.password else ''}"
        )
    if not case.live:
        return ""
    until = f"by {minute(case.expires_at)}"
    if case.approval_needed:
        return (
            f"Another operator has to approve it {until}, as another OS user or from the desk: "
            f"twofold recovery approve {case.number}\n"
            f"Alone, at the host's shell: twofold recovery complete {case.number}"
        )
    what = "password" if case.password else "reset code"
    return f"For the {what}, {until}: twofold recovery complete {case.number}"


def as_dict(case: RecoveryCaseView) -> dict[str, object]:
    """Return one case for JSON: times in UTC."""
    return {
        "id": case.number,
        "username": case.username,
        "state": case.state,
        "lost": "password" if case.password else "factor",
        "stolen": case.stolen,
        "proof": case.proof,
        "opened_by": case.opened_by,
        "opened_at": utc(case.opened_at),
        "expires_at": utc(case.expires_at),
        "approval_needed": case.approval_needed,
        "approved_by": case.approved_by,
        "approved_at": utc(case.approved_at),
        "closed_by": case.closed_by,
        "closed_at": utc(case.closed_at),
        "closed_by_login": case.closed_by_login,
    }


def _row(case: RecoveryCaseView) -> tuple[str, ...]:
    return (
        str(case.number),
        case.username,
        "waits for approval" if case.approval_needed else case.state,
        "password" if case.password else "phone",
        "yes" if case.stolen else "no",
        local(case.opened_at),
        case.opened_by,
        case.proof,
    )


def _stolen(case: RecoveryCaseView) -> str:
    if not case.stolen:
        return "no"
    return "yes; the second factor is suspended" if case.closed_at is None else "yes"
