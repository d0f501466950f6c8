"""Whatever resets failures in a row says so in the log, in an event that the check of the store reads (D19).

Else `store check` would take the failures before it for forgotten ones, and call a sound store tampered with.
"""

import ast
from functools import cache

import pytest

from store.services.told_by_log import RELEVANT
from tests.test_layers import FILES, called, named

RESETS = "throttle.succeed"
HANDED_ON = "then"


@cache
def functions() -> dict[str, list[ast.FunctionDef]]:
    """Every function of the services, by its bare name."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for path in FILES:
        if named(path).startswith("store/services/"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    found.setdefault(node.name, []).append(node)
    return found


def calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def takes_an_act(function: ast.FunctionDef) -> bool:
    return HANDED_ON in {each.arg for each in function.args.args}


RESETTING = [
    each
    for several in functions().values()
    for each in several
    if any(called(call) == RESETS for call in calls(each))
]


def handed_on() -> list[str]:
    """The acts that are done in the transaction of a proof, by name, wherever one is handed on."""
    takes = {each.name for each in RESETTING if takes_an_act(each)}
    acts = []
    for several in functions().values():
        for call in (call for each in several for call in calls(each)):
            if called(call).rpartition(".")[2] in takes:
                partials = [each for each in call.args if called(each) == "partial"]
                acts += [ast.unparse(each.args[0]) for each in partials if isinstance(each, ast.Call)]
    return [act.rpartition(".")[2] for act in acts]


def told(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """The done events that this function records, or what it calls by a bare name or on itself."""
    if name in seen:
        return set()
    return {event for function in functions().get(name, []) for event in _told(function, seen | {name})}


def _told(function: ast.FunctionDef, seen: frozenset[str]) -> set[str]:
    events: set[str] = set()
    for call in calls(function):
        name = called(call)
        if name.rpartition(".")[2] in {"record", "record_of"}:
            if "done" not in {each.arg for each in call.keywords}:
                events |= {str(each.value) for each in call.args if isinstance(each, ast.Constant)}
        elif "." not in name.removeprefix("self."):
            events |= told(name.removeprefix("self."), seen)
    return events


def test_the_ways_to_reset_failures_are_found() -> None:
    assert {each.name for each in RESETTING} >= {"check", "_spend_backup_code", "use_code"}
    assert {*handed_on()} >= {"_proven", "_uncover"}


@pytest.mark.parametrize("name", [each.name for each in RESETTING if not takes_an_act(each)])
def test_whatever_resets_failures_records_an_event_that_the_check_knows(name: str) -> None:
    assert told(name) & {*RELEVANT}


@pytest.mark.parametrize("name", handed_on())
def test_whatever_is_done_with_a_proof_records_an_event_that_the_check_knows(name: str) -> None:
    assert told(name) & {*RELEVANT}
