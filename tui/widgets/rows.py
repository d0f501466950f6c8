"""The row on top (brand, user menu) and the row below (at most five keys, each of which can be clicked)."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from store.rules.text import visible
from tui.widgets.action import Action


@dataclass(frozen=True)
class KeyHint:
    """One key of a screen: what it is called, what it does, and the action behind it."""

    key: str
    label: str
    action: str


@runtime_checkable
class OffersKeys(Protocol):
    """An app with keys of its own, at the end of every bottom row."""

    def extra_keys(self, screen: Screen[Any]) -> tuple[KeyHint, ...]:
        """Return what the row of this screen ends with."""
        ...


class KeyTwin(Static):
    """The clickable twin of a key."""

    def __init__(self, hint: KeyHint) -> None:
        """Show the key and what it does."""
        super().__init__(Content.assemble((hint.key, "bold"), " ", hint.label), classes="key")
        self.action = hint.action

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        event.stop()
        await self.screen.run_action(self.action)


class BottomRow(Horizontal):
    """The keys of this screen."""

    def __init__(self, hints: tuple[KeyHint, ...]) -> None:
        """Take at most five."""
        super().__init__(id="bottom-row")
        self._hints = hints

    def compose(self) -> ComposeResult:
        """One twin for each key."""
        app = self.app
        extra = app.extra_keys(self.screen) if isinstance(app, OffersKeys) else ()
        for hint in (*self._hints, *extra):
            yield KeyTwin(hint)


class TopRow(Horizontal):
    """The brand at the left; at the right the username with its menu, once there is a session."""

    def __init__(self, brand: str, username: str | None) -> None:
        """Show the username only in a full session."""
        super().__init__(id="top-row")
        self._brand = brand
        self._username = username

    def compose(self) -> ComposeResult:
        """Brand, and the user menu's handle."""
        yield Static(Content(visible(self._brand)), id="brand")
        if self._username is not None:
            yield Action(f"{visible(self._username)} ▼", id="user-menu-handle")

    def rename(self, brand: str) -> None:
        """Show another brand."""
        self._brand = brand
        for shown in self.query("#brand").results(Static):
            shown.update(Content(visible(brand)))


class UserMenu(Widget):
    """What the username opens: a short list over the page."""

    CHOICES = (("menu-settings", "Settings"), ("menu-log-out", "Log out"))

    def compose(self) -> ComposeResult:
        """One row for each choice."""
        for name, label in self.CHOICES:
            yield Action(label, id=name)

    def step(self, by: int) -> None:
        """Move the focus up or down the list."""
        choices = list(self.query(Action))
        at = next((index for index, choice in enumerate(choices) if choice is self.screen.focused), 0)
        # Not by `focus`, which comes after the keys that wait already.
        self.screen.set_focus(choices[(at + by) % len(choices)])
