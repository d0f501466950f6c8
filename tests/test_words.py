"""Whatever can go wrong has a sentence of its own, short enough for its line; every number has its unit."""

import ast
import string
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from zxcvbn import feedback

from store import errors
from store.errors import (
    ApprovalState,
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
from store.services.notices import BY_OPERATORS
from store.services.views import Notice, NoticeKind
from tests.clocks import START
from tui import flows, words
from tui.units import minute
from tui.words import LINE, sentence

MOMENT = datetime(2026, 11, 24, 14, 2, tzinfo=UTC)
PANEL = (33, 2)
"""Columns and lines under the field of Enrollment."""
FALLBACK = "That did not work."
HOSTILE = "\x1b[2J[@click=app.quit]\u202e\u200b{path}%s"

UNDER_A_FIELD: list[TwofoldError] = [
    errors.SignInRefused(),
    *(errors.Locked(timedelta(seconds=seconds)) for seconds in (1, 59, 61, 599, 3599, 3600)),
    *(errors.LockedByOperator(timedelta(seconds=seconds)) for seconds in (1, 3599, 30 * 86400)),
    errors.ActivationExpired(),
    errors.ActivationSpent(),
    errors.WrongBackupCode(),
    errors.SpentCode(),
    errors.UsedBackupCode(10, MOMENT),
    errors.ClockWentBack(),
    errors.FactorDisabled(),
    errors.FactorSuspended(),
    errors.NoResetCode(),
    errors.WrongResetCode(),
    errors.UnsafeText("\x00"),
    errors.NotAllowed(),
    errors.EnrollmentNeeded(),
    errors.SecondFactorDemanded(),
    errors.WrongPassword(),
    errors.AlreadyOn(),
    errors.AlreadyOff(),
    errors.NoProof(),
    errors.NoSuchCase(10**9),
    errors.CaseOpenAlready(10**9),
    *(errors.NotInThatState(state) for state in CaseState),
    errors.ApprovalNeeded(),
    errors.OwnApproval(),
    errors.OwnCase(),
    errors.CaseNeeded(),
    errors.TwoNeeded(),
    errors.OneIsEnough(),
    errors.TooNewToApprove(),
    errors.NoSuchApproval(10**9),
    *(errors.ApprovalClosed(state) for state in ApprovalState),
    errors.ChangedElsewhere(),
    errors.EnrollmentEnded(),
    errors.StoreUnusable("full"),
    errors.StoreUnusable("disk"),
    *(errors.InvalidUsername(fault) for fault in UsernameFault),
    *(errors.WeakPassword(fault) for fault in PasswordFault),
    *(errors.NotACode(fault) for fault in CodeFault),
    *(errors.InvalidNumber(fault) for fault in NumberFault),
    *(errors.InvalidPolicy(fault) for fault in PolicyFault),
]
IN_THE_PANEL: list[TwofoldError] = [
    errors.WrongCode(),
    errors.SpentCode(),
    *(errors.ClockOff(seconds) for seconds in (-300, 300)),
]
ELSEWHERE: list[TwofoldError] = [
    *(errors.SessionEnded(reason) for reason in EndReason),
    errors.StepUpNeeded(with_code=True),
    errors.StepUpNeeded(with_code=False),
    errors.UsernameTaken("alice"),
    errors.NoSuchAccount("alice"),
    errors.NoSuchSession(),
    errors.TooBusy(),
    errors.TooLittleMemory(),
    errors.AlreadyDisabled(),
    errors.AlreadyEnabled(),
    errors.AlreadyActivated(),
    errors.PasswordChangeNeeded(),
    errors.SameRole(),
    errors.ProposedAlready(10**9),
    errors.NoLongerCounts("maria.papadopoulou+night@example-corp.gr"),
    errors.TooFewOperators("twofold account disable alice --reason TEXT"),
    errors.ShellsAct("twofold account reset-password alice --reason TEXT"),
    errors.LockOutOfRange(),
    errors.LastOperator(),
    errors.NoReason(),
    errors.StoreNotFresh(),
    *(errors.BadRow(fault, 7) for fault in RowFault),
    errors.InvalidSettings("in /x/config.toml: the key x is not known"),
    errors.KeyUnusable("is missing", Path("/keys/x")),
]
ALL = [*UNDER_A_FIELD, *IN_THE_PANEL, *ELSEWHERE]


def kinds(base: type[TwofoldError]) -> Iterator[type[TwofoldError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def values(error: TwofoldError) -> str:
    return f"{type(error).__name__} {vars(error)}"


def is_plain(text: str) -> bool:
    return text == visible(text) and set(text) <= {*string.printable} - {*"\t\n\r\x0b\x0c"}


def test_every_error_has_a_sentence_and_is_known_to_these_tests() -> None:
    defined = {kind for kind in kinds(TwofoldError) if kind.__module__.startswith("store.errors.")}
    assert defined == {type(error) for error in ALL}
    assert [values(error) for error in ALL if sentence(error) in {"", FALLBACK}] == []


@pytest.mark.parametrize(
    "faults",
    [UsernameFault, PasswordFault, NumberFault, PolicyFault, EndReason, CodeFault, CaseState, RowFault],
)
def test_every_member_of_an_enum_has_a_sentence(faults: type[Enum]) -> None:
    tables: list[dict[Any, str]] = [words.USERNAME, words.PASSWORD, words.NUMBER, words.ENDED, words.CASE]
    tables += [words.APP_CODE | words.BACKUP_CODE, words.ROW, words.POLICY]
    assert any(set(faults) == set(table) for table in tables)


@pytest.mark.parametrize(
    "faults",
    [
        *(words.USERNAME, words.PASSWORD, words.NUMBER, words.POLICY, words.APP_CODE, words.BACKUP_CODE),
        *(words.CASE, words.ROW),
    ],
)
def test_each_fault_of_a_field_has_a_sentence_of_its_own(faults: dict[Any, str]) -> None:
    assert len(set(faults.values())) == len(faults)


def test_different_errors_say_different_things() -> None:
    told: dict[str, set[str]] = {}
    for error in ALL:
        told.setdefault(sentence(error), set()).add(type(error).__name__)
    # To whoever is logged out by it both are one thing.
    assert {text: who for text, who in told.items() if len(who) > 1} == {
        words.CHANGED_ELSEWHERE: {"ChangedElsewhere", "SessionEnded"}
    }


@pytest.mark.parametrize("error", ALL, ids=values)
def test_a_sentence_is_plain_text_that_begins_large_and_ends(error: TwofoldError) -> None:
    text = sentence(error)
    assert is_plain(text)
    assert text[0].isupper() or text[0].isdigit()
    assert text[-1] == "." or text.endswith(("?", "/keys/x"))
    assert "  " not in text
    assert "[" not in text


@pytest.mark.parametrize("error", UNDER_A_FIELD, ids=values)
def test_what_stands_under_a_field_fits_its_line(error: TwofoldError) -> None:
    assert len(sentence(error)) <= LINE


@pytest.mark.parametrize("error", IN_THE_PANEL, ids=values)
def test_what_stands_in_the_panel_fits_its_two_lines(error: TwofoldError) -> None:
    columns, lines = PANEL
    assert len(textwrap.wrap(sentence(error), columns)) <= lines


def warnings() -> list[str]:
    """Every reason that zxcvbn gives, read from its own code."""
    tree = ast.parse(Path(feedback.__file__).read_text("utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    found = [
        argument.value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "_"
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(found) > 10
    return found


def test_where_no_hash_can_be_made_nothing_is_said_of_log_ins() -> None:
    """It is said at Agree, and where a password is changed, as well."""
    assert sentence(errors.TooBusy()) == "This machine is busy. Nothing was checked; try again in a minute."


@pytest.mark.parametrize("warning", warnings())
def test_why_a_password_is_easy_to_guess_fits_the_line_too(warning: str) -> None:
    text = sentence(errors.WeakPassword(PasswordFault.GUESSABLE, warning))
    assert text in {f"Too easy to guess. {warning}", warning}
    assert len(text) <= LINE


FOREIGN: list[TwofoldError] = [
    errors.UsernameTaken(HOSTILE),
    errors.NoSuchAccount(HOSTILE),
    errors.NoLongerCounts(HOSTILE),
    errors.TooFewOperators(HOSTILE),
    errors.ShellsAct(HOSTILE),
    errors.InvalidSettings(HOSTILE),
    errors.StoreUnusable("not a store", Path(HOSTILE)),
    errors.StoreUnusable("never heard of", Path(HOSTILE)),
    errors.KeyUnusable("is missing", Path(HOSTILE)),
    errors.KeyUnusable("never heard of", Path(HOSTILE)),
]


@pytest.mark.parametrize("error", FOREIGN, ids=lambda error: type(error).__name__)
def test_what_is_quoted_is_made_visible(error: TwofoldError) -> None:
    assert is_plain(sentence(error))


def causes(kind: str) -> set[str]:
    """Every cause that the store's code names when it raises this error."""
    found = set()
    for path in Path("store").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == kind
                and node.args
            ):
                cause = node.args[0]
                if isinstance(cause, ast.Constant):
                    found.add(str(cause.value))
    return found


def test_every_cause_that_the_store_names_has_a_sentence() -> None:
    assert causes("StoreUnusable") - set(words.STORE) <= {"failed"}
    assert sentence(errors.StoreUnusable("failed", Path("/x"))) == "The store cannot be used: /x"
    # Those of the key file are worded so that they go into one sentence.
    for cause in causes("KeyUnusable"):
        assert cause in words.KEY or cause.split()[0] in {"is", "cannot"}


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_happened_reads_as_a_sentence_and_fits_its_line(kind: NoticeKind) -> None:
    by = "maria.papadopoulou+night@example-corp.gr" if kind in BY_OPERATORS.values() else ""
    text = words.happened(Notice(kind, 12, START, by))
    assert text.count(" on ") <= 1
    assert text.count("24 Nov 2026 ") == 1
    assert len(text) <= LINE - 2


def test_what_happened_is_told_after_its_time() -> None:
    text = words.happened(Notice(NoticeKind.ENABLED, 1, START))
    assert text == f"{minute(START)}: 2FA was turned on."


def test_what_is_said_after_an_act_fits_its_line() -> None:
    said = [flows.REPLACED, flows.NEW_CODES, flows.DISABLED, flows.PASSWORD_CHANGED, flows.ENTRY_IS_DEAD]
    for text in (*said, flows.ENABLED, words.NOTHING_CHANGED):
        assert is_plain(text)
        assert len(text) <= 2 * LINE
