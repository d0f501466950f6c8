"""Processes that die: each is split off one that has loaded everything and opened nothing, so it is cheap."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from store.settings import Settings
from tests.clocks import FakeClock
from tests.desk import Desk
from tests.services.racers import Here

Part = Callable[..., None]
LONGEST = 60


def say(*words: object) -> None:
    """Tell the test, at once and in one piece: what is told was acknowledged before."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Nursery:
    """Starts processes that do their part at a desk's store, and hears what they say."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.mortals"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=Path(__file__).parents[2],
        )
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(LONGEST)

    def start(self, desk: Desk, part: Part, *given: object) -> int:
        """Start a process with this part; return its id."""
        job = {
            "store_url": desk.settings.store_url,
            "keys_folder": str(desk.settings.keys_folder),
            "now": desk.clock.now().isoformat(),
            "part": [part.__module__, part.__name__],
            "given": given,
        }
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(job) + "\n").encode())
        [word, pid] = self.line().split()
        assert word == "pid"
        return int(pid)

    def hear(self, seconds: float) -> list[str]:
        """Return the lines that come within that time."""
        end, lines = time.monotonic() + seconds, []
        while (line := self._next_line(end - time.monotonic())) is not None:
            lines.append(line)
        return lines

    def line(self) -> str:
        """Return the next line."""
        line = self._next_line(LONGEST)
        assert line is not None, "nothing was said"
        return line

    def ending(self) -> tuple[list[str], int]:
        """Return what the process still says, and how it ended: minus the signal that killed it."""
        lines = []
        while not (line := self.line()).startswith("ended "):
            lines.append(line)
        return lines, int(line.removeprefix("ended "))

    def _next_line(self, seconds: float) -> str | None:
        assert self._process.stdout is not None
        while b"\n" not in self._heard:
            if not select.select([self._process.stdout], [], [], max(seconds, 0))[0]:
                return None
            data = os.read(self._process.stdout.fileno(), 1 << 16)
            assert data, "the nursery is gone"
            self._heard += data
        line, self._heard = self._heard.split(b"\n", 1)
        return line.decode()


def _run(job: dict[str, Any]) -> None:
    module, name = job["part"]
    part: Part = getattr(import_module(module), name)
    settings = Settings(job["store_url"], Path(job["keys_folder"]))
    here = Here(settings, FakeClock(datetime.fromisoformat(job["now"])))
    try:
        part(here, *job["given"])
    except BaseException as error:  # noqa: BLE001 - reported to the test
        say("error", type(error).__name__, error)
    os._exit(0)


def main() -> None:
    import store.migrations  # noqa: F401 - as the rest, loaded before the split

    for line in sys.stdin:
        job = json.loads(line)
        import_module(job["part"][0])
        # What the child says comes after its id: it waits until that is told.
        told, tell = os.pipe()
        child = os.fork()
        if not child:
            os.close(tell)
            os.read(told, 1)
            _run(job)
        say("pid", child)
        os.close(tell)
        os.close(told)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    # Under its own name, so that the parts that import it get this very module.
    sys.modules["tests.services.mortals"] = sys.modules["__main__"]
    main()
