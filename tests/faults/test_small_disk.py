"""On a disk of its own that is really full, or really read-only."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from store.errors import StoreUnusable
from tests.desk import SHELL, Desk
from tests.services.acts import ACTS, Act
from tests.tables import content
from tui.words import STORE, sentence

ROOM = 4 << 20
NAMES = ("log in", "right code", "backup code", "agree", "disable", "change password", "forward")
JOURNEY = [act for act in ACTS if act.name in NAMES]


def run(program: str, *arguments: str) -> bool:
    """Run a program of the system; tell whether it did what it was to."""
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        return False
    return subprocess.run([found, *arguments], check=False, capture_output=True).returncode == 0  # noqa: S603


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """An empty disk of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not run("mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=0700", "none", str(folder)):
        pytest.skip("only root may mount a disk")
    yield folder
    assert run("umount", "-l", str(folder))


@pytest.fixture
def small(disk: Path) -> Iterator[Desk]:
    desk = Desk(disk)
    desk.create("alice")
    yield desk
    desk.services.close()


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return ballast


@pytest.mark.parametrize("act", JOURNEY, ids=lambda act: act.name)
def test_a_full_disk_is_told_as_such_nothing_happens_and_with_room_it_does(small: Desk, act: Act) -> None:
    do = act.ready(small)
    small.services.core.database.forget_deleted()
    before = content(small, but=())
    ballast = fill(small.folder)
    with pytest.raises(StoreUnusable) as error:
        do()
    assert sentence(error.value) == STORE["full"]
    ballast.unlink()
    assert content(small, but=()) == before
    do()
    assert all(each.sound for each in small.services.store_check.check(SHELL))


def test_a_copy_that_finds_no_room_leaves_nothing(small: Desk, disk: Path) -> None:
    ballast = fill(disk)
    ballast.write_bytes(ballast.read_bytes()[:-65536])
    with pytest.raises(StoreUnusable) as error:
        small.services.store_check.backup(SHELL, disk / "copy.db")
    assert error.value.cause == "full"
    assert not [*disk.glob("copy*")]
    ballast.unlink()
    small.services.store_check.backup(SHELL, disk / "copy.db")


def test_a_rotation_that_finds_no_room_for_its_key_file_is_as_before(small: Desk, disk: Path) -> None:
    small.enable()
    [key] = small.settings.keys_folder.iterdir()
    before = key.read_bytes()
    ballast = fill(disk)
    with pytest.raises(Exception) as error:  # noqa: PT011 - the store's or the key file's, whichever is first
        small.services.keys.rotate(SHELL)
    assert type(error.value).__name__ in {"StoreUnusable", "KeyUnusable"}
    assert key.read_bytes() == before
    ballast.unlink()
    assert small.services.keys.rotate(SHELL).key_id == 2
    assert [path.suffix for path in small.settings.keys_folder.iterdir()] == [".key"]
    small.log_in()


def test_a_disk_that_became_read_only_is_told_and_later_works(small: Desk, disk: Path) -> None:
    token = small.log_in()
    small.services.close()
    assert run("mount", "-o", "remount,ro", str(disk))
    try:
        with pytest.raises(StoreUnusable) as error:
            small.another()
        assert error.value.cause in {"read-only", "cannot open", "disk"}
        assert os.fspath(small.folder) in sentence(error.value) or error.value.cause == "disk"
    finally:
        assert run("mount", "-o", "remount,rw", str(disk))
    small.services = small.another()
    small.services.home.look(token)
