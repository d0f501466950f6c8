"""The store and the model side by side: each act is done in both, and one is held against the other."""

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from store.errors import SessionEnded, TwofoldError
from store.services.bundle import Services, open_services
from store.services.hashing import Hashing
from store.services.principals import SessionToken
from store.settings import Settings
from tests.clocks import FakeClock
from tests.desk import CHEAP
from tests.machine.model import Events
from tests.machine.model_operators import WholeModel
from tests.machine.outcomes import came_to
from tests.machine.people import Refusal

T = TypeVar("T")
Row = tuple[Any, ...]

CONTENT = {
    "account": "*",
    "authenticator": "id, account_id, secret, last_step, created_at",
    "backup_set": "id, account_id, number, salt, created_at",
    "backup_code": "*",
    "reset_code": "*",
    "recovery_case": "*",
    "call_forwarding": "*",
    "policy": "*",
    "approval": "*",
    "store": "*",
}
"""What a refused act leaves alone: all but log, sessions, counters, and that a factor was switched off."""


class InlineHashing(Hashing):
    """Hashes on the calling thread: switching threads costs more than a cheap hash."""

    def __init__(self) -> None:
        super().__init__(CHEAP, CHEAP)

    def _run(self, work: Callable[[], T]) -> T:
        return work()


def new_folder() -> Path:
    """Make a temporary folder, in memory where the machine has such a place: every act syncs the store."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made with a name of its own
    with suppress(OSError):
        return Path(tempfile.mkdtemp(prefix="twofold-machine-", dir=memory if memory.is_dir() else None))
    return Path(tempfile.mkdtemp(prefix="twofold-machine-"))


class Stage:
    """One store, the consoles that have it open, and the model."""

    def __init__(self, folder: Path, model: WholeModel, clock: FakeClock) -> None:
        self.folder = folder
        self.model = model
        self.clock = clock
        self.settings = Settings(f"sqlite:///{folder / 'twofold.db'}", folder / "keys")
        self.consoles: list[Services] = [self._open()]
        self.reader = sqlite3.connect(folder / "twofold.db", isolation_level=None)
        self.accepted: set[tuple[str, object]] = set()
        """Every code that ever opened anything."""
        self.dead_tokens: list[SessionToken] = []
        [(self.head,)] = self.rows("SELECT seq FROM audit_head")

    def _open(self) -> Services:
        return open_services(self.settings, self.clock, InlineHashing())

    def open_console(self) -> None:
        self.consoles.append(self._open())

    def kill(self, console: int) -> None:
        """End a console without a word to anybody, and start another in its place."""
        if any(seat.console == console and seat.pending and not seat.ended for seat in self.model.seats):
            came_to("a console killed with a change pending")
        self.consoles[console].core.database.close()
        self.consoles[console] = self._open()
        self.model.forget_memory(console)

    def close(self) -> None:
        """Let go of the store; what Hypothesis keeps of a failed example must not hold on to it."""
        self.reader.close()
        for services in self.consoles:
            services.close()
        self.consoles.clear()

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Read past the services, through the driver alone."""
        return self.reader.execute(sql, values).fetchall()

    def content(self) -> list[list[Row]]:
        return [
            self.rows(f"SELECT {columns} FROM {name} ORDER BY rowid")  # noqa: S608 - names from above
            for name, columns in CONTENT.items()
        ]

    def both(
        self,
        do: Callable[[], T],
        promised: Callable[[], Events],
        *,
        keeps: bool = False,
        unless: tuple[type[TwofoldError], ...] = (),
    ) -> T | None:
        """Do it in the store and in the model; return what the store answered, none where it refused.

        Refused or done, the error, the wait and the audit events are those that the model says. An act that
        `keeps` only shows something: like one that is refused, it leaves accounts and factors alone. The
        store may refuse `unless`, and the model is not asked then: that changes nothing either.
        """
        before = self.content()
        if unless:
            answered = self._first(do, unless, before)
            if answered is None:
                return None
            do = answered
        refusal = None
        try:
            events = promised()
        except Refusal as raised:
            refusal, events = raised, raised.events
        answer = None
        try:
            answer = do()
        except TwofoldError as error:
            assert refusal is not None, f"refused without reason: {error!r}"
            assert type(error) is refusal.error, f"{error!r} and not {refusal.error.__name__}"
            assert {name: getattr(error, name) for name in refusal.said} == refusal.said
            assert self.content() == before, "a refused act changes nothing"
        else:
            assert refusal is None, f"done and not refused with {refusal.error.__name__}"
            assert not keeps or self.content() == before, "what is only shown changes nothing"
        self._hear(events, done=refusal is None or refusal.error is SessionEnded)
        came_to(_outcome(events, refusal))
        return answer

    def _first(
        self, do: Callable[[], T], unless: tuple[type[TwofoldError], ...], before: list[list[Row]]
    ) -> Callable[[], T] | None:
        """Do it in the store before the model is asked; return what that came to, none where it refused `unless`."""
        try:
            answer = do()
        except unless as error:
            assert self.content() == before, "a refused act changes nothing"
            heard = self.rows("SELECT event, outcome FROM audit_event WHERE seq > ?", self.head)
            assert all(outcome == "refused" for _, outcome in heard)
            self.head += len(heard)
            came_to(f"{', '.join(event for event, _ in heard) or 'nothing recorded'}: {type(error).__name__}")
            return None
        except TwofoldError as error:
            refused = error

            def refuse() -> T:
                raise refused

            return refuse
        return lambda: answer

    def _hear(self, expected: Events, *, done: bool) -> None:
        heard = self.rows("SELECT event, outcome FROM audit_event WHERE seq > ? ORDER BY seq", self.head)
        assert tuple(event for event, _ in heard) == expected, "each act leaves its events in the log"
        for event, outcome in heard:
            assert (outcome == "done") == done, event
        self.head += len(heard)


def _outcome(events: Events, refusal: Refusal | None) -> str:
    """Return in one line what an act came to: the events in the log, then the error or `done`."""
    if refusal is None:
        return f"{', '.join(events) or 'nothing recorded'}: done"
    reason = refusal.said.get("reason")
    error = refusal.error.__name__ if reason is None else f"{refusal.error.__name__}, {reason}"
    return f"{', '.join(events) or 'nothing recorded'}: {error}"
