"""One of a few values, without a list that opens: one row high, as everything else in a form of many rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """The arrows left and right, Space or a click take another value; Enter goes on to the next field."""

    ALLOW_SELECT = False
    BINDINGS = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("enter", "go_on", show=False),
    ]

    @dataclass
    class Changed(Message):
        """Another value was taken."""

        choice: "Choice"

    def __init__(self, values: Sequence[str], value: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        """Begin with a value of these."""
        super().__init__(id=id)
        self._values = list(values)
        self.value = value

    def render(self) -> Content:
        """Return the value between the arrows that change it."""
        return Content(f"< {self.value} >")

    def action_step(self, by: int) -> None:
        """Take the value so many further on."""
        self.value = self._values[(self._values.index(self.value) + by) % len(self._values)]
        self.refresh()
        self.post_message(self.Changed(self))

    def action_go_on(self) -> None:
        """Go to the next field."""
        self.screen.focus_next()

    def on_click(self, event: events.Click) -> None:
        """Take the next value."""
        event.stop()
        self.action_step(1)
