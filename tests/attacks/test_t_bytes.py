"""Whatever bytes a terminal sends, the program neither ends nor does anything for them."""

import os
import random
import time

import pytest

from tests.attacks.outside import commands, cpu_seconds, is_fine, lasts, memory
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

MEGABYTE = 1 << 20
SIZES = (
    b"\x1b[48;30000;30000;60000;60000t\x1b[8;30000;30000t\x1b[4;9999;9999t"
    b"\x1b[9;30000;30000t\x1b[?2048;1$y\x1b[48;2;2;2;2t"
)
KITTY = (
    b"\x1b[9999999;1u\x1b[1114112;1u\x1b[4294967296;5u\x1b[-1;1u\x1b[55296;1u"
    b"\x1b[97:65:0;1:3;1114112u\x1b[;u\x1b[0u\x1b[1;1;1;1u"
)
ANSWERS = (
    b"\x1b]lpayload\x1b\\\x1b]Lpayload\x1b\\\x1b]52;c;cGF5bG9hZA==\x07\x1b]10;rgb:0/0/0\x07\x1bP>|payload(1)\x1b\\"
    b"\x1b[?62;4;6c\x1b[>41;354;0c\x1b[24;80R\x1b[0n\x1b_Gi=1;OK\x1b\\\x1bP1$rpayload\x1b\\\x1b[?1u"
)
BROKEN = (
    b"\xc0\x80\xe0\x80\x80\xf0\x80\x80\x80\xf8\x88\x80\x80\x80\xed\xa0\x80\xed\xbf\xbf\xf4\x90\x80\x80\xef\xbf\xbe"
    b"\xc3\xe2\x82\xf0\x9f\x98\xff\xfe\xfe\xff\x00\x9b6n\x9d52;c;eA==\x9c\xe2\x80\xae\xe2\x80\x8b"
)
MOUSE = (
    b"\x1b[<0;99999;99999M\x1b[<999999999;1;1M\x1b[<64;1;1m\x1b[M\xff\xff\xff"
    b"\x1b[M   \x1b[32;5;5M\x1b[<-1;-1;-1M\x1b[<;;M\x1b[<0;0;0M"
)
CUT = (
    b"\x1b",
    b"\x1b[",
    b"\x1b[<",
    b"\x1bO",
    b"\x1b]0;x",
    b"\x1bP",
    b"\x1b[200",
    b"\xe2\x82",
    b"\x1b[1;",
    b"\x1b[M",
)


def drown(console: Console, flood: bytes, seconds: float) -> float:
    """Send it as fast as it is taken; return for how long."""
    begun = time.monotonic()
    console.send(flood, timeout=seconds)
    return time.monotonic() - begun


def test_no_byte_before_log_in_ends_it_or_gets_into_a_field(machine: Machine) -> None:
    """T13: 0x80 to 0xFF one by one, broken UTF-8, sizes, code points, answers, cut sequences, noise."""
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        console.wait_still()
        for byte in range(0x80, 0x100):
            console.send(bytes([byte]))
            console.read(0.002)
        for sent in (SIZES, KITTY, ANSWERS, MOUSE):
            console.send(sent)
        # Each on its own, with the silence after which it is no longer waited for.
        for sent in CUT:
            console.send(sent)
            console.rest(0.15)
        console.wait_still()
        is_fine(console)
        assert not console.shows("payload")
        assert not console.shows("\ufffd")
        # A lead byte may have waited for its second one; two Escapes are none of those.
        console.send(b"\x15")
        console.wait_still()
        console.log_in("bob", PASSWORD)
        console.wait_for("Authentication code")
        console.send(BROKEN + SIZES + KITTY + ANSWERS)
        console.press("ctrl+k")
        console.wait_still()
        noise = random.Random(13).randbytes(2000)  # noqa: S311 - noise, not a secret
        console.send(noise.replace(b"\x11", b"").replace(b"\x1b", b"").replace(b"\r", b""))
        console.wait_still()
        is_fine(console)
        assert memory(console.pid) < 300 * MEGABYTE
        assert commands(bytes(console.raw)) == []
        console.press("ctrl+q")
        assert console.wait_exit() == 0


@pytest.mark.parametrize("kind", ["arrows", "mouse", "unfinished"])
def test_a_flood_neither_fills_the_memory_nor_keeps_it_from_ending(machine: Machine, kind: str) -> None:
    """T13, T15: 40 kB at the front door; SIGTERM in the middle of more ends it at once."""
    flood = {
        "arrows": b"\x1b[A",
        "mouse": b"\x1b[<35;40;12M\x1b[<64;9;9M",
        "unfinished": b"\x1b]0;" + b"x" * 900 + b"\x1b[",
    }[kind]
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        console.wait_still()
        drown(console, flood * (40_000 // len(flood)), 60)
        console.press("f1")
        console.wait_for("Help: ", timeout=60)
        is_fine(console)
        assert memory(console.pid) < 300 * MEGABYTE
        fill(console, flood)
        console.kill()
        assert console.wait_exit() == 1


def fill(console: Console, flood: bytes) -> None:
    """Send until no more is taken."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            os.write(console._fd, flood)
        except BlockingIOError:
            return


@pytest.mark.long
@pytest.mark.parametrize(
    "flood", [b"\x1b[A", b"\x1b[<35;40;12M\x1b[<0;9;9M", b"\x1b[<64;9;9M", b"k", b"\x1b\x1b", b"\xff"]
)
def test_a_megabyte_of_anything_is_survived(machine: Machine, flood: bytes) -> None:
    """T13: and then it does as it is told, uses no more processor, and has not grown."""
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        took = drown(console, flood * (MEGABYTE // len(flood)), 600)
        console.press("f1")
        console.wait_for("Help: ", timeout=60)
        console.wait_still()
        before = cpu_seconds(console.pid)
        console.rest(2)
        assert cpu_seconds(console.pid) - before < 0.5
        grown = memory(console.pid)
        print(f"{flood!r}: {took:.1f} s, {before:.1f} s of processor, {grown / MEGABYTE:.0f} MB")  # noqa: T201
        assert grown < 300 * MEGABYTE


def test_what_is_sent_while_it_starts_is_not_taken_for_keys(machine: Machine) -> None:
    """T13, T23: a whole log-in, an end and noise, before anything is drawn."""
    with machine.open() as console:
        for _ in range(3):
            console.send(BROKEN + b"x\rx" + ANSWERS + SIZES)
            console.read(0.01)
        console.wait_for("[ Log in ]")
        lasts(lambda: not console.read(0.3), "the rest", 20)
        assert not console.shows("payload")
        assert not console.shows("x ")
        is_fine(console)
