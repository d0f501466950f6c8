"""What every use case stands on: the store, the vault, the clock, and one unit of work."""

from collections.abc import Iterator
from contextlib import contextmanager

from store.clock import Clock
from store.database import Database
from store.errors import TwofoldError
from store.services.binding import bind_sessions
from store.services.hashing import Hashing
from store.services.pending import PendingSecrets
from store.services.unit import Refusal, Unit
from store.settings import Settings
from store.vault import Vault


class Core:
    """The parts of one open store, shared by its services."""

    def __init__(
        self, settings: Settings, clock: Clock, database: Database, vault: Vault, hashing: Hashing
    ) -> None:
        """Put the parts together."""
        self.settings = settings
        self.clock = clock
        self.database = database
        self.vault = vault
        self.hashing = hashing
        self.pending = PendingSecrets()

    @contextmanager
    def look(self) -> Iterator[Unit]:
        """Open a look at one moment of the store that keeps no writer waiting; it cannot prove or record."""
        with self.database.read() as session:
            yield Unit(session, self.vault, self.clock.now(), self.settings.issuer)

    @contextmanager
    def unit(self, *, much: bool = False) -> Iterator[Unit]:
        """Open one act. It ends committed, refused and committed (`Unit.refuse`), or undone."""
        refused: TwofoldError | None = None
        with self.database.write(much=much) as session:
            bind_sessions(session, self.vault)
            unit = Unit(session, self.vault, self.clock.now(), self.settings.issuer)
            self.pending.forget_expired(unit.now)
            try:
                yield unit
            except Refusal as refusal:
                refused = refusal.error
        for change in unit.once_committed:
            change()
        if refused is not None:
            raise refused

    def name_digest(self, form: str) -> bytes:
        """Return what stands for a typed name in counters and events: the name itself never does (D12)."""
        return self.vault.mac("name", form.encode("utf-8", "surrogatepass"), self.vault.first_key_id)[:16]
