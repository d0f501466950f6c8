"""What is seen of the running program from outside: its bytes, its process, its files."""

import os
import re
import stat
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.terminal.program import Program

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
SETTING = re.compile(rb"\x1b\[[<>=?]?[0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p")
ANSWERABLE = re.compile(rb"\x1b\[(?:[56]n|\??[0-9]*c|1[48]t|2[01]t)|\x1bP|\x1b_|\x1b\^|\x05")
"""What a terminal answers by typing, and strings of a kind that the console has no use for."""
POINTER = re.compile(rb"22;[a-z-]+")
"""The shape of the mouse pointer, by Textual."""
TICKS = os.sysconf("SC_CLK_TCK")


def lasts(true: Callable[[], bool], what: str, timeout: float = 20) -> None:
    """Wait for something that is to come true, without reading from the program."""
    end = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < end, f"{what}: not within {timeout:g} s"
        time.sleep(0.02)


# Bytes


def commands(raw: bytes) -> list[bytes]:
    """The operating system commands (title, clipboard, links ...) in what was written."""
    found = re.findall(rb"\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)", raw)
    assert len(found) == raw.count(b"\x1b]"), "one without an end"
    return [command for command in found if not POINTER.fullmatch(command)]


def clipboards(raw: bytes) -> list[bytes]:
    """What was handed to the clipboard, still in base64."""
    return [command[5:] for command in commands(raw) if command.startswith(b"52;c;")]


def on_the_main_screen(raw: bytes) -> bytes:
    """What was written past the alternate screen, settings of the terminal aside."""
    left, pieces = raw, []
    while ENTER in left:
        before, _, rest = left.partition(ENTER)
        _, _, left = rest.partition(LEAVE)
        pieces.append(before)
    pieces.append(left)
    return SETTING.sub(b"", b"".join(pieces))


def is_wiped(raw: bytes) -> bool:
    """Whether the alternate screen was cleared, and nothing drawn after that, before it was left."""
    drawn = raw[raw.rindex(b"\x1b[2J") + 4 : raw.rindex(LEAVE)]
    return not SETTING.sub(b"", drawn)


def holds_nothing_of(raw: bytes, secrets: Iterable[str]) -> None:
    """No secret stands in the bytes, in one piece or without its gaps."""
    for secret in secrets:
        for form in {secret, secret.replace(" ", ""), secret.replace("-", "")}:
            assert form.encode() not in raw, "a secret came out"


# Processes


def state(pid: int) -> str:
    """R, S, T, Z ..., or nothing where there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return text.rpartition(")")[2].split()[0]


def is_alive(pid: int) -> bool:
    """Whether it runs still; one that only waits to be asked how it ended does not."""
    return state(pid) not in {"", "Z"}


def cpu_seconds(pid: int) -> float:
    """The processor time that it took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory(pid: int) -> int:
    """The most memory that it ever held, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def children(pid: int) -> list[int]:
    """The processes it has started and that are there still."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def is_fine(program: Program) -> None:
    """It runs, was not stopped, and has started nothing."""
    assert state(program.pid) in {"R", "S", "D"}, "it does not run"
    assert children(program.pid) == []


# Files


def files(*folders: Path) -> dict[str, str]:
    """Every file and folder below, with its mode."""
    found = (path for folder in folders for path in [folder, *folder.rglob("*")])
    return {str(path): stat.filemode(path.lstat().st_mode) for path in found}


def all_bytes(folder: Path) -> bytes:
    """Everything that stands in the files below."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
