"""What a key costs at the operator's desk with 1,000,000 accounts, against 1,000 in the same run.

    .venv/bin/python bench/desk.py [ROUNDS [FOLDER]]

Two consoles are used as people use them, by keys, in a terminal of 80x24 each; each round gives both the
same keys in turn. A key costs the processor time of the whole process, its threads and the kernel's work for
them, until the frame with its result has come out. What the console does after that frame, such as to fetch
the pages next to the one in sight, comes with "at rest": the paired ratio of all that a key costs. The last
table is the memory of fresh consoles after the same keys.
"""

import re
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stores import LARGE, SHELL, SMALL, asked_for, both, memory, people, print_head, print_pairs

from tests.terminal.authenticator import Phone
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

STILL = 0.04
"""Seconds without any use of the processor, or any output, after which a console is at rest."""
MEMORY_ROUNDS = 3
MEMORY_PAIRS = 2
TYPED = ("ann", "ste", "mik", "pet")
"""Each letter finds others than the one before: the frame that shows the result is another one."""
ACCOUNT = str(next(people(1))[1])
"""The account that one event in fifty is about."""
NUMBER = re.compile(r"[\d,]+ accounts?|the first [\d,]+ found")


@dataclass(frozen=True)
class Key:
    """A key whose cost is asked for; without a name it only leads to the next one."""

    name: str
    press: str
    shows: str = r"\n  > "
    """What its result has on the screen, besides what was not there before."""


class Used(Console):
    """A console whose processor time is read as soon as it has written something."""

    cpu_written = 0.0
    written_at = 0.0

    def received(self, data: bytes) -> None:
        """Note the time before the screen is drawn: drawing it here takes a while."""
        self.cpu_written, self.written_at = self.cpu, time.monotonic()
        super().received(data)

    @property
    def cpu(self) -> float:
        """The processor time of the whole process so far, in seconds."""
        return time.clock_gettime((~self.pid << 3) | 2)  # How Linux numbers the clock of a process.

    @property
    def result(self) -> tuple[str, ...]:
        """What a key changes that changes the list: not what is typed into the field above it."""
        lines = self.text()
        return (*NUMBER.findall("\n".join(lines[:6])), *lines[6:])

    def rest(self, seconds: float = STILL) -> None:
        """Read until it has done all it had to do."""
        before, since = self.cpu, time.monotonic()
        while time.monotonic() - max(since, self.written_at) < seconds:
            self.read(seconds / 8)
            if self.cpu != before or self._at_work():
                before, since = self.cpu, time.monotonic()

    def _at_work(self) -> bool:
        """Whether any thread runs, wants to, or waits for the disk."""
        for thread in Path(f"/proc/{self.pid}/task").iterdir():
            if (thread / "stat").read_text("utf-8").rpartition(")")[2].split()[0] in "RD":
                return True
        return False

    def cost(self, key: Key) -> tuple[float, float]:
        """Press a key; return its cost until the frame with its result, and until all is at rest."""
        before, start = self.result, self.cpu
        self.press(key.press)
        self.wait_until(
            lambda: self.result != before and bool(re.search(key.shows, "\n".join(self.text()))), key.name
        )
        shown = self.cpu_written
        self.rest()
        return shown - start, self.cpu - start


def round_of_keys(turn: int) -> list[Key]:
    """Return the keys of one round, which begins and ends on Home."""
    first, second, third = TYPED[turn % len(TYPED)]
    lead = [Key("", "tab"), Key("", "tab")]
    return [
        Key("Accounts, opened", "enter", r"All: [\d,]+(.|\n)*\n  > "),
        *[Key("the next page", "pagedown")] * 6,
        Key("the last page", "end"),
        Key("the page before", "pageup"),
        Key("the first page", "home"),
        Key("by last log-in", "f2", "latest log-in first"),
        Key("by last log-in, the next page", "pagedown"),
        Key("by username again", "f2", "sorted by username"),
        Key("the first letter", first),
        Key("the second letter", second),
        Key("the third letter", third),
        Key("a page of what was found", "pagedown"),
        Key("the search cleared", "ctrl+u"),
        *lead,
        Key("2FA off", "enter"),
        Key("2FA off, the next page", "pagedown"),
        *lead,
        *lead,
        Key("locked", "enter"),
        Key("one account, opened", "enter", "What happened"),
        Key("back to the list", "esc", r"All: [\d,]+(.|\n)*\n  > "),
        Key("Home", "esc", "2FA is on"),
        *[Key("", "down")] * 2,
        Key("Overview, opened", "enter", r"\d in 24 hours|none in 24 hours"),
        Key("Home", "esc", "2FA is on"),
        *[Key("", "down")] * 3,
        Key("Audit log, opened", "enter"),
        *[Key("older events", "pagedown")] * 4,
        Key("the oldest events", "end"),
        Key("newer events", "pageup"),
        Key("the newest events", "home"),
        Key("the filter", "f3", "Which events"),
        *(Key("", letter) for letter in ACCOUNT),
        *[Key("", "tab")] * 5,
        Key("one account's events", "enter", f"Account {ACCOUNT[:8]}(.|\\n)*\\n  > "),
        Key("its older events", "pagedown"),
        Key("its oldest events", "end"),
        Key("Home", "esc", "2FA is on"),
    ]


@contextmanager
def console(folder: Path, username: str, phone: Phone) -> Iterator[Used]:
    """Hand out a console of the store in a folder, on Home."""
    machine = Machine(folder)
    with Used([str(machine.launcher)], env=machine.env, cwd=machine.home) as used:
        used.log_in(username, PASSWORD)
        used.wait_for("Authentication code")
        used.type_code(phone)
        used.wait_for("2FA is on")
        used.rest()
        yield used


def operator(folder: Path) -> tuple[Path, str, Phone]:
    """Make an operator with 2FA on."""
    machine, username = Machine(folder), f"olga-{time.time_ns() // 10**9}"
    phone = machine.enable(username).phone
    with machine.past() as (services, _):
        services.accounts.set_role(SHELL, username, "operator", "bench")
    return folder, username, phone


def use(used: Used, key: Key) -> tuple[float, float]:
    """Press a key and let the console come to rest; return what that cost, where it is asked for."""
    if key.name:
        return used.cost(key)
    used.press(key.press)
    used.rest()
    return 0.0, 0.0


def measure_keys(operators: list[tuple[Path, str, Phone]], rounds: int) -> None:
    """Print what each key costs."""
    until_shown, until_rest = defaultdict(list), defaultdict(list)
    with ExitStack() as stack:
        consoles = [stack.enter_context(console(*each)) for each in operators]
        for turn in range(-1, rounds):
            for key in round_of_keys(turn):
                costs = [use(each, key) for each in consoles[:: 1 if turn % 2 else -1]][
                    :: 1 if turn % 2 else -1
                ]
                if turn >= 0 and key.name:
                    for pairs, pair in zip((until_shown, until_rest), zip(*costs, strict=True), strict=True):
                        pairs[key.name].append(pair)
    print_head("from the key to the frame", "at rest")
    for name, pairs in until_shown.items():
        at_rest = statistics.median(large / small for small, large in until_rest[name])
        print_pairs(name, pairs, f"{at_rest:.2f}")


def measure_memory(operators: list[tuple[Path, str, Phone]]) -> None:
    """Print how much memory fresh consoles have after the same keys."""
    print(f"| memory of the whole console | {SMALL:,} | {LARGE:,} | more |\n|---|---|---|---|")
    for number in range(1, MEMORY_PAIRS + 1):
        taken = []
        for each in operators:
            with console(*each) as used:
                at_home = memory(used.pid)
                for turn in range(MEMORY_ROUNDS):
                    for key in round_of_keys(turn):
                        use(used, key)
                taken.append((at_home, memory(used.pid)))
        for when, (small, large) in zip(("at Home", "after the keys"), zip(*taken, strict=True), strict=True):
            print(f"| {when}, pair {number} | {small:.1f} MiB | {large:.1f} MiB | {large - small:+.1f} MiB |")


def main() -> None:
    """Measure, in a folder that is kept or in one that is thrown away."""
    rounds, folder = asked_for()
    with both(folder) as folders:
        operators = [operator(each) for each in folders]
        measure_keys(operators, rounds)
        measure_memory(operators)


if __name__ == "__main__":
    main()
