"""One act on somebody's account: what will happen, what has to be typed, one button."""

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import (
    InvalidNumber,
    InvalidUsername,
    LockOutOfRange,
    NoProof,
    NoReason,
    StepUpNeeded,
    TwofoldError,
    UnsafeText,
    UsernameTaken,
)
from tui.screens.acts import Act, Done
from tui.screens.form import Form
from tui.screens.page import BACK, HELP, MENU
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput
from tui.words import NOTHING_CHANGED, sentence

WHERE: dict[type[TwofoldError], str] = {
    NoReason: "reason",
    NoProof: "proof",
    InvalidNumber: "number",
    InvalidUsername: "new-username",
    LockOutOfRange: "hours",
    UsernameTaken: "new-username",
}
"""The field that an error is about."""


class ActScreen(Form["Done | Go | None"]):
    """Hands back what came of it; nothing where the person left it undone."""

    HELP_TEXT = (
        "Read what will happen, then choose the button. Where something is taken away from somebody you "
        "say why: that stands in the audit log, with your name. If more than 5 minutes have gone since you "
        "last proved who you are, a code is asked for first."
    )
    KEYS = (BACK, MENU, HELP)

    def __init__(self, act: Act, username: str) -> None:
        """Ask for what this act takes."""
        super().__init__(username=username)
        self._act = act

    def parts(self) -> ComposeResult:
        """What will happen, the fields, the button."""
        act = self._act
        yield Static(Content(act.headline), id="headline")
        if about := act.about():
            yield Static(Content(about), id="about", classes="quiet-prose")
        yield Static(Content(act.before()), classes="prose")
        yield Static("", classes="gap")
        for asked in act.fields():
            field = PlainInput(id=asked.name, max_length=asked.longest)
            field.fill(asked.value)
            yield Field(asked.label, field)
        if act.button:
            yield Actions(Action(act.button, id="do", main=True), Action(act.leave, id="cancel"))
        else:
            yield Actions(Action("Understood", id="understood", main=True))
        yield Static("", id="said", classes="warning")

    async def submit(self) -> None:
        """Do it; what can't be done here is only read."""
        if not self._act.button:
            self.finish(None)
            return
        self._say("")
        typed = {field.input.id or "": field.value for field in self.query(Field)}
        fault = self._act.fault(typed)
        for missing in (NoReason(), NoProof()):
            # Before a code is asked for, not after.
            if fault is None and not typed.get(WHERE[type(missing)], "said").strip():
                fault = WHERE[type(missing)], sentence(missing)
        if fault is not None:
            self._field(fault[0]).complain(fault[1])
            return
        try:
            done = await self.ask_as(lambda services, token: self._act.do(services, token, typed))
        except StepUpNeeded as needed:
            if await self.console.step_up(needed, self.username or ""):
                await self.submit()
            else:
                self._say(NOTHING_CHANGED)
        except TwofoldError as error:
            self._refuse(error, typed)
        else:
            self.finish(done)

    def _refuse(self, error: TwofoldError, typed: dict[str, str]) -> None:
        """Say it in the line of the field that it is about, else below."""
        if isinstance(error, UnsafeText):
            name = next((name for name, text in typed.items() if error.character in text), None)
        else:
            name = WHERE.get(type(error))
        if name in typed:
            self._field(name).complain(sentence(error))
        else:
            self._say(sentence(error))

    def _field(self, name: str) -> Field:
        return self.query_one(f"#{name}-field", Field)

    def _say(self, words: str) -> None:
        self.query_one("#said", Static).update(Content(words))

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave it undone."""
        self.finish(None)
