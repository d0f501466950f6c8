"""Something to choose: the main button of a screen, or a quiet link. One row high."""

from dataclasses import dataclass

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget


class Action(Widget, can_focus=True):
    """Words that can be clicked, or focused and chosen with Enter."""

    ALLOW_SELECT = False
    BINDINGS = [Binding("enter", "choose", show=False), Binding("space", "choose", show=False)]

    @dataclass
    class Chosen(Message):
        """The person chose this action."""

        action: "Action"

        @property
        def control(self) -> "Action":
            """The action, for `@on(Action.Chosen, "#id")`."""
            return self.action

    def __init__(
        self,
        label: str,
        *,
        id: str,  # noqa: A002 - what Textual calls it
        main: bool = False,
        classes: str = "",
    ) -> None:
        """Show the label as it is, never as markup; the main action stands in brackets."""
        super().__init__(id=id, classes=f"{'main' if main else 'quiet'} {classes}")
        self._content = Content(f"[ {label} ]" if main else label)

    def render(self) -> Content:
        """Return the words."""
        return self._content

    def action_choose(self) -> None:
        """Say that this was chosen."""
        self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Choose by mouse."""
        event.stop()
        self.action_choose()
