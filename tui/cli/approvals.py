"""`twofold approval ...`."""

import argparse
import json

from store.errors import ApprovalState
from store.rules.text import visible
from store.services.views import ApprovalView, TwoOperators
from tui.approval_words import about
from tui.cli.opening import open_store
from tui.cli.output import say
from tui.cli.reset_codes import paragraphs
from tui.cli.showing import aligned, columns, local, utc
from tui.units import minute

HEADINGS = ("ID", "STATE", "PROPOSED", "BY", "WHAT", "REASON")


def list_all(asked: argparse.Namespace) -> None:
    """List proposals, the latest first."""
    with open_store(asked) as (services, shell):
        proposals = services.approvals.list(shell, open_only=not asked.all)
        if asked.json:
            say(json.dumps([as_dict(each) for each in proposals], indent=2))
            return
        rows = [_row(each) for each in proposals]
        two = services.approvals.standing(shell)
    if not rows:
        say("Nothing waits for a second operator." if not asked.all else "There has been no proposal.")
    else:
        for line in columns(HEADINGS, iter(rows)):
            say(line)
    if two.too_few:
        paragraphs(_too_few(two))


def show(asked: argparse.Namespace) -> None:
    """Show one proposal and what comes next."""
    with open_store(asked) as (services, shell):
        view = services.approvals.show(shell, asked.id)
    if asked.json:
        say(json.dumps(as_dict(view), indent=2))
        return
    lines = {
        "Proposal": str(view.number),
        "What": about(view),
        "State": view.state,
        "Reason": visible(view.reason),
        "Proposed": f"{local(view.proposed_at)} by {visible(view.proposed_by)}",
        "Decided": f"{local(view.decided_at)} by {visible(view.decided_by or '')}"
        if view.decided_at
        else "no",
    }
    for line in aligned(lines):
        say(line)
    if view.state is ApprovalState.OPEN:
        paragraphs(
            f"\nAnother operator has to approve it by {minute(view.expires_at)}, at the desk or as another "
            f"OS user: twofold approval approve {view.number}"
        )


def approve(asked: argparse.Namespace) -> None:
    """Carry out what was proposed."""
    with open_store(asked) as (services, shell):
        view = services.approvals.approve(shell, asked.id)
    say(f"Approved proposal {view.number}, and done: {about(view)}.")


def decline(asked: argparse.Namespace) -> None:
    """Close a proposal with nothing done."""
    with open_store(asked) as (services, shell):
        view = services.approvals.decline(shell, asked.id, asked.reason)
    say(f"Declined proposal {view.number}: {about(view)}. Nothing was changed.")


def as_dict(view: ApprovalView) -> dict[str, object]:
    """Return one proposal for JSON: times in UTC."""
    return {
        "id": view.number,
        "act": view.act,
        "username": view.username,
        "case": view.case_number,
        "state": view.state,
        "reason": view.reason,
        "proposed_by": view.proposed_by,
        "proposed_at": utc(view.proposed_at),
        "expires_at": utc(view.expires_at),
        "decided_by": view.decided_by,
        "decided_at": utc(view.decided_at),
    }


def _row(view: ApprovalView) -> tuple[str, ...]:
    return (
        str(view.number),
        view.state,
        local(view.proposed_at),
        view.proposed_by,
        about(view),
        view.reason,
    )


def _too_few(two: TwoOperators) -> str:
    return (
        f"Policy asks for two operators, and {two.counting} can log in with a second factor that works. So "
        "no session can do what takes two; here each act can be done alone. For one operator's rule: "
        "twofold policy set --second-approval no"
    )
