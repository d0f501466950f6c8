"""Which codes are right is a matter of the time, and not of the zone that a machine or a person is in (ASVS 6.5.8)."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store.clock import SystemClock
from store.services.audit_log import Wanted
from tests.clocks import FakeClock
from tests.desk import SHELL, Desk
from tests.services.tries import secret_of
from tests.tables import one
from tui import event_files

ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", ":nonsense"]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOLDED_HOUR = datetime(2026, 11, 1, 5, 59, 50, tzinfo=UTC)
"""Ten seconds before New York's clocks are set back."""


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The whole process is in this zone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def by_hand(secret: bytes, moment: datetime) -> str:
    """RFC 6238, from nothing but the seconds since 1970."""
    step = (moment - EPOCH) // timedelta(seconds=30)
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize("minutes", [0, 1, 61])
def test_no_zone_of_the_machine_changes_which_codes_are_right(tmp_path: Path, minutes: int) -> None:
    desk = Desk(tmp_path, clock=FakeClock(FOLDED_HOUR + timedelta(minutes=minutes)))
    desk.create("alice")
    token = desk.log_in()
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.services.enrollment.confirm(token, by_hand(secret, desk.clock.now()))
    desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT created_at FROM authenticator") == (desk.clock.now() - EPOCH) // timedelta(
        microseconds=1
    )
    desk.clock.move(seconds=30)
    half = desk.half()
    assert desk.services.second_factor.verify(half, by_hand(secret, desk.clock.now())).username == "alice"
    desk.services.close()


@pytest.mark.usefixtures("zone")
def test_the_machines_clock_is_read_in_utc() -> None:
    before, now, after = time.time(), SystemClock().now(), time.time()
    assert now.tzinfo is UTC
    assert before - 1e-6 <= (now - EPOCH).total_seconds() <= after + 1e-6


@pytest.mark.usefixtures("zone")
def test_what_other_programs_read_of_the_log_is_in_utc(tmp_path: Path) -> None:
    desk = Desk(tmp_path, clock=FakeClock(FOLDED_HOUR))
    desk.create("alice")
    event = next(desk.services.audit_log.events(SHELL, Wanted()))
    assert event_files.as_dict(event)["at"] == FOLDED_HOUR.isoformat() == "2026-11-01T05:59:50+00:00"
    desk.services.close()
