"""A phone with an authenticator app, written from the RFCs and sharing nothing with the program."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from urllib.parse import unquote

from tests.leaks.forms import Kind
from tests.leaks.record import note

_PERIOD = 30
_WORD = "(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+"
_URI = re.compile(
    f"otpauth://totp/(?P<issuer>{_WORD}):(?P<name>{_WORD})"
    rf"\?(?P<parameters>{_WORD}={_WORD}(?:&{_WORD}={_WORD})*)"
)


class Phone:
    """One entry of the app, made by scanning a QR."""

    def __init__(self, uri: str) -> None:
        """Read the URI as strictly as the strictest app.

        Raises:
            AssertionError: It says anything else, or more, than issuer, username and secret.
        """
        parts = _URI.fullmatch(uri)
        if parts is None:
            raise AssertionError("not otpauth://totp/issuer:username?parameters, each word percent-encoded")
        self.issuer, self.username = unquote(parts["issuer"]), unquote(parts["name"])
        pairs = [pair.partition("=") for pair in parts["parameters"].split("&")]
        parameters = {name: unquote(value) for name, _, value in pairs}
        _must(sorted(name for name, _, _ in pairs) == ["issuer", "secret"], "not exactly secret and issuer")
        _must(":" not in self.issuer + self.username, "a second colon")
        _must(self.issuer == parameters["issuer"], "two issuers")
        self.key = parameters["secret"]
        _must(re.fullmatch("[A-Z2-7]{32}", self.key), "secret not 32 base32 characters")
        note(Kind.SETUP_KEY, self.key)
        self._secret = base64.b32decode(self.key)
        self._last_step = -1

    def code(self, at: float) -> str:
        """The code that the app shows at a time in seconds since 1970."""
        return self._hotp(int(at) // _PERIOD)

    def next_code(self, at: float) -> str:
        """A code that was not given by this method before: the present one, or the one after the last given.

        Raises:
            AssertionError: It would be more than one step early; `ready_in` says how long to wait.
        """
        step = max(int(at) // _PERIOD, self._last_step + 1)
        _must(self.ready_in(at) == 0, f"no fresh code for {self.ready_in(at):.0f} s")
        self._last_step = step
        return self._hotp(step)

    def ready_in(self, at: float) -> float:
        """Seconds until `next_code` can give one."""
        return max(0.0, self._last_step * _PERIOD - at)

    def _hotp(self, counter: int) -> str:
        digest = hmac.new(self._secret, struct.pack(">Q", counter), hashlib.sha1).digest()
        offset = digest[-1] & 0x0F
        (number,) = struct.unpack(">I", digest[offset : offset + 4])
        return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def _must(holds: object, what: str) -> None:
    if not holds:
        raise AssertionError(f"the URI or the phone is wrong: {what}")
