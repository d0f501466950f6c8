"""Many accounts at once, put into the store past the services, counted and found like any."""

from dataclasses import dataclass
from datetime import UTC, datetime

from store.models import Account
from tests.desk import Desk

THEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    username: str
    display_name: str = ""
    role: str = "user"
    enabled: int = 1
    second_factor: str = "off"
    last_login_at: datetime | None = None
    number: str | None = None
    locked_until: datetime | None = None


def add(desk: Desk, *people: Person) -> None:
    with desk.services.core.database.write() as session:
        session.add_all(
            Account(**vars(each), password_hash="x", password_changed_at=THEN, created_at=THEN)
            for each in people
        )
