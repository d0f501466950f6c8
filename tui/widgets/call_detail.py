"""One call in words; stands beside the list where there is room."""

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from store.rules.text import visible
from tui.words import day, duration

if TYPE_CHECKING:
    from store.services.views import CallEntry

KINDS = {"in": "Incoming call", "out": "Outgoing call", "missed": "Missed call"}


class CallDetail(Static):
    """Tells about the call that the line is on."""

    def __init__(self) -> None:
        """Say nothing yet."""
        super().__init__("", id="call-detail")

    def show(self, call: "CallEntry | None") -> None:
        """Tell about one call, or nothing."""
        self.update(Content("\n").join(lines(call)) if call is not None else "")

    def on_unmount(self) -> None:
        """Forget the number."""
        self.update("")


def lines(call: "CallEntry") -> list[Content]:
    """Return what kind of call it was, when, with whom and how long."""
    local = call.at.astimezone()
    number = visible(call.number) if call.number else "a withheld number"
    if call.seconds is None:
        length = "Nobody answered."
    else:
        length = f"It lasted {duration(timedelta(seconds=call.seconds))}."
    return [
        Content.styled(KINDS.get(call.direction, visible(call.direction)), "bold"),
        Content(""),
        Content(f"{local:%A}, {day(call.at)}, at {local:%H:%M}"),
        Content(f"{'To' if call.direction == 'out' else 'From'} {number}"),
        Content(length),
    ]
