"""A backup is one whole moment of the store, its owner's alone; where it fails nothing is left behind."""

import os
import resource
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from store.errors import KeyUnusable, StoreUnusable
from store.rules import totp
from store.services.bundle import open_services
from store.services.views import CodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk, cheap_hashing
from tests.tables import change, events, rows, store_path
from tui.words import sentence

SYS = Path("/sys/twofold.db")


@contextmanager
def no_file_grows() -> Iterator[None]:
    """As on a full disk: no file of this process takes another byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refusal(desk: Desk, path: Path) -> str:
    with pytest.raises(StoreUnusable) as error:
        desk.services.store_check.backup(SHELL, path)
    assert error.value.path == path
    last = events(desk)[-1]
    assert (last.event, last.outcome) == ("store backed up", "refused")
    return sentence(error.value)


def test_the_copy_opens_with_the_key_file_and_holds_everything(desk: Desk, tmp_path: Path) -> None:
    desk.enable()
    copy = tmp_path / "backup" / "copy.db"
    copy.parent.mkdir()
    old = os.umask(0)
    try:
        desk.services.store_check.backup(SHELL, copy)
    finally:
        os.umask(old)
    assert [(path.name, stat.S_IMODE(path.stat().st_mode)) for path in copy.parent.iterdir()] == [
        ("copy.db", 0o600)
    ]
    assert not any(key.read_bytes() in copy.read_bytes() for key in desk.settings.keys_folder.iterdir())
    services = open_services(
        replace(desk.settings, store_url=f"sqlite:///{copy}"), desk.clock, cheap_hashing()
    )
    waiting = services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(waiting, CodeNeeded)
    desk.clock.move(seconds=totp.STEP_SECONDS)
    services.second_factor.verify(waiting.token, desk.code())
    assert all(each.sound for each in services.store_check.check(SHELL))
    services.close()


def test_the_copy_without_its_key_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.services.store_check.backup(SHELL, tmp_path / "copy.db")
    elsewhere = replace(
        desk.settings, store_url=f"sqlite:///{tmp_path / 'copy.db'}", keys_folder=tmp_path / "none"
    )
    with pytest.raises(KeyUnusable):
        open_services(elsewhere, desk.clock, cheap_hashing())
    assert not (tmp_path / "none").exists()


def test_it_is_one_moment_though_another_writes(desk: Desk, tmp_path: Path) -> None:
    """The writer changes two rows in one transaction; no copy shows one without the other."""
    desk.create("bob")
    over = threading.Event()
    writer = desk.another()

    def write() -> None:
        number = 0
        while not over.is_set():
            number += 1
            with writer.core.database.write() as session:
                session.connection().exec_driver_sql("UPDATE account SET display_name = ?", (f"{number:05}",))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        seen = set()
        for count in range(8):
            copy = tmp_path / f"{count}.db"
            desk.services.store_check.backup(SHELL, copy)
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                names = {row[0] for row in connection.execute("SELECT display_name FROM account")}
            assert len(names) == 1
            seen |= names
    finally:
        over.set()
        thread.join()
        writer.close()
    assert len(seen) > 1, "the writer wrote meanwhile"


def test_what_is_there_already_is_left_as_it_is(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "diary"
    path.write_text("dear diary")
    assert refusal(desk, path) == f"There is a file already: {path}. Name another."
    assert path.read_text() == "dear diary"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nothing")
    assert refusal(desk, link) == f"There is a file already: {link}. Name another."
    assert not (tmp_path / "nothing").exists()
    assert "There is a file already" in refusal(desk, store_path(desk))


def test_a_folder_that_is_none_or_not_ones_own_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "no" / "copy.db", tmp_path / "file" / "copy.db"):
        assert "cannot be opened" in refusal(desk, path)
    assert "There is a file already" in refusal(desk, tmp_path)
    if SYS.parent.exists():
        assert refusal(desk, SYS) == f"You may not open the store: {SYS}"


def test_a_disk_without_room_leaves_nothing_behind(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    folder.mkdir()
    with no_file_grows(), pytest.raises(StoreUnusable) as error:
        desk.services.core.database.backup(folder / "copy.db")
    assert error.value.cause == "disk"
    assert list(folder.iterdir()) == []
    desk.services.store_check.backup(SHELL, folder / "copy.db")


def test_a_damaged_store_is_not_copied_as_if_it_were_whole(desk: Desk, tmp_path: Path) -> None:
    desk.services.core.database.forget_deleted()
    desk.services.core.database.close()
    path = store_path(desk)
    path.write_bytes(path.read_bytes()[:100] + b"\xa5" * 5000)
    with pytest.raises(StoreUnusable):
        desk.services.store_check.backup(SHELL, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_backup_put_back_is_a_store_again(desk: Desk, tmp_path: Path) -> None:
    desk.enable()
    desk.services.store_check.backup(SHELL, tmp_path / "copy.db")
    desk.services.close()
    before = rows(desk, "SELECT * FROM backup_code")
    change(desk, "DELETE FROM backup_code")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{store_path(desk)}{suffix}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", store_path(desk))
    desk.services = desk.another()
    assert rows(desk, "SELECT * FROM backup_code") == before
    desk.log_in()
