"""The log-in screen with the demo's sheet: a line picked fills in the form."""

from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import TwofoldError
from tui import background
from tui.demo.people import PEOPLE, Person
from tui.screens.log_in import QUIT, LogInScreen
from tui.screens.page import HELP
from tui.widgets.action import Action
from tui.widgets.rows import KeyHint

if TYPE_CHECKING:
    from tui.demo.app import DemoApp

PHONE = KeyHint("F9", "Demo phone", "app.phone")
SHEET = "Demo store, gone when you leave. Pick a line (mouse, or Down and Enter)\nto fill in both fields:"


class SheetLine(Action):
    """One person of the demo."""

    def __init__(self, person: Person) -> None:
        """Show the person as the demo begins."""
        self.person = person
        super().__init__(self._words(on=person.enrolled), id=f"sheet-{person.username}", classes="sheet-line")

    def set_second_factor(self, *, on: bool) -> None:
        """Say how 2FA of this person stands now."""
        self._content = Content(self._words(on=on))
        self.refresh(layout=True)

    def _words(self, *, on: bool) -> str:
        role = "operator" if self.person.operator else "user"
        standing = "2FA on (code: F9)" if on else "2FA off"
        return f"{self.person.username:<8}{self.person.password:<26}{role}, {standing}"


class DemoLogInScreen(LogInScreen):
    """The front door, with everybody's key beside it."""

    HELP_TEXT = (
        "The demo in two minutes: alice logs in, opens Settings and turns 2FA on. F9 takes out the demo "
        "phone: it reads the QR off this very screen and shows the code to type. After Agree alice logs in "
        "again; F7 moves the demo's clock to the next code, so that nobody waits. Then she logs out, logs "
        "in once more, and F8 loses the phone: a code from the sheet gets her in without it. Settings turns "
        "2FA off, and on again with a new QR."
    )

    def below(self) -> ComposeResult:
        """Hang up the sheet."""
        yield Static("", classes="gap")
        yield Static(Content(SHEET), classes="quiet-prose")
        for person in PEOPLE:
            yield SheetLine(person)

    def keys(self) -> tuple[KeyHint, ...]:
        """Name the phone before the way out."""
        return (HELP, PHONE, QUIT)

    def on_mount(self) -> None:
        """Look up how 2FA of everybody stands by now."""
        background.run(self, self._look_up, group="sheet")

    async def _look_up(self) -> None:
        app: DemoApp = self.app  # type: ignore[assignment]
        try:
            views = await app.ask(lambda services: list(services.accounts.list(app.shell)))
        except TwofoldError:
            # Where the store does not open, the app ends and says why.
            return
        standing = {view.username: view.second_factor for view in views}
        for line in self.query(SheetLine):
            line.set_second_factor(on=standing.get(line.person.username) == "on")

    def takes(self, event: events.Key) -> bool:
        """Step from the form straight to the sheet, and pick at once: the next key may be right behind."""
        on_sheet = isinstance(self.focused, SheetLine)
        if event.key == "down" and not on_sheet:
            self.set_focus(self.query(SheetLine).first())
            return True
        if event.key == "enter" and isinstance(self.focused, SheetLine):
            self._fill_in(self.focused.person)
            return True
        return super().takes(event)

    @on(Action.Chosen, ".sheet-line")
    def _pick(self, event: Action.Chosen) -> None:
        event.stop()
        if isinstance(event.action, SheetLine):
            self._fill_in(event.action.person)

    def _fill_in(self, person: Person) -> None:
        self.query_one("#username", Input).value = person.username
        password = self.query_one("#password", Input)
        password.value = person.password
        password.cursor_position = len(person.password)
        self.set_focus(password)
