"""Which events of the audit log are listed: by account, actor, event, outcome and time."""

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from store.errors import TwofoldError
from tui.audit_words import moment
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput
from tui.widgets.rows import KeyHint
from tui.words import sentence

if TYPE_CHECKING:
    from datetime import datetime

    from store.services.audit_log import Wanted

OUTCOMES = ("done", "refused")
NO_OUTCOME = "Type done or refused."
NO_MOMENT = "Such as 2 h, 7 d, 2026-11-24 14:00."
LONGEST = 80


class AuditFilterScreen(Form["Wanted | Go | None"]):
    """Hands back what to list, or nothing where it stays as it was."""

    HEADLINE = "Which events"
    HELP_TEXT = (
        "An event is listed where it fits all that you fill in; an empty field does not matter, and Enter "
        "lists them from any field. The account "
        "is whom an event is about, the actor who did it: a username, or shell:user@host. An event is named "
        "as in the list, such as logged in or code checked. A time is 30 min, 2 h or 7 d ago, or a date with "
        "or without a time, by the clock of this machine."
    )
    KEYS = (KeyHint("Tab", "Next", "app.focus_next"), BACK, HELP)
    ENTER_IS_THE_END = True

    def __init__(self, wanted: "Wanted", username: str | None) -> None:
        """Begin with what is listed now."""
        super().__init__(username=username)
        self._wanted = wanted

    def parts(self) -> ComposeResult:
        """Three rows of two fields, and the buttons."""
        wanted = self._wanted
        yield Static("", classes="gap")
        with Horizontal(classes="field-pair"):
            yield _field("Account", "account", wanted.username)
            yield _field("Actor: a username or a shell", "actor", wanted.actor)
        with Horizontal(classes="field-pair"):
            yield _field("Event, such as logged in", "event", wanted.event)
            yield _field("Outcome: done or refused", "outcome", wanted.outcome)
        with Horizontal(classes="field-pair"):
            yield _field("Since, such as 2 h or 2026-11-24", "since", _typed(wanted.since))
            yield _field("Before", "until", _typed(wanted.until))
        yield Actions(Action("List them", id="list-them", main=True), Action("Cancel", id="cancel"))

    async def submit(self) -> None:
        """Hand back what was typed, once it is known that there is such an account."""
        from store.services.audit_log import Wanted

        outcome = self._value("outcome")
        if outcome is not None and outcome not in OUTCOMES:
            self.query_one("#outcome-field", Field).complain(NO_OUTCOME)
            return
        times: list[datetime | None] = []
        for name in ("since", "until"):
            try:
                times.append(moment(self._value(name) or "", self.console.clock.now()))
            except ValueError:
                self.query_one(f"#{name}-field", Field).complain(NO_MOMENT)
                return
        wanted = Wanted(self._value("account"), self._value("event"), self._value("actor"), outcome, *times)
        try:
            await self.ask_as(lambda services, token: services.audit_log.page(token, wanted, size=1))
        except TwofoldError as error:
            self.query_one("#account-field", Field).complain(sentence(error))
        else:
            self.finish(wanted)

    def _value(self, name: str) -> str | None:
        return self.query_one(f"#{name}-field", Field).value.strip() or None

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave the list as it was."""
        self.finish(None)


def _field(label: str, name: str, value: str | None) -> Field:
    field = PlainInput(id=name, max_length=LONGEST)
    field.fill(value or "")
    return Field(label, field)


def _typed(at: "datetime | None") -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at is not None else ""
