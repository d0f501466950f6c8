"""A column for each hour, made of full blocks: the one block that every console font has."""

from datetime import datetime

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

BLOCK, FLOOR = "█", "─"
LABEL_EVERY = 3
"""Hours from one label to the next."""


class HourChart(Widget):
    """Draws counts by the hour, the present hour at the right; the words beside it say what they are."""

    COMPONENT_CLASSES = {"hour-chart--bar", "hour-chart--label"}

    def __init__(self, hours: tuple[tuple[datetime, int], ...]) -> None:
        """Draw these, each hour by its beginning."""
        super().__init__(id="hours")
        self._hours = hours

    def render_line(self, y: int) -> Strip:
        """Return one line: bars, the floor they stand on, or the hours' labels."""
        lines = drawn(self._hours, self.size.width, self.size.height)
        look = "hour-chart--bar" if y < self.size.height - 2 else "hour-chart--label"
        style = self.get_component_rich_style(look)
        return Strip([Segment(lines[y], style)]).adjust_cell_length(self.size.width, style)


def drawn(hours: tuple[tuple[datetime, int], ...], width: int, height: int) -> list[str]:
    """Return the chart as lines; where anything was counted, its bar is one block high at least."""
    cell = max(1, min(3, width // len(hours)))
    bar = BLOCK * max(1, cell - 1)
    tall = max(1, height - 2)
    most = max(count for _, count in hours) or 1
    highs = [-(-count * tall // most) for _, count in hours]
    rows = [
        "".join((bar if high >= level else "").ljust(cell) for high in highs) for level in range(tall, 0, -1)
    ]
    labels = "".join(
        f"{hour.astimezone():%H}".ljust(cell * LABEL_EVERY)
        for number, (hour, _) in enumerate(hours)
        if number % LABEL_EVERY == 0
    )
    return [*rows, FLOOR * (cell * len(hours)), labels]
