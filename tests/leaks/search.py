"""Searches everything that left the programs of one test for every secret that the test knows of."""

import base64
import binascii
import hashlib
import json
import os
import re
import sqlite3
import stat
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from time import process_time

from tests.leaks.forms import QR_EDGE, Kind, Secret
from tests.leaks.needles import Needles
from tests.leaks.record import PRINTS, Output, known, note, present

CSI = re.compile(rb"\x1b\[[0-9;:<=>?$]*[a-zA-Z]")
OSC = re.compile(rb"\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)")
TOKEN = re.compile(rb"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)
FRAME = 1 << 14
"""Bytes that one drawing of a page takes at most."""
PASSWORD_FILE = ".passwords.csv"
"""How the file of an import's activation passwords ends: they stand there and nowhere else."""
LEARNED = 100
"""Activation passwords that are learned from such a file."""
KEY_FILE = re.compile(r"/keys/[^/]+\.key$")


@dataclass
class Search:
    """How much was searched, and what was found."""

    programs: int = 0
    size: int = 0
    files: int = 0
    secrets: int = 0
    seconds: float = 0
    leaks: list[str] = field(default_factory=list)

    def add(self, other: "Search") -> None:
        """Add what was searched in another test."""
        self.programs += other.programs
        self.size += other.size
        self.files += other.files
        self.secrets += other.secrets
        self.seconds += other.seconds
        self.leaks += other.leaks

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"{self.programs} programs, {self.files} files, {self.size / 1e6:.1f} MB searched "
            f"for {self.secrets} secrets in {self.seconds:.1f} s of processor: {len(self.leaks)} leaks"
        )


def search(folders: Iterable[Path]) -> Search:
    """Search all that the present test's programs wrote, and every file below the folders."""
    begun = process_time()
    done = _search(folders)
    done.seconds = process_time() - begun
    return done


def _search(folders: Iterable[Path]) -> Search:
    outputs = present().outputs
    found = [path for folder in folders for path in _files(folder)]
    _learn(outputs, found)
    secrets = known()
    done = Search(len(outputs), secrets=len(secrets))
    forms: dict[bytes, tuple[Secret, str]] = {}
    for secret in secrets.values():
        for name, form in secret.forms():
            forms.setdefault(form, (secret, name))
    needles = Needles(forms)
    saved = {name for output in outputs for name in output.saved}

    def hits(data: bytes) -> Iterator[tuple[int, int, Secret, str]]:
        for place, needle in needles.found_in(data.lower()):
            yield place, place + len(needle), *forms[needle]

    for output in outputs:
        done.size += len(output.raw)
        done.leaks += _unique(_in_output(output, hits))
        done.leaks += _tokens(output, found)
    for path in found:
        with suppress(FileNotFoundError):
            content = path.read_bytes()
            done.files += 1
            done.size += len(content)
            done.leaks += _unique(_in_file(path, content, saved, hits))
    names = "\n".join(map(str, found)).encode("utf-8", "surrogateescape")
    done.leaks += [f"{secret}, {form}, in the name of a file" for _, _, secret, form in hits(names)]
    return done


Hits = Callable[[bytes], Iterator[tuple[int, int, Secret, str]]]


def _unique(leaks: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(leaks)]


# What a program wrote


def _in_output(output: Output, hits: Hits) -> Iterator[str]:
    raw = bytes(output.raw)
    said = OSC.sub(lambda found: b" " * len(found[0]), raw) if b"\x1b]" in raw else raw
    for start, end, secret, form in hits(said):
        if not _may_show(output, secret, start, end):
            yield f"{secret}, {form}, in what {output.name!r} wrote"
    plain, place = _plain(said)
    for start, end, secret, form in hits(plain):
        if not _may_show(output, secret, place(start), place(end)):
            yield f"{secret}, {form}, in what {output.name!r} wrote"
    for command in OSC.finditer(raw) if said is not raw else ():
        for secret, form in _in_command(command[1], hits):
            copied = secret.kind is Kind.BACKUP_CODE and output.copied and command[1].startswith(b"52;c;")
            if not (copied and _may_show(output, secret, *command.span())):
                yield f"{secret}, {form}, in a title or clipboard of {output.name!r}"


def _in_command(command: bytes, hits: Hits) -> Iterator[tuple[Secret, str]]:
    for _, _, secret, form in hits(command):
        yield secret, form
    with suppress(binascii.Error):
        for _, _, secret, form in hits(base64.b64decode(command.rpartition(b";")[2], validate=True)):
            yield secret, form


def _plain(said: bytes) -> tuple[bytes, Callable[[int], int]]:
    """Give the bytes without what moves the cursor and colours, and where a place in them was before."""
    plain = CSI.sub(b"", said)

    @cache
    def ends() -> tuple[list[int], list[int]]:
        """Where each sequence was cut out, and how much had been cut with it."""
        places, cut = [0], [0]
        for sequence in CSI.finditer(said):
            places.append(sequence.start() - cut[-1])
            cut.append(cut[-1] + len(sequence[0]))
        return places, cut

    def place(wanted: int) -> int:
        places, cut = ends()
        return wanted + cut[bisect_right(places, wanted) - 1]

    return plain, place


def _may_show(output: Output, secret: Secret, start: int, end: int) -> bool:
    """Tell whether a screen that is there to show it was on when these bytes were written."""
    if secret.kind in {Kind.SETUP_KEY, Kind.QR}:
        # The upper rows of a QR are drawn before the words beside it, and so is what a small window begins with.
        looks = [*output.looks_at(start, end + FRAME)]
        return any(look.setup_key if secret.kind is Kind.SETUP_KEY else look.qr for look in looks)
    looks = [*output.looks_at(start, end)]
    if secret.kind in {Kind.RESET_CODE, Kind.ACTIVATION} and (
        any(secret.kind is kind for kind, _ in _prints(output)) or any(look.handed for look in looks)
    ):
        return True
    if secret.kind in {Kind.BACKUP_CODE, Kind.RESET_CODE}:
        if any(look.codes for look in looks):
            return secret.kind is Kind.BACKUP_CODE
        return any(look.field for look in looks) and _was_typed(output, secret)
    return secret.kind is Kind.PASSWORD and any(look.sheet for look in looks)


def _prints(output: Output) -> Iterator[tuple[Kind, re.Pattern[str]]]:
    """Give what kind of secret the command prints on purpose, and how."""
    for word, kind_and_how in PRINTS.items():
        if word in output.arguments:
            yield kind_and_how


def _was_typed(output: Output, secret: Secret) -> bool:
    return _bare(secret.value) in _bare(output.typed.encode())


def _bare(text: bytes) -> bytes:
    return text.upper().translate(None, b" -").replace(b"O", b"0").replace(b"L", b"1").replace(b"I", b"1")


# Files


def _files(folder: Path) -> Iterator[Path]:
    for at, _, names in os.walk(folder):
        for name in names:
            path = Path(at, name)
            with suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


def _in_file(path: Path, content: bytes, saved: set[str], hits: Hits) -> Iterator[str]:
    for start, _, secret, form in hits(content):
        if secret.kind is Kind.BACKUP_CODE and path.name in saved:
            continue
        if secret.kind is Kind.ACTIVATION and path.name.endswith(PASSWORD_FILE):
            continue
        if secret.kind is Kind.STORE_KEY and KEY_FILE.search(str(path)):
            continue
        yield f"{secret}, {form}, in the file {path} at {start}"


# What is learned at the end


def _learn(outputs: Iterable[Output], paths: Iterable[Path]) -> None:
    for output in outputs:
        if output.is_console:
            note(Kind.QR, QR_EDGE)
        for kind, printed in _prints(output):
            for secret in printed.findall(output.raw.decode("utf-8", "replace")):
                note(kind, secret)
    for path in paths:
        if path.name.endswith(PASSWORD_FILE):
            for line in islice(path.read_text("utf-8", "replace").splitlines(), 1, LEARNED):
                note(Kind.ACTIVATION, line.partition(",")[2])
        if path.suffix == ".key":
            # Some tests spoil it.
            with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
                for key in json.loads(path.read_bytes())["keys"].values():
                    note(Kind.STORE_KEY, base64.b64decode(key))


def _tokens(output: Output, paths: Iterable[Path]) -> Iterator[str]:
    """Find tokens of sessions, which nobody but the program knows: by their digests in the store."""
    words = {hashlib.sha256(word).digest() for word in TOKEN.findall(output.raw)}
    if not words:
        return
    for path in paths:
        if path.suffix == ".db":
            with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
                if words & {digest for (digest,) in store.execute("SELECT digest FROM session")}:
                    yield f"a session token, in what {output.name!r} wrote"
