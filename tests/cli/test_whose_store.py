"""A store, a key or a configuration of another user: whose it is, and what to do, in one line."""

import getpass
import os
import shutil
from pathlib import Path

import pytest

from store.owner import other_owner
from tests.cli.shell import PASSWORD, Ended, Shell

SOMEBODY, NAME = 65534, "nobody"
LIKE_ANYBODY = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
"""As root, but without its power over other people's files."""
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None, reason="takes root, to give files away"
)


def give_away(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, SOMEBODY, SOMEBODY)


def create(shell: Shell, *program: str, env: dict[str, str] | None = None) -> Ended:
    return shell.run_any([*program, str(shell.launcher), "account", "create", "bob"], f"{PASSWORD}\n", env)


@as_root
@pytest.mark.parametrize("hidden", ["folder", "file"])
def test_a_store_that_is_somebody_elses_is_said_to_be_theirs(shell: Shell, hidden: str) -> None:
    shell.create()
    give_away(shell.store.parent if hidden == "folder" else shell.store)
    ended = create(shell, *LIKE_ANYBODY)
    told = f"twofold: The store is {NAME}'s: {shell.store}. Run this as {NAME}.\n"
    assert (ended.status, ended.out, ended.err) == (3, "", told)


@as_root
def test_a_key_that_is_somebody_elses_is_said_to_be_theirs(shell: Shell) -> None:
    shell.create()
    [key] = shell.keys.iterdir()
    give_away(key)
    ended = create(shell, *LIKE_ANYBODY)
    told = f"twofold: The key file is {NAME}'s: {key}. Run this as {NAME}.\n"
    assert (ended.status, ended.out, ended.err) == (4, "", told)


@as_root
def test_who_may_open_all_but_has_another_configuration_is_told_whose_key_is_missing(shell: Shell) -> None:
    shell.create()
    give_away(shell.store.parent)
    ended = create(shell, env={"XDG_CONFIG_HOME": str(shell.home / "roots")})
    assert (ended.status, ended.out) == (4, "")
    assert ended.err.startswith(f"twofold: The store is {NAME}'s, and its key file is not here: ")
    assert ended.err.endswith(f". Run this as {NAME}.\n")
    assert not (shell.home / "roots").exists()


@as_root
def test_a_configuration_where_one_may_not_look_is_no_crash(shell: Shell) -> None:
    shell.create()
    give_away(shell.keys.parent)
    shell.keys.parent.chmod(0o700)
    ended = create(shell, *LIKE_ANYBODY)
    assert (ended.status, ended.out) == (2, "")
    assert "config.toml cannot be read: Permission denied" in ended.err


def test_whose_a_file_is_or_what_hides_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    assert other_owner(tmp_path / "file") == ""
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert other_owner(tmp_path / "file") == getpass.getuser()
    assert other_owner(tmp_path / "gone" / "far") == getpass.getuser()
