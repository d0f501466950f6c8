"""The command line: what was asked, how it ended, and the one line that says so (design section 5)."""

import argparse
import signal
import sys
from types import FrameType

from store.errors import TwofoldError
from tui.cli.arguments import parse
from tui.cli.output import Refused, complain, finish
from tui.exit_codes import EXIT_CODES

DONE, REFUSED = range(2)


def main(argv: list[str]) -> int:
    """Do what the arguments ask for and return the exit code; every failure is told in one line."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        status = _carry_out(parse(argv))
        finish()
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else REFUSED
    except KeyboardInterrupt:
        status = 128 + signal.SIGINT
    except BrokenPipeError:
        status = 128 + signal.SIGPIPE
    except Exception as error:  # noqa: BLE001 - a traceback would show strangers what was in memory
        status = _told(error)
    return status


def _carry_out(asked: argparse.Namespace) -> int:
    if asked.command is None or asked.command == "demo":
        # Nobody at a console may kill it half-way; a command is Ctrl+C'd as ever.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        from tui.cli.console import open_console, open_demo

        return open_demo(asked) if asked.command == "demo" else open_console(asked)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from tui.cli import (
        account_files,
        accounts,
        acts,
        approvals,
        audits,
        call_files,
        completion,
        keys,
        policies,
        recoveries,
        sessions,
        stores,
    )

    commands = {
        "account create": accounts.create,
        "account list": accounts.list_all,
        "account show": accounts.show,
        "account unlock": accounts.unlock,
        "account disable": accounts.disable,
        "account enable": accounts.enable,
        "account lock": acts.lock,
        "account edit": acts.edit,
        "account role": acts.set_role,
        "account activate": acts.activate,
        "account reset-password": acts.reset_password,
        "account require-password-change": acts.require_password_change,
        "account reset-2fa": accounts.reset_two_factor,
        "account import": account_files.bring_in,
        "account export": account_files.write_out,
        "session list": sessions.list_all,
        "session end": sessions.end,
        "recovery open": recoveries.open_case,
        "recovery list": recoveries.list_all,
        "recovery show": recoveries.show,
        "recovery approve": recoveries.approve,
        "recovery complete": recoveries.complete,
        "recovery cancel": recoveries.cancel,
        "approval list": approvals.list_all,
        "approval show": approvals.show,
        "approval approve": approvals.approve,
        "approval decline": approvals.decline,
        "audit list": audits.list_events,
        "audit export": audits.export,
        "audit verify": audits.verify,
        "call-history import": call_files.bring_in,
        "policy show": policies.show,
        "policy set": policies.change,
        "store upgrade": stores.upgrade,
        "store check": stores.check,
        "store backup": stores.backup,
        "store restore": stores.restore,
        "key rotate": keys.rotate,
        "completion": completion.write,
    }
    commands[asked.command](asked)
    return DONE


def _told(error: Exception) -> int:
    """Say on standard error why it failed; return the exit code."""
    if isinstance(error, Refused):
        complain(str(error))
        return error.status
    if isinstance(error, TwofoldError):
        from tui.words import sentence

        complain(sentence(error))
        return EXIT_CODES.get(type(error), REFUSED)
    from tui.crash import report_crash

    complain(f"Something went wrong inside Twofold. Report this: {report_crash(error)}")
    return REFUSED


def _leave(signum: int, _frame: FrameType | None) -> None:
    # By default the process would die at once and leave the terminal without echo.
    sys.exit(128 + signum)
