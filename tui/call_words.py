"""One call in words."""

from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content

from store.rules.text import visible
from tui.units import day, duration

if TYPE_CHECKING:
    from store.services.views import CallEntry

KINDS = {"in": "Incoming call", "out": "Outgoing call", "missed": "Missed call"}


def told(call: "CallEntry") -> Content:
    """Return what kind of call it was, when, with whom and how long."""
    local = call.at.astimezone()
    number = visible(call.number) if call.number else "a withheld number"
    if call.seconds is None:
        length = "Nobody answered."
    else:
        length = f"It lasted {duration(timedelta(seconds=call.seconds))}."
    return Content("\n").join(
        [
            Content.styled(KINDS.get(call.direction, visible(call.direction)), "bold"),
            Content(""),
            Content(f"{local:%A}, {day(call.at)}, at {local:%H:%M}"),
            Content(f"{'To' if call.direction == 'out' else 'From'} {number}"),
            Content(length),
        ]
    )
