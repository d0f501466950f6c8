"""A full-screen app that nothing leads out of, and whose end shows nobody what was in memory."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.worker import WorkerFailed

from store.settings import Settings
from tui.crash import report_crash
from tui.driver import Driver
from tui.repaint import Standing
from tui.themes import THEMES

if TYPE_CHECKING:
    from rich.console import RenderableType

AnyScreen = TypeVar("AnyScreen", bound=Screen[Any])

HERE = Path(__file__).resolve().parent
STYLESHEET = next(path for path in (HERE.parent / "screens.tcss", HERE / "screens.tcss") if path.is_file())
"""At the top of a checkout; beside this file in an installed wheel."""


class BlankEnds(ScrollBarRender):
    """Ends the bar with the cell: the fonts of a console have no lower blocks."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8


ScrollBar.renderer = BlankEnds


class LockedDownApp(App[int]):
    """Textual's app without palette, screenshots, suspension, browser and traceback (design section 6)."""

    CSS_PATH = STYLESHEET
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    ESCAPE_TO_MINIMIZE = False
    COMMANDS: ClassVar[set[object]] = set()  # type: ignore[assignment]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (81, "-roomy"), (110, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-tight"), (24, "-short"), (30, "-tall")]

    def __init__(self, settings: Settings) -> None:
        """Take the hardened driver and the look."""
        super().__init__(driver_class=Driver)
        # No motion: a page that is still scrolling to its field would undo what the next key does.
        self.animation_level = "none"
        self.settings = settings
        self.crash: str | None = None
        """What is known of a crash: an id, a kind, a place in the code."""
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[settings.theme].name
        self._standing = Standing()
        self._painted: Screen[Any] | None = None
        """The screen that stands on the terminal."""

    def fitted(self, screen: AnyScreen) -> AnyScreen:
        """Give a new screen the classes of the window's size.

        Textual gives them at the first resize, after a first frame without them: the page would jump.
        """
        sizes = (
            (self.size.width, self.HORIZONTAL_BREAKPOINTS),
            (self.size.height, self.VERTICAL_BREAKPOINTS),
        )
        for length, breakpoints in sizes:
            for least, name in breakpoints:
                beyond = [other for other, _ in breakpoints if least < other <= length]
                screen.set_class(least <= length and not beyond, name)
        return screen

    def on_resize(self) -> None:
        """Draw everything anew: the terminal may have moved or lost what stood there."""
        self._standing.forget()

    def _display(self, screen: Screen[Any], renderable: "RenderableType | None") -> None:
        # The blank screen under all others comes up between two pages: it would flicker.
        if screen is self.screen_stack[0]:
            return
        if isinstance(renderable, (LayoutUpdate, ChopsUpdate)) and not self.is_headless:
            if screen is not self._painted:
                self._painted = screen
                self._standing.forget()
            changed = self._standing.changed(renderable)
            if changed.parts or self.cursor_position != self._previous_cursor_position:
                super()._display(screen, cast("RenderableType", changed))
        else:
            super()._display(screen, renderable)

    def copy_to_clipboard(self, text: str) -> None:
        """Hand text to the terminal's clipboard, but never in a kiosk.

        Nothing is kept here: Ctrl+V would put one person's backup codes into the next one's field (T5).
        """
        # Copying where nothing is selected would empty the person's clipboard.
        if text and not self.settings.kiosk:
            super().copy_to_clipboard(text)
            self._clipboard = ""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Refuse: a picture of the screen is a file with its secrets."""

    def action_suspend_process(self) -> None:
        """Refuse: behind the console there may be no shell to come back from."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Refuse: no browser is started from a console that others use."""

    def _handle_exception(self, error: Exception) -> None:
        """Say one line and an id; Textual would print every local variable, secrets included."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        # Textual wraps what failed in a worker, and then neither kind nor place would be known.
        self.crash = report_crash(error.error if isinstance(error, WorkerFailed) else error)
        self._close_messages_no_wait()
