"""Help: what the screen below is for, and its keys."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.widgets.rows import BottomRow, KeyHint, TopRow

ALWAYS = (
    KeyHint("Tab", "next field or button; Shift+Tab goes back", ""),
    KeyHint("Enter", "chooses what has the focus; in the last field, does what the main button does", ""),
    KeyHint("Mouse", "everything that can be chosen can be clicked, also the keys in the last row", ""),
)
TOLD = {"F1", *(hint.key for hint in ALWAYS)}
"""Keys that need no line of their own on this page."""


class HelpScreen(ModalScreen[None]):
    """Lies over the screen it explains."""

    BINDINGS = [Binding("escape,f1,enter", "close", show=False)]

    def __init__(self, brand: str, headline: str, text: str, hints: tuple[KeyHint, ...]) -> None:
        """Explain one screen."""
        super().__init__()
        self._brand = brand
        self._headline = headline
        self._text = text
        self._hints = hints

    def compose(self) -> ComposeResult:
        """The purpose, then the keys."""
        with Vertical(id="card"):
            yield Static(Content(f"Help: {self._headline}"), id="headline")
            yield Static("", classes="gap")
            yield Static(Content(self._text), classes="prose")
            yield Static("", classes="gap")
            for hint in (*(hint for hint in self._hints if hint.key not in TOLD), *ALWAYS):
                yield Horizontal(
                    Static(Content.assemble((hint.key, "bold")), classes="help-key"),
                    Static(Content(hint.label), classes="help-label"),
                    classes="help-row",
                )
        yield TopRow(self._brand, None)
        yield BottomRow((KeyHint("Esc", "Close help", "close"),))

    def action_close(self) -> None:
        """Go back to the screen."""
        # A second Escape in the same packet would take the page below away.
        if self.app.screen is self:
            self.dismiss(None)
