"""Stores that are ready for anything: made once, everybody in another state, copied for each example."""

import atexit
import copy
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from hypothesis.errors import UnsatisfiedAssumption

from store.services.principals import Visitor
from tests.clocks import START, FakeClock
from tests.desk import HERE, PASSWORD, SHELL
from tests.machine.acts import Acts
from tests.machine.model_operators import WholeModel
from tests.machine.people import Seat
from tests.machine.stage import new_folder
from tests.services.tries import ELSEWHERE

KIOSK = Visitor("tty1", kiosk=True)
VISITORS = (HERE, ELSEWHERE, KIOSK)
OPERATORS = ("olga", "otto")


@dataclass(frozen=True)
class Ready:
    folder: Path
    model: WholeModel
    accepted: frozenset[tuple[str, object]]
    now: datetime


@cache
def ready() -> Ready:
    """Alice has 2FA on, bob has not, cleo's sheet has two codes left, dan's factor was just reset.

    Olga and otto are operators with 2FA on. Bob is olga's second account, which nobody knows.
    """
    while True:
        with suppress(UnsatisfiedAssumption):
            return _made()


def _made() -> Ready:
    folder, clock = new_folder(), FakeClock(START)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    acts = Acts(folder, WholeModel(clock), clock)
    for name in ("alice", "bob", "cleo", "dan"):
        create(acts, name)
    for name in OPERATORS:
        create(acts, name)
    for name in ("alice", "cleo", "dan", *OPERATORS):
        enable(acts, name)
    for name in OPERATORS:
        acts.set_role(None, name, "operator")
    acts.model.people["bob"].hands = "olga"
    for number in range(8):
        acts.use_backup_code(
            _seat(acts.log_in(0, HERE, "cleo", PASSWORD)), acts.model.people["cleo"].codes[number]
        )
    acts.reset_two_factor(None, "dan")
    for name in ("alice", "bob", "cleo", "dan"):
        _seat(acts.log_in(0, HERE, name, PASSWORD))
    full = _seat(acts.log_in(0, KIOSK, "alice", PASSWORD))
    assert acts.verify(full, full.person.secret, acts.next_code(full.person))
    acts.close()
    model = acts.model
    model.seats = [seat for seat in model.seats if not seat.ended]
    return Ready(folder, model, frozenset(acts.accepted), clock.now())


def copy_of_ready() -> Acts:
    """Return a stage of its own, with the same people in the same states."""
    made = ready()
    folder = new_folder()
    shutil.copytree(made.folder, folder, dirs_exist_ok=True)
    clock = FakeClock(made.now)
    # The clock stands in the model, and is the one thing that cannot be copied.
    model = copy.deepcopy(made.model, {id(made.model.clock): clock})
    acts = Acts(folder, model, clock)
    acts.accepted = set(made.accepted)
    return acts


def create(acts: Acts, name: str, password: str = PASSWORD) -> None:
    acts.both(
        lambda: acts.consoles[0].accounts.create(SHELL, name, password),
        lambda: acts.model.create(name, password),
    )


def enable(acts: Acts, name: str) -> None:
    """Go from log-in to Agree, as far as the account lets one."""
    seat = acts.log_in(0, HERE, name, acts.model.people[name].password)
    if seat is not None:
        acts.begin(seat)
        acts.confirm(seat, 0)
        acts.agree(seat)


def _seat(seat: Seat | None) -> Seat:
    assert seat is not None
    return seat
