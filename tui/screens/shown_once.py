"""What is shown once, to be handed over: a reset code, a first password."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui.screens.acts import Once
from tui.screens.page import HELP, Page
from tui.widgets.action import Action
from tui.widgets.rows import KeyHint

SHOWN_ONCE = "It is shown this once."


class Secret(Static, can_focus=True):
    """It takes the focus first and does nothing with it, so that no key that was held goes on."""


class ShownOnceScreen(Page[None]):
    """Stays until the person says that it is handed over: there is no second time."""

    HELP_TEXT = (
        "Read it to the person, or write it down for them; make sure that it is them. It is kept nowhere in "
        "the clear. If it is lost before it is used, do the same act again: then the one before is dead."
    )
    KEYS = (KeyHint("Tab", "Next", "app.focus_next"), HELP)

    def __init__(self, once: Once) -> None:
        """Show it."""
        super().__init__()
        self._once: Once | None = once

    def parts(self) -> ComposeResult:
        """The secret, what to do with it, the button."""
        once = self._once
        assert once is not None  # noqa: S101 - set until the screen is left
        yield Static(Content(once.headline), id="headline")
        yield Static(Content(SHOWN_ONCE), classes="prose")
        yield Static("", classes="gap")
        yield Secret(Content(f"  {once.secret}"), id="secret")
        yield Static("", classes="gap")
        yield Static(Content(once.what_for), classes="prose")
        yield Static("", classes="gap")
        yield Action("I have handed it over", id="handed-over", main=True)

    @property
    def lost_by_leaving(self) -> str:
        """What is shown this once."""
        return "What stands on the page below is shown no second time."

    def on_unmount(self) -> None:
        """Forget it."""
        self._once = None

    @on(Action.Chosen, "#handed-over")
    def _handed_over(self) -> None:
        self.finish(None)
