"""A write-ahead log that was cut or spoiled gives an earlier moment of the store, and that one whole."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from store.database import Database
from store.services.bundle import open_services
from tests.desk import PASSWORD, SHELL, Desk, cheap_hashing
from tests.services.acts import NEW_PASSWORD, NUMBER
from tests.services.tries import wrong_passwords
from tests.tables import rows, store_path

FRAME = 4096 + 24
HEADER = 32


@pytest.fixture
def lived(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A story whose every commit is still in the write-ahead log, and nowhere else."""
    desk.services.core.database.forget_deleted()
    monkeypatch.setattr(Database, "forget_deleted", lambda _: None)
    desk.enable()
    wrong_passwords(desk, 2)
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, NUMBER)
    token = desk.services.passwords.change(token, PASSWORD, NEW_PASSWORD)
    desk.services.two_factor.disable(token, NEW_PASSWORD)
    return desk


def moment(desk: Desk, folder: Path, log: bytes) -> tuple[int, int]:
    """Open a copy of the store with this log; return how many events and 2FA rows a sound one has."""
    folder.mkdir()
    copy = replace(desk.settings, store_url=f"sqlite:///{folder / 'twofold.db'}")
    shutil.copy(store_path(desk), folder / "twofold.db")
    (folder / "twofold.db-wal").write_bytes(log)
    for path in folder.iterdir():
        path.chmod(0o600)
    services = open_services(copy, desk.clock, cheap_hashing())
    assert all(each.sound for each in services.store_check.check(SHELL))
    services.close()
    there = Desk.__new__(Desk)
    there.settings = copy
    [(factor, events, *parts)] = rows(
        there,
        "SELECT second_factor, (SELECT count(*) FROM audit_event), (SELECT count(*) FROM authenticator), "
        "(SELECT count(*) FROM backup_set), (SELECT count(*) FROM backup_code) FROM account",
    )
    assert parts == ([1, 1, 10] if factor == "on" else [0, 0, 0]), "nothing half done"
    return events, parts[0]


def test_a_cut_log_gives_an_earlier_moment_that_is_whole(lived: Desk, tmp_path: Path) -> None:
    log = Path(f"{store_path(lived)}-wal").read_bytes()
    frames = (len(log) - HEADER) // FRAME
    dice = random.Random(1)  # noqa: S311 - no secret
    whole = moment(lived, tmp_path / "whole", log)
    assert whole == (rows(lived, "SELECT count(*) FROM audit_event")[0][0], 0)
    seen = set()
    for count, frame in enumerate(range(0, frames, max(1, frames // 16))):
        cut = HEADER + frame * FRAME + dice.randrange(FRAME)
        seen.add(moment(lived, tmp_path / f"cut{count}", log[:cut]))
    assert len(seen) > 4
    assert {on for _, on in seen} == {0, 1}
    assert max(events for events, _ in seen) <= whole[0]


def test_a_spoilt_log_gives_an_earlier_moment_that_is_whole(lived: Desk, tmp_path: Path) -> None:
    log = Path(f"{store_path(lived)}-wal").read_bytes()
    dice = random.Random(2)  # noqa: S311 - no secret
    for count in range(12):
        spoilt = bytearray(log)
        at = dice.randrange(len(log))
        spoilt[at] ^= 1 << dice.randrange(8)
        moment(lived, tmp_path / f"spoilt{count}", bytes(spoilt))
