"""A failed log-in tells nobody by its time which names exist (ASVS 6.3.8; design D8, D9).

Processor time is compared, not the clock on the wall: other programs on this machine lengthen only the latter. The
tries of all names are mixed, so that whatever changes meanwhile changes for all of them.
"""

import itertools
import random
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import argon2
import pytest
from argon2 import extract_parameters
from sqlalchemy import event
from sqlalchemy.engine import Engine

from store.errors import Locked, SignInRefused
from store.rules.hashing import PASSWORD_COST, Verdict
from store.services import hashing
from store.services.hashing import Hashing
from store.services.principals import Visitor
from tests.desk import Desk, cheap_hashing
from tests.services.tries import WRONG, wrong_passwords
from tests.tables import change

Samples = dict[str, list[float]]

EXISTS, DISABLED, UNKNOWN, NO_NAME = "alice", "carol", "nobody", "-no name-"
NAMES = (EXISTS, DISABLED, UNKNOWN, NO_NAME)
ROUNDS = 3
"""Names that are told apart by chance are not told apart again each time."""
SHUFFLES = 4000
RARE = 0.001


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """People whose passwords cost what they cost everywhere."""
    # Nothing is drawn here, and with the lowest priority the other tests would leave the hashes no time.
    monkeypatch.setattr(hashing, "_yield_to_the_screen", lambda: None)
    desk = Desk(tmp_path)
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing()
    for name in (EXISTS, DISABLED):
        desk.create(name)
    change(desk, "UPDATE account SET enabled = 0 WHERE username = ?", DISABLED)
    yield desk
    desk.services.close()


def measured(tries: Callable[[str], object], names: tuple[str, ...], times: int, seed: int) -> Samples:
    """Try each name so often, in an order of chance; return the processor seconds that each try took."""
    dice = random.Random(seed)  # noqa: S311 - an order, not a secret
    taken: Samples = {name: [] for name in names}
    for name in itertools.chain.from_iterable(dice.sample(names, len(names)) for _ in range(times)):
        begun = time.process_time()
        tries(name)
        taken[name].append(time.process_time() - begun)
    return taken


def chance(one: list[float], other: list[float]) -> float:
    """How often ranks as uneven as these come about by chance: the test of Mann and Whitney, by shuffling."""
    places = {value: place for place, value in enumerate(sorted({*one, *other}))}
    ranks = [places[value] for value in (*one, *other)]
    expected = len(one) * statistics.fmean(ranks)

    def uneven(shuffled: list[int]) -> float:
        return abs(sum(shuffled[: len(one)]) - expected)

    dice, found = random.Random(1), uneven(ranks)  # noqa: S311 - a shuffle, not a secret
    return sum(uneven(dice.sample(ranks, len(ranks))) >= found for _ in range(SHUFFLES)) / SHUFFLES


def told_apart(taken: Samples, margin: float) -> set[tuple[str, str]]:
    """The names whose tries differ by more than the margin, and not by chance."""
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    return {
        (one, other)
        for one, other in itertools.combinations(taken, 2)
        if abs(medians[one] - medians[other]) > margin * min(medians[one], medians[other])
        and chance(taken[one], taken[other]) < RARE
    }


def always_told_apart(
    tries: Callable[[str], object], names: tuple[str, ...], times: int, margin: float
) -> set[tuple[str, str]]:
    """The names that are told apart in every round; a round without any is the last."""
    found = set(itertools.combinations(names, 2))
    for seed in range(ROUNDS):
        found &= told_apart(measured(tries, names, times, seed), margin)
        if not found:
            break
    return found


def refused(desk: Desk) -> Callable[[str], object]:
    """A wrong password from a place where nothing is locked yet."""
    places = itertools.count()

    def tries(name: str) -> None:
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(Visitor(f"host/{next(places)}"), name, WRONG)

    return tries


def test_no_time_tells_whether_a_name_exists_or_is_disabled(desk: Desk) -> None:
    """To five hundredths of what one hash takes."""
    tries = refused(desk)
    for name in NAMES:
        tries(name)
    assert always_told_apart(tries, NAMES, times=9, margin=0.05) == set()


def test_no_time_tells_whether_a_locked_name_exists(desk: Desk) -> None:
    """Nothing is hashed then, so that six hundredths are half a millisecond."""
    desk.services.core.hashing = cheap_hashing()
    here = Visitor("host/here")
    for name in NAMES:
        wrong_passwords(desk, 5, name, here)

    def tries(name: str) -> None:
        with pytest.raises(Locked):
            desk.services.sign_in.check_password(here, name, WRONG)

    for name in NAMES * 3:
        tries(name)
    assert always_told_apart(tries, NAMES, times=50, margin=0.06) == set()


def test_the_comparison_tells_names_apart_once_an_unknown_one_is_not_hashed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = Hashing.verify_password

    def without_the_dummy(self: Hashing, encoded: str | None, password: str) -> Verdict:
        return Verdict.WRONG if encoded is None else verify(self, encoded, password)

    monkeypatch.setattr(Hashing, "verify_password", without_the_dummy)
    names = (EXISTS, UNKNOWN)
    tries = refused(desk)
    for name in names:
        tries(name)
    assert told_apart(measured(tries, names, 8, seed=0), margin=0.05) == {names}


def test_one_hash_of_the_same_cost_is_computed_for_each_name(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs: list[tuple[int, int, int]] = []
    module: Any = argon2._password_hasher
    verify, hashed = module.verify_secret, module.hash_secret

    def verify_and_note(encoded: bytes, *given: object) -> bool:
        found = extract_parameters(encoded.decode())
        costs.append((found.memory_cost, found.time_cost, found.parallelism))
        right: bool = verify(encoded, *given)
        return right

    def hash_and_note(*given: object, **named: object) -> bytes:
        costs.append((0, 0, 0))
        made: bytes = hashed(*given, **named)
        return made

    monkeypatch.setattr(module, "verify_secret", verify_and_note)
    monkeypatch.setattr(module, "hash_secret", hash_and_note)
    tries = refused(desk)
    for name in NAMES:
        costs.clear()
        tries(name)
        assert costs == [(PASSWORD_COST.memory_kib, PASSWORD_COST.passes, PASSWORD_COST.lanes)]


@pytest.mark.parametrize("locked", [False, True])
def test_the_same_statements_are_executed_for_each_name(desk: Desk, *, locked: bool) -> None:
    desk.services.core.hashing = cheap_hashing()
    executed: dict[str, list[str]] = {}
    for name in NAMES:
        here = Visitor(f"host/{name}")
        wrong_passwords(desk, 5 if locked else 1, name, here)
        said = executed.setdefault(name, [])

        def note(_connection: object, _cursor: object, sql: str, *_: object, said: list[str] = said) -> None:
            said.append(sql)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            with pytest.raises(Locked if locked else SignInRefused):
                desk.services.sign_in.check_password(here, name, WRONG)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    # Rows of accounts are looked up by their key, once more or less: no time beside a hash.
    looked_for = {name: [sql for sql in said if "FROM account" not in sql] for name, said in executed.items()}
    assert all(looked_for[name] == looked_for[EXISTS] for name in NAMES)
    assert len(looked_for[EXISTS]) > 5
    assert executed[EXISTS] == executed[DISABLED]
