"""Hashes one at a time, on a thread that yields to the screen, and few at a time on the host (D9, D14)."""

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from typing import TypeVar

from argon2.exceptions import HashingError

from store.errors import StoreUnusable, TooLittleMemory
from store.rules import hashing
from store.rules.hashing import CODE_COST, PASSWORD_COST, Cost, Verdict
from store.slots import Slots

T = TypeVar("T")


class Hashing:
    """Runs the slow hashes. Each holds up to 64 MiB, so there is one thread and a queue."""

    def __init__(
        self, password_cost: Cost = PASSWORD_COST, code_cost: Cost = CODE_COST, slots: Slots | None = None
    ) -> None:
        """Take what a hash costs, and the host's places for one; the thread begins with the first one."""
        self._slots = slots
        self._password_cost = password_cost
        self._code_cost = code_cost
        self._executor = ThreadPoolExecutor(1, "hashing", initializer=_yield_to_the_screen)

    def hash_password(self, password: str) -> str:
        """Return the encoded hash of a new password. Raises StoreUnusable, TooLittleMemory and TooBusy."""
        return self._run(lambda: hashing.hash_password(password, self._password_cost))

    def verify_password(self, encoded: str | None, password: str) -> Verdict:
        """Compare a password with a stored hash, or with a dummy of the same cost where there is none.

        Raises StoreUnusable, TooLittleMemory and TooBusy, where nothing was compared.
        """
        return self._run(partial(_verify, encoded, password, self._password_cost))

    @property
    def code_cost(self) -> str:
        """What the digest of a new code costs, as it is stored."""
        return str(self._code_cost)

    def digest_codes(self, codes: Iterable[str], salt: bytes, stored_cost: str) -> list[bytes]:
        """Return the digests of canonical codes at the cost that is stored with them.

        Raises StoreUnusable, also where what is stored is no cost or no salt, TooLittleMemory and TooBusy.
        """
        try:
            cost = Cost.parse(stored_cost)
            return [self._run(partial(hashing.digest_code, code, salt, cost)) for code in codes]
        except (ValueError, OverflowError, HashingError) as error:
            raise StoreUnusable("damaged") from error

    def close(self) -> None:
        """End the thread once what it does is done."""
        self._executor.shutdown(wait=False)

    def _run(self, work: Callable[[], T]) -> T:
        try:
            return self._executor.submit(self._in_a_slot, work).result()
        except MemoryError as error:
            raise TooLittleMemory from error

    def _in_a_slot(self, work: Callable[[], T]) -> T:
        with self._slots.one() if self._slots is not None else nullcontext():
            return work()


def _verify(encoded: str | None, password: str, cost: Cost) -> Verdict:
    return hashing.verify_password(encoded or hashing.dummy_hash(cost), password, cost)


def _yield_to_the_screen() -> None:
    if hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)
