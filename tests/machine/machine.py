"""The whole machine: anything, in any order, and after each step every promise."""

import base64
import shutil

from tests.machine.changing import Changing
from tests.machine.deciding import Deciding
from tests.machine.getting_in import GettingIn
from tests.machine.happening import Happening
from tests.machine.operating import Operating
from tests.machine.promises import Promises


class Machine(GettingIn, Changing, Operating, Deciding, Happening, Promises):
    """Consoles at one store, the people at them, operators, time, and mishaps."""

    def teardown(self) -> None:
        try:
            self.no_secret_stands_in_the_clear()
        finally:
            self.acts.close()
            shutil.rmtree(self.acts.folder)

    def no_secret_stands_in_the_clear(self) -> None:
        files = b"".join(file.read_bytes() for file in self.acts.folder.glob("twofold.db*"))
        pending = [seat.pending for seat in self.acts.model.seats if seat.pending is not None]
        secrets = {each.secret for each in pending}
        codes = {code for each in pending for code in each.codes}
        for person in self.acts.model.people.values():
            secrets |= {*person.old_secrets, person.secret}
            codes |= {*person.given, *person.old_codes, *person.codes, person.reset_code}
        texts = [code.encode() for code in codes if code]
        for needle in (
            *filter(None, secrets),
            *(base64.b32encode(secret) for secret in secrets if secret),
            *texts,
            *(text.replace(b"-", b"") for text in texts),
            *(seat.token.token.encode() for seat in self.acts.model.seats),
        ):
            assert needle not in files
