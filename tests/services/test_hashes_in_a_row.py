"""Hashes take 64 MiB each and so never run side by side; a store that is asked a lot slows down, no more (D14)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.rules import hashing
from store.rules.hashing import Verdict
from tests.desk import cheap_hashing

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
