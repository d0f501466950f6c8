"""What the present test knows of secrets, and everything that left the programs it ran.

The harness notes all of it by itself; `tests/conftest.py` has it searched at the end of each test.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.leaks.forms import SHORTEST, Kind, Secret
from tests.leaks.looks import CODE, NOTHING, Look, look_at, saved_on, secrets_on

LONGEST = 256
"""Characters of a password; what is longer is a flood."""
PHRASE = re.compile(r"(?!(?:\w{4} ){3}\w{4}$)[^\W_]+(?: [^\W_]+)+")
"""Words with a space between them: no username, no code, and in these tests a password."""
LAUNCHER = re.compile(r"(?:^|[\s'\"/])twofold(?=[\s'\"]|$)")
"""The program itself, and no folder of its name: a clone is called that."""
PRINTS = {
    "reset-2fa": (Kind.RESET_CODE, re.compile(r"Reset code:\s+(\S+)")),
    "activate": (Kind.ACTIVATION, re.compile(r"Activation password:\s+(\S+)")),
    "--activate": (Kind.ACTIVATION, re.compile(r"Activation password:\s+(\S+)")),
}
"""What a command prints on purpose, by the word that asks for it."""


class Output:
    """What one program wrote, and what its screen showed meanwhile."""

    def __init__(self, arguments: Sequence[str], raw: bytes | bytearray) -> None:
        self.arguments = [*arguments]
        self.raw = raw
        self.typed = ""
        self.saved: set[str] = set()
        """Names of the files that it said it had written."""
        self.copied = False
        self.changes: list[tuple[int, int, Look]] = []
        """From where to where it wrote what changed the look, and the look after that."""
        self._look = NOTHING
        self._held = False

    @property
    def name(self) -> str:
        """How it was started, in short."""
        return " ".join(Path(word).name if word.startswith("/") else word for word in self.arguments)[-80:]

    @property
    def demo(self) -> bool:
        """Whether it is the demo, which shows the passwords of people who are none."""
        return self.arguments[-1:] == ["demo"]

    @property
    def is_console(self) -> bool:
        """Whether it is the console or the demo, and not a command or a part of it in a frame of its own."""
        return LAUNCHER.search(" ".join(self.arguments[:3])) is not None or self.arguments[-2:] == [
            "tui",
            "demo",
        ]

    def saw(self, start: int, end: int, lines: Sequence[str]) -> None:
        """Note what the screen showed after these bytes had been written, and learn from it."""
        if self._held:
            return
        text = "\n".join(lines)
        look = look_at(text, demo=self.demo)
        if look != self._look:
            self.changes.append((start, end, look))
            self._look = look
        if look.codes:
            self.copied = self.copied or "Copied, if your terminal" in text
            self.saved.update(saved_on(text))
        if look.codes or look.setup_key or look.handed:
            for secret in secrets_on(lines, look):
                note(secret.kind, secret.value)

    @contextmanager
    def same_page(self) -> Iterator[None]:
        """Hold that the page stays the same, while its title may be out of sight."""
        self._held = True
        try:
            yield
        finally:
            self._held = False

    def looks_at(self, start: int, end: int) -> Iterator[Look]:
        """Give each look that the screen had when these bytes were written, before and after."""
        last = NOTHING
        for begun, ended, look in self.changes:
            if begun >= end:
                break
            if ended > start:
                yield last
            last = look
        yield last

    def types(self, text: str) -> None:
        """Note what is typed; a phrase is a password, wherever it is typed."""
        self.typed += text
        for word in re.split(r"[\r\n\t]", text):
            if len(word) <= LONGEST and PHRASE.fullmatch(word):
                note(Kind.PASSWORD, word)


@dataclass
class Record:
    """One test."""

    secrets: dict[bytes, Secret] = field(default_factory=dict)
    outputs: list[Output] = field(default_factory=list)
    excused: set[bytes] = field(default_factory=set)


_lasting = Record()
"""What is noted between tests: by fixtures that live longer than one."""
_present = _lasting


def present() -> Record:
    """The record of the test that runs."""
    return _present


def known() -> dict[bytes, Secret]:
    """Every secret that the present test knows of, but those it shows on purpose."""
    every = {**_lasting.secrets, **_present.secrets}
    return {value: secret for value, secret in every.items() if value not in _present.excused}


@contextmanager
def recording() -> Iterator[Record]:
    """Begin a record; what happens until the end of this goes into it."""
    global _present
    before, _present = _present, Record()
    try:
        yield _present
    finally:
        _present = before


def note(kind: Kind, secret: str | bytes) -> None:
    """Know a secret from now on."""
    value = secret.encode("utf-8", "replace") if isinstance(secret, str) else secret
    is_new = value not in _present.secrets and value not in _lasting.secrets
    if len(value) >= SHORTEST and (is_new or kind is Kind.RESET_CODE):
        _present.secrets[value] = Secret(kind, value)


def means_to_show(secret: str, why: str) -> None:
    """Excuse a secret in the present test, which has a good reason to have it shown."""
    assert why
    _present.excused.add(secret.encode())


def program(arguments: Sequence[str], raw: bytearray) -> Output:
    """Begin to note what a program writes; `raw` grows with it."""
    output = Output(arguments, raw)
    _present.outputs.append(output)
    return output


def command(arguments: Sequence[str], said: bytes, typed: str | bytes = "") -> None:
    """Note everything that a command wrote, and what it was given on its standard input."""
    output = Output(arguments, said)
    _present.outputs.append(output)
    given = typed.decode("utf-8", "replace") if isinstance(typed, bytes) else typed
    for line in given.splitlines():
        if len(line) <= LONGEST and not CODE.search(line):
            note(Kind.PASSWORD, line)
