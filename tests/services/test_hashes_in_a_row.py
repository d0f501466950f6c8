"""Hashes take 64 MiB each and so never run side by side; a store that is asked a lot slows down, no more (D14)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from store.rules import hashing
from store.rules.hashing import Cost, Verdict
from tests.desk import cheap_hashing

ASKED = 24


def test_however_many_ask_one_hash_runs_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    service = cheap_hashing()
    encoded = service.hash_password("right")
    verify = hashing.verify_password
    alone = threading.Lock()
    ran: list[bool] = []

    def watched(encoded: str, password: str, cost: Cost) -> Verdict:
        ran.append(alone.acquire(blocking=False))
        try:
            return verify(encoded, password, cost)
        finally:
            if ran[-1]:
                alone.release()

    monkeypatch.setattr(hashing, "verify_password", watched)
    together = threading.Barrier(ASKED)

    def ask(_: int) -> Verdict:
        together.wait()
        return service.verify_password(encoded, "right")

    with ThreadPoolExecutor(ASKED) as pool:
        assert [*pool.map(ask, range(ASKED))] == [Verdict.RIGHT] * ASKED
    assert ran == [True] * ASKED
    service.close()
