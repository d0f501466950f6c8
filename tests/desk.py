"""An open store with people in it, and what they do often, for service and screen tests."""

import base64
from dataclasses import dataclass, field
from pathlib import Path

from store.rules import totp
from store.rules.hashing import Cost
from store.services.bundle import Services, open_services
from store.services.hashing import Hashing
from store.services.principals import SessionToken, Shell, Visitor
from store.services.views import BackupCodesShown, CodeNeeded, LoggedIn
from store.settings import Settings
from tests.clocks import FakeClock
from tests.leaks.forms import Kind
from tests.leaks.record import note

PASSWORD = "violet kettle parade"
CHEAP = Cost(8, 1, 1)
SHELL = Shell("root", "host")
HERE = Visitor("host/alice")


def cheap_hashing() -> Hashing:
    return Hashing(CHEAP, CHEAP)


@dataclass
class Desk:
    """One store in a folder, its clock, and the secrets of the people who enrolled."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    issuer: str = "Twofold"
    region: str | None = None
    kiosk: bool = False

    def __post_init__(self) -> None:
        self.settings = Settings(
            store_url=f"sqlite:///{self.folder / 'data' / 'twofold.db'}",
            keys_folder=self.folder / "config" / "keys",
            issuer=self.issuer,
            region=self.region,
            kiosk=self.kiosk,
        )
        self.services: Services = open_services(self.settings, self.clock, cheap_hashing())
        self.secrets: dict[str, bytes] = {}
        self.codes: dict[str, tuple[str, ...]] = {}

    def another(self) -> Services:
        """Open the same store a second time, as another process would."""
        return open_services(self.settings, self.clock, cheap_hashing())

    def create(self, username: str = "alice", password: str = PASSWORD, *, operator: bool = False) -> str:
        note(Kind.PASSWORD, password)
        return self.services.accounts.create(SHELL, username, password, operator=operator)

    def log_in(
        self, username: str = "alice", password: str = PASSWORD, visitor: Visitor = HERE
    ) -> SessionToken:
        """Log in with whatever the account asks for; move the clock to a fresh code where it needs one."""
        outcome = self.services.sign_in.check_password(visitor, username, password)
        if isinstance(outcome, LoggedIn):
            return outcome.token
        self.clock.move(seconds=totp.STEP_SECONDS)
        return self.services.second_factor.verify(outcome.token, self.code(username)).token

    def half(
        self, username: str = "alice", password: str = PASSWORD, visitor: Visitor = HERE
    ) -> SessionToken:
        outcome = self.services.sign_in.check_password(visitor, username, password)
        assert isinstance(outcome, CodeNeeded)
        return outcome.token

    def code(self, username: str = "alice", *, steps: int = 0) -> str:
        return totp.code_at(self.secrets[username], totp.step_at(self.clock.now()) + steps)

    def show_codes(self, token: SessionToken, username: str = "alice") -> BackupCodesShown:
        """Enroll as far as the page of backup codes."""
        key = self.services.enrollment.begin(token).setup_key
        self.secrets[username] = base64.b32decode(key)
        return self.services.enrollment.confirm(token, self.code(username))

    def enable(self, username: str = "alice", password: str = PASSWORD) -> tuple[str, ...]:
        """Turn 2FA on from log-in to Agree and return the backup codes; the sessions have ended."""
        token = self.log_in(username, password)
        shown = self.show_codes(token, username)
        self.services.backup_codes.agree(token)
        self.codes[username] = shown.codes
        return shown.codes
