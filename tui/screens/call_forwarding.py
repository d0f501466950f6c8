"""Call forwarding: where the account's calls go. Each change asks for step-up."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import InvalidNumber, TwofoldError
from store.rules.phone_numbers import calling_code
from store.rules.text import visible
from tui import background
from tui.screens.form import Form
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.units import day
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput
from tui.words import NOTHING_CHANGED, sentence

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import Forwarding

NOTE = "Twofold keeps this setting. No switchboard reads it yet, so calls still ring where they always did."


class NumberField(Field):
    """The field for a phone number, with what may be typed right under it."""

    def __init__(self, region: str | None) -> None:
        """Say how a number without a country code is read."""
        super().__init__("Forward to", PlainInput(id="number", max_length=64))
        self._hint = hint(region)

    def compose(self) -> ComposeResult:
        """Put the hint between the input and its error."""
        *field, error = super().compose()
        yield from field
        yield Static(Content(self._hint), classes="quiet-prose", id="number-hint")
        yield error


class CallForwardingScreen(Form[Go]):
    """Sets, changes and switches off; says how it stands after each."""

    HEADLINE = "Call forwarding"
    HELP_TEXT = (
        "Type the number that your calls are to go to. Spaces, dashes and brackets do not matter. "
        "Afterwards the number is shown in its international form, so that you can check it. Before a "
        "change you may be asked once more who you are. Twofold keeps the setting for a switchboard to "
        "read; none reads it yet."
    )
    KEYS = (BACK, MENU, HELP)
    AUTO_FOCUS = "#number"

    def __init__(self, forwarding: "Forwarding", username: str) -> None:
        """Show how forwarding stands."""
        super().__init__(username=username)
        self._forwarding = forwarding

    def parts(self) -> ComposeResult:
        """How it stands, the field, the button, and what Twofold does not do."""
        yield Static(Content(standing(self._forwarding)), classes="prose", id="standing")
        yield Static("", id="notice")
        yield NumberField(self.console.settings.region)
        yield Actions(
            Action("Forward calls", id="forward", main=True),
            Action("Switch off", id="switch-off", classes="" if self._forwarding.number else "gone"),
        )
        yield Static("", classes="gap")
        yield Static(Content(NOTE), classes="quiet-prose", id="note")

    async def submit(self) -> None:
        """Forward calls to what was typed."""
        typed = self.query_one(NumberField).value
        await self._change(lambda services, token: services.call_forwarding.forward(token, typed))

    @on(Action.Chosen, "#switch-off")
    def _switch_off(self) -> None:
        if not self.working:
            self.query_one(NumberField).say("")
            background.run(self, self._switched_off, group="submit", exclusive=True)

    async def _switched_off(self) -> None:
        with self.at_work():
            await self._change(lambda services, token: services.call_forwarding.switch_off(token))

    async def _change(self, act: "Callable[[Services, SessionToken], Forwarding]") -> None:
        self._say("")
        try:
            changed = await self.ask_proven(act)
        except InvalidNumber as error:
            self.query_one(NumberField).complain(sentence(error))
        except TwofoldError as error:
            self._say(sentence(error), "warning")
        else:
            if changed is None:
                self._say(NOTHING_CHANGED, "warning")
            else:
                self._show(changed)

    def _show(self, forwarding: "Forwarding") -> None:
        before, self._forwarding = self._forwarding, forwarding
        self.query_one("#standing", Static).update(Content(standing(forwarding)))
        field = self.query_one(NumberField)
        field.input.value = ""
        field.input.focus()
        self.query_one("#switch-off").set_class(forwarding.number is None, "gone")
        if forwarding.number is not None:
            self._say(f"Done. Check the number: {visible(forwarding.number)}")
        else:
            # Named once more, so that a slip of the hand can be put right.
            was = f" Before, calls were set to go to {visible(before.number)}." if before.number else ""
            self._say(f"Done.{was}")

    def _say(self, words: str, look: str = "notice") -> None:
        notice = self.query_one("#notice", Static)
        notice.set_classes(look)
        notice.update(Content(words))

    def action_back(self) -> None:
        """Go home."""
        self.finish(Go.HOME)


def standing(forwarding: "Forwarding") -> str:
    """Return in one sentence where calls are set to go; numbers in international form."""
    if forwarding.number is None:
        of = f" of {visible(forwarding.own_number)}" if forwarding.own_number else ""
        return f"Forwarding{of} is off."
    own = f" to {visible(forwarding.own_number)}" if forwarding.own_number else ""
    since = f" since {day(forwarding.since)}" if forwarding.since else ""
    return f"Calls{own} are set to go to {visible(forwarding.number)}{since}."


def hint(region: str | None) -> str:
    """Return what may be typed; only a configured region lets the country code go."""
    if region is None:
        return "With country code, as +30 ..."
    code = calling_code(region)
    return f"With country code, as {code} ...; without it, {code} is put in front."
