"""The QR that a phone scans to learn the secret."""

from __future__ import annotations

from textual import events
from textual.geometry import Region, Size
from textual.reactive import reactive, var
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.half_blocks import terminal_has_half_blocks
from tui.widgets.qr_cells import Layout, Matrix, choose, least, strips


class QrCode(Widget, can_focus=False):
    """A QR drawn whole or not at all, in black on white whatever the theme.

    Left at its automatic size it takes exactly the cells of the best symbol that its container has room for
    beside the panel, and none where nothing fits, so that a panel of `1fr` next to it gets the rest. Given a
    size it draws at the top left of it.
    """

    ALLOW_SELECT = False
    ALLOW_MAXIMIZE = False
    DEFAULT_CSS = "QrCode { width: auto; height: auto; }"

    alone: reactive[bool] = reactive(default=False, layout=True)
    """Nothing else needs room: no panel, and as a last resort a quiet zone of one module."""

    beside: reactive[int] = reactive(0, layout=True)
    """Columns of the container that the panel next to the QR needs."""

    fits: var[bool] = var(default=True)
    """Whether the symbol is on the screen; settled by the first layout."""

    def __init__(
        self,
        parts: tuple[str, str, str],
        *,
        beside: int = 0,
        alone: bool = False,
        half_blocks: bool | None = None,
        id: str | None = None,  # noqa: A002 - what Textual calls it
        classes: str | None = None,
    ) -> None:
        """Encode the URI; only the pattern is kept.

        Args:
            parts: What stands before the secret, the secret, what stands after it. Each gets the encoding
                that suits it, which often saves a version.
            beside: Columns that the panel next to the QR needs.
            alone: Whether the QR has its container to itself.
            half_blocks: Whether the terminal draws `▀`; found out where not given.
            id: The widget's id.
            classes: The widget's classes.

        """
        super().__init__(id=id, classes=classes)
        # Costs 60 ms, and most screens show no QR.
        import segno

        # segno's stub knows only single pieces, its documentation lists too.
        self._matrix: Matrix = segno.make_qr(list(parts), error="l").matrix  # type: ignore[arg-type]
        self._modules = len(self._matrix)
        self._half = terminal_has_half_blocks() if half_blocks is None else half_blocks
        self._drawn: tuple[Layout, list[Strip]] | None = None
        self.set_reactive(QrCode.alone, alone)
        self.set_reactive(QrCode.beside, beside)

    @property
    def needed(self) -> tuple[int, int]:
        """Columns and rows that the container must have to show the QR as things stand, panel included."""
        columns, rows = least(self._modules, half=self._half, alone=self.alone)
        return columns + self._reserved, rows

    @property
    def needed_beside(self) -> tuple[int, int]:
        """Columns and rows that would do for the QR and the panel."""
        columns, rows = least(self._modules, half=self._half, alone=False)
        return columns + self.beside, rows

    @property
    def takes_whole_cells(self) -> bool:
        """Whether a module is two cells, since the terminal draws no half blocks."""
        return not self._half

    @property
    def needed_alone(self) -> tuple[int, int]:
        """Columns and rows that would do if the QR stood alone."""
        return least(self._modules, half=self._half, alone=True)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002
        """Take the columns of the best symbol for the container's room."""
        layout = self._choose(container.width - self._reserved, container.height)
        return layout.columns if layout else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Take the rows of that symbol."""
        layout = self._choose(width, container.height)
        return layout.rows if layout else 0

    def render(self) -> str:
        """Leave the room around the symbol to the theme."""
        return ""

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the symbol past the styles, where tint, opacity, hatch or NO_COLOR would touch its colours."""
        layout = self._choose(*self.outer_size) if self._matrix else None
        if layout is None:
            return super().render_lines(crop)
        if self._drawn is None or self._drawn[0] != layout:
            self._drawn = layout, strips(self._matrix, layout)
        symbol = self._drawn[1][crop.y : crop.bottom]
        lines = [strip.crop(crop.x, crop.right) for strip in symbol]
        if crop.right <= layout.columns and crop.bottom <= layout.rows:
            return lines
        around = super().render_lines(crop)
        taken = max(0, layout.columns - crop.x)
        return [
            Strip.join([line, rest.crop(taken, crop.width)]) if taken < crop.width else line
            for line, rest in zip(lines, around, strict=False)
        ] + around[len(lines) :]

    def on_resize(self, event: events.Resize) -> None:
        """Tell the screen; the event's size, since the widget's own may still be the one before."""
        self.fits = self._choose(event.size.width, event.size.height) is not None

    def on_unmount(self) -> None:
        """Forget the secret: a widget can outlive its screen in a reference or a traceback."""
        self._matrix = ()
        self._drawn = None

    @property
    def _reserved(self) -> int:
        return 0 if self.alone else self.beside

    def _choose(self, columns: int, rows: int) -> Layout | None:
        return choose(self._modules, (columns, rows), half=self._half, alone=self.alone)
