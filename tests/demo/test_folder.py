"""The folder goes with the demo, also where the demo goes wrong."""

from __future__ import annotations

import signal
import stat
import tempfile
from pathlib import Path

import pytest

from tui.demo.folder import throw_away_folder


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt, None])
def test_it_is_the_users_alone_and_is_gone_after_any_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException] | None
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ignored: list[int] = []
    monkeypatch.setattr(signal, "signal", lambda number, _: ignored.append(number))
    (tmp_path / "twofold-demo-without-a-mark").mkdir()

    def run() -> None:
        with throw_away_folder() as folder:
            assert folder.parent == tmp_path
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            (folder / "data").mkdir()
            (folder / "data" / "twofold.db").write_bytes(b"x")
            if error is not None:
                raise error

    if error is None:
        run()
    else:
        with pytest.raises(error):
            run()
    assert ignored == [signal.SIGTERM, signal.SIGHUP]
    assert [path.name for path in tmp_path.iterdir()] == ["twofold-demo-without-a-mark"]
