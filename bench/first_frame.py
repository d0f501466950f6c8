"""How soon the front door stands on the screen, against a bare Textual app in the same run.

    .venv/bin/python bench/first_frame.py [ROUNDS]

Prints the paired ratio of wall time from start to the first frame: the median, and the range. The machine's
own speed cancels out, since each pair runs back to back.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import ptyprocess

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("Username")
        yield Static("Password")
Bare().run()
"""
TWOFOLD = Path(sys.executable).parent / "twofold"


def first_frame(argv: list[str], home: str) -> float:
    """Return the seconds from start until `Username` has come out of the program."""
    env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    start = time.perf_counter()
    program = ptyprocess.PtyProcess.spawn(argv, env=env, dimensions=(24, 80))
    seen = b""
    while b"Username" not in seen:
        seen += program.read(65536)
    taken = time.perf_counter() - start
    program.terminate(force=True)
    program.close()
    return taken


def main() -> None:
    """Measure both in turn and print the ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as home:
        make = [str(TWOFOLD), "account", "create", "alice"]
        password = ptyprocess.PtyProcess.spawn(
            ["/bin/sh", "-c", f"echo 'violet kettle parade' | {' '.join(make)}"],
            env={"PATH": os.environ["PATH"], "HOME": home},
        )
        password.wait()
        pairs = []
        for number in range(rounds + 1):
            bare = first_frame([sys.executable, "-c", BARE], home)
            ours = first_frame([str(TWOFOLD)], home)
            if number:  # The first pair warms the caches.
                pairs.append((ours, bare))
    ratios = [ours / bare for ours, bare in pairs]
    print("| first frame | bare Textual, median | ratio min | median | max |")
    print("|---|---|---|---|---|")
    print(
        f"| {statistics.median(ours for ours, _ in pairs) * 1000:.0f} ms"
        f" | {statistics.median(bare for _, bare in pairs) * 1000:.0f} ms"
        f" | {min(ratios):.2f} | {statistics.median(ratios):.2f} | {max(ratios):.2f} |"
    )


if __name__ == "__main__":
    main()
