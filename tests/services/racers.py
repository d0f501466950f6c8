"""Many processes at once at one store: each opens it on its own, gets ready, waits for the others, acts.

One process is started that loads everything once and splits into the racers, so that sixteen cost little
more than one. Nothing of the store is open before the split.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from store.errors import SignInRefused, StoreUnusable, TwofoldError
from store.rules import hashing, totp
from store.rules.hashing import Cost, Verdict
from store.services.bundle import Services, open_services
from store.services.principals import SessionToken, Visitor
from store.settings import Settings
from tests.clocks import FakeClock
from tests.desk import HERE, PASSWORD, SHELL, Desk, cheap_hashing
from tests.services.tries import secret_of

Run = Iterator[object]
"""A racer's part: what it does before its first yield is getting ready."""


@dataclass(frozen=True)
class Here:
    """What each racer has: the store's settings and the moment, which stands still."""

    settings: Settings
    clock: FakeClock

    def open(self) -> Services:
        return open_services(self.settings, self.clock, cheap_hashing())


def opens(here: Here) -> Run:
    yield None
    services = here.open()
    yield "upgraded" if services.upgraded else "opened"


def verifies(here: Here, token: str, code: str) -> Run:
    services = here.open()
    yield None
    yield services.second_factor.verify(SessionToken(token), code)


def uses_backup_code(here: Here, token: str, code: str) -> Run:
    services = here.open()
    yield None
    yield services.second_factor.use_backup_code(SessionToken(token), code)


def guesses(here: Here, source: str, username: str, password: str) -> Run:
    services = here.open()
    yield None
    yield services.sign_in.check_password(Visitor(source), username, password)


def waits_for_its_turn(here: Here, source: str, username: str, password: str) -> Run:
    services = here.open()
    yield None
    try:
        services.sign_in.check_password(Visitor(source), username, password)
    except SignInRefused:
        yield f"waited {here.clock.slept:g}"


def hashes_beside_others(here: Here, folder: str, name: str) -> Run:
    """Hash as a console does, where each hash notes for how many it found at the same time."""
    services = open_services(here.settings, here.clock)
    mine, found = Path(folder) / name, []

    def noted(encoded: str, password: str, cost: Cost) -> Verdict:
        mine.touch()
        found.append(len([*Path(folder).iterdir()]))
        threading.Event().wait(0.1)
        mine.unlink()
        return Verdict.WRONG

    hashing.verify_password = noted
    yield None
    for _ in range(2):
        services.core.hashing.verify_password(None, "any")
    yield str(max(found))


def enrolls(here: Here) -> Run:
    services = here.open()
    outcome = services.sign_in.check_password(HERE, "alice", PASSWORD)
    token = outcome.token
    secret = secret_of(services.enrollment.begin(token).setup_key)
    code = totp.code_at(secret, totp.step_at(here.clock.now()))
    shown = services.enrollment.confirm(token, code)
    services.backup_codes.prepare(token)
    yield None
    services.backup_codes.agree(token)
    yield f"set {shown.set_number}"


def makes_first_operator(here: Here, username: str) -> Run:
    services = here.open()
    yield None
    yield services.accounts.create_first_operator(HERE, username, PASSWORD)


def rotates(here: Here) -> Run:
    services = here.open()
    yield None
    yield services.keys.rotate(SHELL)


def opens_case(here: Here) -> Run:
    services = here.open()
    yield None
    yield services.recovery.open(SHELL, "alice", "showed a passport")


def completes(here: Here) -> Run:
    services = here.open()
    yield None
    services.recovery.complete(SHELL, 1)
    yield "code"


def race(
    settings: Settings, clock: FakeClock, part: Callable[..., Run], given: Sequence[Sequence[str]]
) -> list[str]:
    """Have one process for each of `given` do its part at once; return what came of each.

    That is the name of the type that was returned, or the text itself, or of the error that was raised.
    """
    job = {
        "store_url": settings.store_url,
        "keys_folder": str(settings.keys_folder),
        "now": clock.now().isoformat(),
        "part": part.__name__,
        "given": [list(each) for each in given],
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.racers"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    outcomes: list[str] = json.loads(done.stdout)
    assert len(outcomes) == len(given), done.stderr
    return outcomes


def race_at(desk: Desk, part: Callable[..., Run], given: Sequence[Sequence[str]]) -> list[str]:
    return race(desk.settings, desk.clock, part, given)


def _named(outcome: object) -> str:
    return outcome if isinstance(outcome, str) else type(outcome).__name__


def _run(begin: Callable[[], Run], ready: int, go: int) -> str:
    run = begin()
    try:
        next(run)
    finally:
        os.write(ready, b"r")
        os.read(go, 1)  # returns once the other end is closed, for everybody at the same moment
    while True:
        try:
            return _named(next(run))
        except StoreUnusable as error:
            if error.cause != "busy":
                return _named(error)
            # Nothing was done: on a slow machine, with so many at once, who waited too long tries again.
            run = begin()
            next(run)
        except TwofoldError as error:
            return _named(error)


def _split(run: Callable[[], Run], ready: int, go: int, go_end: int) -> tuple[int, int]:
    """Start one racer; return its id and where its outcome is read."""
    outcome, outcome_end = os.pipe()
    child = os.fork()
    if child:
        os.close(outcome_end)
        return child, outcome
    os.close(go_end)
    try:
        text = _run(run, ready, go)
    except BaseException as error:  # noqa: BLE001 - reported to the test
        text = f"{type(error).__name__}: {error}"
    os.write(outcome_end, text.encode())
    os._exit(0)


def main() -> None:
    job = json.load(sys.stdin)
    part: Callable[..., Run] = globals()[job["part"]]
    settings = Settings(job["store_url"], Path(job["keys_folder"]))
    here = Here(settings, FakeClock(datetime.fromisoformat(job["now"])))
    import store.migrations  # noqa: F401 - as the rest, loaded before the split

    ready, ready_end = os.pipe()
    go, go_end = os.pipe()
    racers = [_split(partial(part, here, *each), ready_end, go, go_end) for each in job["given"]]
    for _ in racers:
        os.read(ready, 1)
    os.close(go_end)
    outcomes = []
    for child, outcome in racers:
        with os.fdopen(outcome, encoding="utf-8") as file:
            outcomes.append(file.read())
        os.waitpid(child, 0)
    sys.stdout.write(json.dumps(outcomes))


if __name__ == "__main__":
    main()
