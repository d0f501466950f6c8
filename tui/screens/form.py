"""A page with fields: Enter walks through them, and in the last one does what the main button does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import ClassVar

from textual import events, on
from textual.screen import ScreenResultType
from textual.widgets import Input

from store.errors import Locked, TwofoldError
from tui import background
from tui.screens.page import Page
from tui.widgets.action import Action
from tui.widgets.fields import Field
from tui.words import sentence


class Form(Page[ScreenResultType]):
    """While it works it takes no keys and drops them; F1 opens all the same."""

    ENTER_IS_THE_END: ClassVar[bool] = False
    """Whether Enter in any field does what the main button does, since none of them need be filled in."""
    _locked: tuple[Field, datetime] | None = None

    def complain(self, field: Field, error: TwofoldError) -> None:
        """Say in the field's line what is wrong; a lock counts down there."""
        field.complain(sentence(error))
        if isinstance(error, Locked):
            self._locked = field, self.console.clock.now() + error.wait

    def tick(self) -> None:
        """Count a lock down."""
        super().tick()
        if self._locked is not None:
            field, end = self._locked
            left = end - self.console.clock.now()
            field.say(sentence(Locked(left)) if left > timedelta() else "You can try again now.")
            if left <= timedelta():
                self._locked = None

    def takes(self, event: events.Key) -> bool:
        """Walk through the form by Enter.

        Over SSH a line and the next come in one packet: a password typed after the username's Enter must
        not land in the username, where it could be read.
        """
        if event.key != "enter" or not isinstance(self.focused, Input):
            return super().takes(event)
        inputs = list(self.query(Input))
        if self.ENTER_IS_THE_END or self.focused is inputs[-1]:
            self.working = True
            # Behind what the field still has to take in.
            self.focused.call_later(self.begin)
        else:
            self.set_focus(inputs[inputs.index(self.focused) + 1])
        return True

    @on(Action.Chosen, ".main")
    def _main_chosen(self) -> None:
        if not self.working:
            self.begin()

    def begin(self) -> None:
        """Do what the form is for, and take no keys meanwhile."""
        self.working = True
        background.run(self, self._submitted, group="submit", exclusive=True)

    async def _submitted(self) -> None:
        with self.at_work():
            self._locked = None
            for field in self.query(Field):
                field.say("")
            await self.submit()

    async def submit(self) -> None:
        """Do what the main button says."""
        raise NotImplementedError

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Take no keys until this is over; nothing that is typed meanwhile counts."""
        self.working = True
        self.add_class("working")
        try:
            yield
        finally:
            self.working = False
            self.remove_class("working")
