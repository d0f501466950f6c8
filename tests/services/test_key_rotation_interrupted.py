"""Wherever a change of the key stops, the store opens and the next call ends what was begun (D10)."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.services import keys
from tests.desk import SHELL, Desk
from tests.services.mortals import Nursery, die
from tests.services.racers import Here, race_at, rotates
from tests.services.sealed import all_under, key_file, key_ids, log_in, people_at, whole
from tests.tables import one


@pytest.fixture
def people(desk: Desk) -> tuple[Desk, str]:
    """alice and bob have 2FA; carol's was reset, and this is her code."""
    return desk, people_at(desk)


def interrupted(here: Here, point: str) -> None:
    """Rotate in batches of three, and die at the point."""
    services = here.open()
    patch = pytest.MonkeyPatch()
    patch.setattr(keys, "BATCH", 3)
    owner, _, rest = point.partition(".")
    name, _, count = rest.partition(" ")
    target = {"keys": keys, "Keys": keys.Keys, "Path": Path, "Database": services.core.database}[owner]
    real, left = getattr(target, name), int(count or 1)

    def dying(*given: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if left == 0 and name != "add_key":
            die()
        result = real(*given, **named)
        if left == 0:
            die()
        return result

    patch.setattr(target, name, dying)
    services.keys.rotate(SHELL)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


POINTS = ["Path.replace", "keys.add_key", "Keys._reseal_all", "Database.forget_deleted"]


@pytest.mark.parametrize("point", [*POINTS, *(f"Keys._reseal {number}" for number in (1, 2, 4, 6, 11))])
def test_wherever_it_is_killed_the_store_opens_and_the_next_call_ends_it(
    people: tuple[Desk, str], nursery: Nursery, point: str
) -> None:
    desk, _ = people
    console = desk.another()
    nursery.start(desk, interrupted, point)
    assert nursery.ending() == ([], -9)
    for services in (desk.another(), console):
        log_in(desk, services)
    assert whole(desk)
    rotation = desk.another().keys.rotate(SHELL)
    done = point == "Database.forget_deleted"
    assert rotation.resumed is (point not in {"Path.replace", "Database.forget_deleted"})
    assert rotation.key_id == (3 if done else 2)
    assert key_ids(desk) == all_under(rotation.key_id)
    for services in (desk.another(), console):
        log_in(desk, services)
        log_in(desk, services, "bob")
    assert [path.suffix for path in desk.settings.keys_folder.iterdir()] == [".key"]
    assert whole(desk)


def test_of_many_rotations_at_once_none_locks_the_store(people: tuple[Desk, str]) -> None:
    desk, _ = people
    outcomes = Counter(race_at(desk, rotates, [()] * 6))
    assert outcomes == {"Rotation": 6}
    ids = key_ids(desk)
    newest = max(ids["check value"])
    assert ids == all_under(newest)
    assert max(map(int, json.loads(key_file(desk).read_text())["keys"])) == newest
    log_in(desk, desk.another())
    assert one(desk, "PRAGMA integrity_check") == "ok"
    assert whole(desk)
