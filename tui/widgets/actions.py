"""A row of actions: the main button first, then the quiet links."""

from textual.containers import Horizontal

from tui.widgets.action import Action


class Actions(Horizontal):
    """Stands below a form."""

    def __init__(self, *actions: Action) -> None:
        """Put the actions side by side."""
        super().__init__(*actions, classes="actions")
