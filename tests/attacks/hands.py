"""Somebody who presses keys and moves the mouse at random, the same each time."""

import random
from collections.abc import Iterator
from time import monotonic
from typing import Any, Final

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tests.screens.console import Console
from tui.screens.page import BREATH
from tui.widgets.action import Action
from tui.widgets.rows import KeyTwin

NAMED: Final = (
    *(
        "enter",
        "enter",
        "enter",
        "tab",
        "tab",
        "shift+tab",
        "escape",
        "escape",
        "space",
        "backspace",
        "delete",
    ),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "shift+end", "ctrl+home"),
    *(f"f{number}" for number in range(1, 25)),
    *(f"ctrl+{letter}" for letter in "abcdefghjklmnopqrstuvwxyz"),
    *(
        "ctrl+backslash",
        "ctrl+space",
        "alt+x",
        "alt+enter",
        "super+c",
        "super+x",
        "ctrl+shift+a",
        "ctrl+underscore",
    ),
)
TYPED: Final = "0123456789abcdexyzABCXYZ .-_+@/[]<>=%'\"\\é漢"
PASTES: Final = (
    "123456",
    "alice\nviolet",
    "[@click=app.leave]x[/]",
    "x" * 5000,
    "7K3Q-9WZD-M2FT-XA5C",
    "\n",
    "\u202e",
)
CHARACTERS: Final = {"enter": "\r", "tab": "\t", "space": " "}


class Hands:
    """Gives the events; each a little later than the one before, as if time went faster than it does."""

    def __init__(self, seed: object) -> None:
        """Begin anew; a seed is any text or number."""
        self._random = random.Random(str(seed))  # noqa: S311 - a test repeats itself
        self._at = monotonic()

    def press(self, console: Console, count: int) -> None:
        """Post so many events at least, as the driver does; a click is one."""
        for _ in range(count):
            for event in self._some(console.app.screen):
                self._at = max(self._at + 2 * BREATH, monotonic())
                event.time = self._at
                if isinstance(event, events.InputEvent):
                    console.post(event)
                else:
                    console.app.post_message(event)

    def _some(self, screen: Screen[Any]) -> Iterator[events.Event]:
        kind = self._random.random()
        if kind < 0.3:
            name = self._random.choice(NAMED)
            yield events.Key(name, CHARACTERS.get(name))
        elif kind < 0.5:
            character = self._random.choice(TYPED)
            yield events.Key(character if character.isalnum() else f"key-{ord(character)}", character)
        elif kind < 0.53:
            yield events.Paste(self._random.choice(PASTES))
        elif kind < 0.55:
            yield self._random.choice((events.AppFocus, events.AppBlur))()
        else:
            yield from self._mouse(screen, kind)

    def _mouse(self, screen: Screen[Any], kind: float) -> Iterator[events.Event]:
        x, y = self._random.randrange(screen.size.width or 1), self._random.randrange(screen.size.height or 1)
        if kind < 0.65:
            yield _event(events.MouseMove, x, y, 0)
        elif kind < 0.7:
            yield _event(self._random.choice((events.MouseScrollUp, events.MouseScrollDown)), x, y, 0)
        else:
            if kind > 0.78 and (targets := _targets(screen)):
                x, y = (int(part) for part in self._random.choice(targets).region.center)
            button = self._random.choice((1, 1, 1, 1, 2, 3))
            yield _event(events.MouseDown, x, y, button)
            if kind > 0.72:
                yield _event(events.MouseUp, x, y, button)


def _targets(screen: Screen[Any]) -> list[Widget]:
    """What a person would click on."""
    found = (widget for widget in screen.query("*") if isinstance(widget, (Action, KeyTwin, Input)))
    return [widget for widget in found if widget.region and screen.region.contains_region(widget.region)]


def _event(kind: type[events.MouseEvent], x: int, y: int, button: int) -> events.MouseEvent:
    return kind(None, x, y, 0, 0, button, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=y)
