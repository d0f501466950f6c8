"""Codes that are nobody's, and codes that by chance are two steps' at once."""

from datetime import datetime

from hypothesis.errors import UnsatisfiedAssumption

from store.rules import totp
from tests.machine.model import step_at

EXAMINED = range(-10, 11)
"""The steps around the present that the store looks at."""


def nobodys_code(secret: bytes, now: datetime) -> str:
    """Return six digits that belong to no time step anywhere near."""
    return next(code for code in map("{:06}".format, range(100)) if not _near(secret, code, now))


def shun_chance(secret: bytes, code: str, meant: set[int], now: datetime) -> None:
    """Give the example up where a code is by chance another step's too, once in 50,000 times.

    What came of it would hang on a secret that is random, and another one in every run.
    """
    if _near(secret, code, now) - meant:
        raise UnsatisfiedAssumption


def _near(secret: bytes, code: str, now: datetime) -> set[int]:
    """Return the time steps near the present whose code this is."""
    steps = (step_at(now) + off for off in EXAMINED if secret)
    return {step for step in steps if totp.code_at(secret, step) == code}
