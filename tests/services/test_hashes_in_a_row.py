"""Hashes take 64 MiB each and so never run side by side; a store that is asked a lot slows down, no more (D14)."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from store import slots
from store.errors import StoreUnusable, TooBusy
from store.rules import hashing
from store.rules.hashing import Verdict
from store.rules.throttling import HASHES_AT_ONCE
from store.services import throttle
from store.services.hashing import Hashing
from store.slots import Slots
from tests.desk import CHEAP, HERE, PASSWORD, Desk, cheap_hashing
from tests.services.racers import hashes_beside_others, race_at
from tests.tables import rows

ASKED = 24
CODE = "7K3Q9WZDM2FTXA5C"


@pytest.mark.parametrize("act", ["hash_password", "verify_password", "digest_code"])
def test_however_many_ask_one_hash_runs_at_a_time(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    service = cheap_hashing()
    encoded = service.hash_password("right")
    slow = getattr(hashing, act)
    alone = threading.Lock()
    ran: list[bool] = []

    def watched(*given: object) -> object:
        ran.append(alone.acquire(blocking=False))
        try:
            return slow(*given)
        finally:
            if ran[-1]:
                alone.release()

    monkeypatch.setattr(hashing, act, watched)
    asked: dict[str, Callable[[], object]] = {
        "hash_password": lambda: service.hash_password("right"),
        "verify_password": lambda: service.verify_password(encoded, "right"),
        "digest_code": lambda: service.digest_codes([CODE], bytes(16), service.code_cost),
    }
    together = threading.Barrier(ASKED)

    def ask(_: int) -> object:
        together.wait()
        return asked[act]()

    with ThreadPoolExecutor(ASKED) as pool:
        assert all(pool.map(ask, range(ASKED)))
    assert ran == [True] * ASKED
    service.close()


@pytest.mark.parametrize("act", ["hash_password", "verify_password", "digest_codes"])
def test_no_hash_runs_on_the_thread_that_asks(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    service = cheap_hashing()
    encoded = service.hash_password("right")
    threads: list[str] = []

    def watched(*_: object) -> Verdict:
        threads.append(threading.current_thread().name)
        return Verdict.WRONG

    monkeypatch.setattr(hashing, act.removesuffix("s"), watched)
    match act:
        case "hash_password":
            service.hash_password("right")
        case "verify_password":
            service.verify_password(encoded, "right")
        case _:
            service.digest_codes([CODE, CODE], bytes(16), service.code_cost)
    assert {*threads} == {"hashing_0"}
    service.close()


def test_of_many_processes_four_hash_at_a_time(desk: Desk, tmp_path: Path) -> None:
    """Each hash takes 64 MiB: eight consoles took 976."""
    seen = tmp_path / "seen"
    seen.mkdir()
    outcomes = race_at(desk, hashes_beside_others, [(str(seen), str(number)) for number in range(12)])
    most = [int(each) for each in outcomes]
    assert max(most) == HASHES_AT_ONCE
    assert not [*seen.iterdir()]


def test_the_places_of_killed_processes_are_free_again(tmp_path: Path) -> None:
    holders = [_holder(tmp_path) for _ in range(2)]
    try:
        assert _free(tmp_path) is False
        holders[0].kill()
        holders[0].wait()
        assert _free(tmp_path) is True
        assert _free(tmp_path) is True, "and again, once it was given back"
    finally:
        for holder in holders:
            holder.kill()
            holder.communicate()


def test_who_finds_no_place_is_told_to_try_again_and_it_counts_as_no_try(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "LOOKS", 2)
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(CHEAP, CHEAP, Slots(desk.folder / "slots", 1))
    holder = Slots(desk.folder / "slots", 1)
    for _ in range(7):
        with holder.one(), pytest.raises(TooBusy):
            desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert rows(desk, "SELECT * FROM throttle WHERE factor = 'password'") == []
    desk.log_in()


@pytest.mark.parametrize("factor", ["password", "backup code"])
def test_where_no_place_can_be_made_nothing_counts_as_a_try(desk: Desk, factor: str) -> None:
    desk.enable()
    half = desk.half()
    (desk.folder / "slots").write_text("no folder")
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(CHEAP, CHEAP, Slots(desk.folder / "slots", 1))
    asked: dict[str, Callable[[], object]] = {
        "password": lambda: desk.services.sign_in.check_password(HERE, "alice", PASSWORD),
        "backup code": lambda: desk.services.second_factor.use_backup_code(half, desk.codes["alice"][0]),
    }
    for _ in range(7):
        with pytest.raises(StoreUnusable) as error:
            asked[factor]()
        assert error.value.cause == "cannot open"
    assert rows(desk, "SELECT failures FROM throttle WHERE factor = ?", factor) == []


def test_where_the_try_cannot_be_given_back_the_first_cause_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (desk.folder / "slots").write_text("no folder")
    desk.services.core.hashing.close()
    desk.services.core.hashing = Hashing(CHEAP, CHEAP, Slots(desk.folder / "slots", 1))

    def fail(*_: object) -> None:
        raise StoreUnusable("full")

    monkeypatch.setattr(throttle, "undo", fail)
    with pytest.raises(StoreUnusable) as error:
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert error.value.cause == "cannot open"


@pytest.mark.parametrize(
    ("number", "cause"), [(errno.ENOSPC, "full"), (errno.EACCES, "no permission"), (errno.EIO, "cannot open")]
)
def test_where_no_place_can_be_made_the_store_is_said_to_be_unusable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, cause: str
) -> None:
    def fail(*_: object) -> int:
        raise OSError(number, "")

    monkeypatch.setattr(os, "open", fail)
    with pytest.raises(StoreUnusable) as error, Slots(tmp_path / "slots", 1).one():
        pass
    assert error.value.cause == cause


HOLD = "import sys, pathlib; from store.slots import Slots\nwith Slots(pathlib.Path(sys.argv[1]), 2).one(): print('held', flush=True); sys.stdin.read()"


def _holder(folder: Path) -> subprocess.Popen[bytes]:
    """A process that holds one of two places until it is killed."""
    holder = subprocess.Popen(  # noqa: S603 - this Python
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    return holder


def _free(folder: Path) -> bool:
    with patch.object(slots, "LOOKS", 1):
        try:
            with Slots(folder, 2).one():
                return True
        except TooBusy:
            return False
