"""Sessions: where this account is logged in, and the way to end the others (ASVS 7.5.2)."""

from functools import partial
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from store.errors import StepUpNeeded, TwofoldError
from store.rules.text import visible
from tui import background
from tui.screens.page import BACK, HELP, MENU, Page
from tui.screens.places import Go
from tui.units import counted, minute
from tui.widgets.action import Action
from tui.words import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.services.bundle import Services
    from store.services.principals import SessionToken
    from store.services.views import OpenSession

MOST_SHOWN = 10
SHORT_PLACE, LONGEST_PLACE = 24, 40
"""Characters of a place that there is room for behind the times in words, and in digits alone."""


class SessionsScreen(Page[Go]):
    """Lists the open sessions; each other one can be ended, or all of them."""

    HEADLINE = "Where you are logged in"
    HELP_TEXT = (
        "Each line is a place where somebody is logged in as you: since when, when a key was last pressed "
        "there, and from where. Is one of them not you? End it, then change your password."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, sessions: "tuple[OpenSession, ...]", username: str) -> None:
        """Show these sessions."""
        super().__init__(username=username)
        self._sessions = sessions

    def parts(self) -> ComposeResult:
        """A line for each, the action beside it, and one action for all."""
        yield Static("", classes="gap")
        for number, session in enumerate(self._sessions[:MOST_SHOWN], start=1):
            with Horizontal(classes="session-row"):
                yield Static(Content(self._line(number, session)), classes="session-line")
                if not session.this_one:
                    yield Action(f"End {number}", id=f"end-{session.id}")
        hidden = len(self._sessions) - MOST_SHOWN
        yield Static(Content(f"and {counted(hidden, 'more')}" if hidden > 0 else ""), classes="quiet-prose")
        if any(not session.this_one for session in self._sessions):
            yield Action("Log out everywhere else", id="end-others")
        else:
            yield Static(Content("You are logged in nowhere else."), classes="quiet-prose")
        yield Static("", classes="gap")
        yield Static("", id="notice", classes="notice")

    def _line(self, number: int, session: "OpenSession") -> str:
        place = "this one" if session.this_one else visible(session.source)
        since, last = minute(session.since), minute(session.last_seen_at)[-5:]
        if len(place) <= SHORT_PLACE:
            return f"{number:>2}  {since}   last key {last}   {place}"
        # An IPv6 address is shown whole. A session lives for a day at most: its year says least.
        return f"{number:>2}  {since[:6]} {since[-5:]}, {last}  {place[:LONGEST_PLACE]}"

    @on(Action.Chosen)
    def _chosen(self, event: Action.Chosen) -> None:
        name = event.action.id or ""
        if name == "end-others":
            event.stop()
            self._end(lambda services, token: services.sessions.end_others(token))
        elif name.startswith("end-"):
            event.stop()
            session_id = int(name.removeprefix("end-"))
            self._end(lambda services, token: services.sessions.end_one(token, session_id))

    def _end(self, act: "Callable[[Services, SessionToken], None]") -> None:
        background.run(self, partial(self._ended, act), group="submit", exclusive=True)

    async def _ended(self, act: "Callable[[Services, SessionToken], None]") -> None:
        try:
            try:
                await self.ask_as(act)
            except StepUpNeeded as needed:
                if not await self.console.step_up(needed, self.username or ""):
                    return
                await self.ask_as(act)
        except TwofoldError as error:
            self.query_one("#notice", Static).update(Content(sentence(error)))
        else:
            self.finish(Go.SESSIONS)

    def action_back(self) -> None:
        """Go back to the settings."""
        self.finish(Go.SETTINGS)
