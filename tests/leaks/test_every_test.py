"""A leak fails the test in which it happens, and the run says how much was searched, however many processes run it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEAKY = """
from tests.leaks.forms import Kind
from tests.leaks.record import note

def test_leaks(tmp_path):
    note(Kind.PASSWORD, "copper lantern orbit")
    (tmp_path / "log").write_text("typed: copper lantern orbit")

def test_is_tight(tmp_path):
    note(Kind.PASSWORD, "copper lantern orbit")
    (tmp_path / "log").write_text("typed: nothing")
"""


@pytest.mark.parametrize("processes", ["-n0", "-n2"])
def test_a_leak_fails_its_test_and_no_other_and_is_counted(
    tmp_path_factory: pytest.TempPathFactory, processes: str
) -> None:
    folder = tmp_path_factory.mktemp("planted")
    (folder / "test_planted.py").write_text(LEAKY)
    options = [
        "-p",
        "tests.conftest",
        "-c",
        "/dev/null",
        "--rootdir",
        str(folder),
        "--basetemp",
        str(folder / "t"),
    ]
    done = subprocess.run(  # noqa: S603 - pytest, on the words above
        [sys.executable, "-m", "pytest", processes, *options, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "password copp..., as it is, in the file" in done.stdout
    assert re.search("2 passed, .*1 error in", done.stdout)
    assert re.search(r"Leaks: 0 programs, 2 files, .* for 2 secrets in .*: 1 leaks", done.stdout)
