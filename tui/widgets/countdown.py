"""How long the app's present code still lasts."""

from textual.content import Content
from textual.widgets import Static

from store.clock import Clock


class Countdown(Static):
    """Stands beside a field for a code; redrawn by its page's tick."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock that judges the codes."""
        self._clock = clock
        super().__init__(self._words(), classes="countdown")

    def tick(self) -> None:
        """Say how long is left now."""
        self.update(self._words())

    def _words(self) -> Content:
        from store.rules.totp import seconds_left

        return Content(f"next code in {seconds_left(self._clock.now())} s")
