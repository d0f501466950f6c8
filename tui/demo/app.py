"""The console of the demo: the same screens, and a phone that lies over them."""

from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.widgets import Input, Static

from store.clock import Clock
from store.services.principals import Shell
from store.settings import Settings
from tui.app import TwofoldApp
from tui.demo import camera
from tui.demo.clock import DemoClock
from tui.demo.log_in import PHONE, DemoLogInScreen
from tui.demo.paper import Paper
from tui.demo.people import seed
from tui.demo.phone import Phone
from tui.demo.phone_panel import LOW, SIZE, DemoPhone
from tui.demo.place import find_place
from tui.screens.page import Page
from tui.widgets.qr_code import QrCode
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from store.services.bundle import Services
    from tui.screens.log_in import LogInScreen

PHONE_IN_SHORT = KeyHint("F9", "Phone", PHONE.action)
NEEDED = "QrCode, Input, Countdown, Action"
"""What the phone never covers; nor what is said to be wrong, where there is any room beside it."""
BESIDE_FORM, BELOW_LINKS, BESIDE_CODES, BESIDE_LOG_IN = 7, 8, 4, 3
"""Rows below the top of the card where the phone would best begin."""
WIDEST = 41


class DemoApp(TwofoldApp):
    """Seeds its store while the log-in screen is shown, and keeps the phone and the paper."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "next_code", show=False),
        Binding("f8", "lose_phone", show=False),
        Binding("f9", "phone", show=False),
    ]

    def __init__(self, settings: Settings, shell: Shell, clock: Clock | None = None) -> None:
        """Begin on an empty store; the shell that started the demo makes its accounts."""
        self.demo_clock = DemoClock(clock)
        super().__init__(settings, self.demo_clock)
        # The store has its people before it is seen, an operator among them.
        self.is_first_run = False
        self.shell = shell
        self.phone = Phone()
        self.paper = Paper()
        self.in_hand = False
        self._seeded = False
        self._stop = Event()

    @property
    def without_store(self) -> bool:
        """Never: the demo makes its own while the front door is read."""
        return False

    def _open(self) -> "Services":
        self.phone.entries = seed(self.settings, self.shell, self.demo_clock, self._stop)
        self._seeded = True
        return super()._open()

    def log_in_screen(self, notice: str | None) -> "LogInScreen":
        """Return the front door with the sheet."""
        return DemoLogInScreen(notice)

    def saving_place(self) -> tuple[Path, str] | None:
        """Return the folder that goes with the demo: nothing of it stays behind."""
        if super().saving_place() is None:
            return None
        return self.settings.keys_folder.parent, "in the demo's own folder, gone when you leave"

    def extra_keys(self, screen: Screen[Any]) -> tuple[KeyHint, ...]:
        """Offer the phone on every page; where the row is short, in one word."""
        if not isinstance(screen, Page) or isinstance(screen, DemoLogInScreen):
            return ()
        return (PHONE_IN_SHORT if screen.query(QrCode) else PHONE,)

    async def on_mount(self) -> None:
        """Follow the story from screen to screen with phone and paper."""
        # Textual calls the handler of each class by itself: the one that begins the story runs after this.
        self.screen_change_signal.subscribe(self, self._follow)

    def on_unmount(self) -> None:
        """Have nobody wait for people who will not be needed."""
        self._stop.set()

    async def _tick(self) -> None:
        await super()._tick()
        self._look()

    # What is seen

    def _follow(self, screen: Screen[object]) -> None:
        if isinstance(screen, Page):
            screen.call_after_refresh(self._arrive, screen)

    def _arrive(self, page: Page[object]) -> None:
        if page.is_attached:
            page.screen_layout_refresh_signal.unsubscribe(self)
            page.screen_layout_refresh_signal.subscribe(self, lambda _: self._look())
            self._look()

    def _look(self) -> None:
        """Have phone and paper see the screen as it is drawn now, and draw the phone anew."""
        page = self.screen
        if not isinstance(page, Page) or not page.stands or not page.is_attached:
            return
        panel = self._panel(page)
        picture = camera.photograph(page)
        self.paper.look_at(camera.words(picture, panel.region if panel else None))
        for notice in page.query("#notice").results(Static):
            self.phone.obey(str(notice.content))
        if panel is not None:
            self.phone.point_at(camera.read_qr(picture))
            panel.show(
                self.phone,
                self.paper.note(),
                self.clock.now(),
                ready=self._seeded,
                qr_expected=bool(page.query(QrCode)),
            )

    def _panel(self, page: Page[object]) -> DemoPhone | None:
        """Return the phone on this page, laid where it covers nothing; none while it is put away."""
        panels = page.query(DemoPhone)
        if not self.in_hand:
            panels.remove()
            return None
        if not panels:
            page.mount(DemoPhone())
            # It is drawn, and seen with this page, after the layout that its arrival causes.
            return None
        panel = panels.first()
        if not panel.is_mounted:
            return None
        needed = [widget.region for widget in page.query(NEEDED) if widget.is_on_screen and widget.region]
        column, width = _column(page)
        wanted = Offset(column, _wanted_row(page))
        for taken in ([*needed, *_complaints(page)], needed):
            for size in (Size(width, SIZE.height), Size(width, LOW)):
                place = find_place(page.size, size, taken, wanted)
                panel.lie_at(place, size)
                if place is not None:
                    return panel
        return panel

    # Keys

    def action_phone(self) -> None:
        """Take the phone out, or put it away."""
        self.in_hand = not self.in_hand
        self._look()

    def action_lose_phone(self) -> None:
        """Lose the phone, or find it again."""
        if self.phone.lost:
            self.phone.find()
        else:
            self.phone.lose()
        self.in_hand = True
        self._look()

    async def action_next_code(self) -> None:
        """Move the demo's clock to the next code."""
        self.demo_clock.to_next_step()
        await self._tick()


def _column(page: Page[object]) -> tuple[int, int]:
    """Return where the phone begins and how wide it is: beside a QR it hides lines whole, not their ends."""
    width = page.size.width
    beside = page.query(QrCode).first().region.right if page.query(QrCode) else width
    if width - beside < SIZE.width or beside == 0:
        return width - SIZE.width, SIZE.width
    return beside, min(WIDEST, width - beside)


def _complaints(page: Page[object]) -> list[Region]:
    """Return where the words stand that say what is wrong; a short one leaves the rest of its line free."""
    lines = page.query(".error").results(Static)
    return [
        Region(line.region.x, line.region.y, min(cell_len(words), line.region.width), line.region.height)
        for line in lines
        if (words := str(line.content)) and line.is_on_screen
    ]


def _wanted_row(page: Page[object]) -> int:
    if qr := page.query(QrCode):
        return qr.first().region.y
    top = cards.first().region.y if (cards := page.query("#card")) else 1
    if page.query("#codes"):
        return top + BESIDE_CODES
    if isinstance(page, DemoLogInScreen):
        return top + BESIDE_LOG_IN
    return top + (BESIDE_FORM if page.query(Input) else BELOW_LINKS)
