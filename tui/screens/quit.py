"""Quit: asked on a page of its own once somebody is logged in, so that one key ends no session."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui import background
from tui.screens.page import HELP, Page
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.rows import KeyHint


class QuitScreen(Page[None]):
    """Lies over the page at which Ctrl+Q was pressed; Escape goes back there."""

    HEADLINE = "Leave the console?"
    HELP_TEXT = "Ctrl+Q was pressed. Leaving logs you out and closes the console; nothing else changes."
    KEYS = (KeyHint("Esc", "Back", "back"), HELP)

    def __init__(self, lost: str) -> None:
        """Say what is lost, where anything is."""
        super().__init__()
        self._lost = lost

    def parts(self) -> ComposeResult:
        """What leaving means, and the two ways; the first in focus changes nothing."""
        yield Static(Content(f"You are logged out then. {self._lost}".rstrip()), classes="prose")
        yield Static("", classes="gap")
        yield Actions(Action("Go on here", id="stay", main=True), Action("Quit", id="quit"))

    @on(Action.Chosen, "#stay")
    def action_back(self) -> None:
        """Go back to the page below."""
        self.finish(None)

    @on(Action.Chosen, "#quit")
    def _quit(self) -> None:
        background.run(self.console, self.console.quit, group="quit")
