"""Change password: the present one, the new one twice (design D8)."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import Locked, PasswordFault, StepUpNeeded, TwofoldError, WeakPassword, WrongPassword
from tui.screens.form import Form
from tui.screens.page import BACK, HELP
from tui.screens.places import Go
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, SecretInput
from tui.widgets.rows import KeyHint
from tui.words import NOTHING_CHANGED, sentence


class ChangePasswordScreen(Form["Go | bool"]):
    """Hands back True once the password is changed, or where to go instead."""

    HEADLINE = "A new password"
    HELP_TEXT = (
        "Take 15 characters or more; four or five words that do not belong together do well. Spaces and "
        "every alphabet are fine. Your other sessions end, this one goes on."
    )
    KEYS: ClassVar[tuple[KeyHint, ...]] = (BACK, HELP)

    WHAT_FOR = "Your other sessions end when it is changed."
    WAY_OUT = "Cancel"

    def __init__(self, username: str | None) -> None:
        """Change this account's password."""
        super().__init__(username=username)

    def parts(self) -> ComposeResult:
        """Three fields and the button."""
        yield Static(Content(self.WHAT_FOR), classes="prose")
        yield Static("", classes="gap")
        yield from self.proof()
        yield Field(
            "New password (15 characters or more)", SecretInput(id="new", max_length=1024, password=True)
        )
        yield Field("The same again", SecretInput(id="again", max_length=1024, password=True))
        yield Actions(Action("Change it", id="change", main=True), Action(self.WAY_OUT, id="cancel"))

    def proof(self) -> ComposeResult:
        """What proves that it is the owner who asks."""
        yield Field("Present password", SecretInput(id="present", max_length=1024, password=True))

    async def submit(self) -> None:
        """Do what the button says."""
        *proof, new, again = self.query(Field)
        wanted, repeated = new.value, again.value
        empty = next((field for field in proof if not field.value), None)
        if empty is not None:
            empty.complain("Type the password you have now.")
            return
        if wanted != repeated:
            again.complain(sentence(WeakPassword(PasswordFault.MISMATCH)))
            return
        try:
            await self.change([field.value for field in proof], wanted)
        except StepUpNeeded as error:
            if await self.console.step_up(error, self.username or ""):
                await self.submit()
            else:
                (proof or [new])[0].complain(NOTHING_CHANGED)
        except (WrongPassword, Locked) as error:
            self.complain((proof or [new])[0], error)
        except TwofoldError as error:
            again.input.value = ""
            self.complain(new, error)
        else:
            self.finish(True)  # noqa: FBT003 - the answer of this screen

    async def change(self, proof: list[str], wanted: str) -> None:
        """Change it, by the password of now."""
        [current] = proof
        await self.ask_as(lambda services, token: services.passwords.change(token, current, wanted))

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave without any change."""
        self.finish(Go.SETTINGS)


class PasswordDueScreen(ChangePasswordScreen):
    """Stands before everything else after a log-in, since an operator asked for it; no menu leads past it."""

    WHAT_FOR = "An operator asks you to choose a new password."
    WAY_OUT = "Log out"
    KEYS = (HELP,)

    def __init__(self) -> None:
        """Show no user menu."""
        super().__init__(None)

    @on(Action.Chosen, "#cancel")
    def action_back(self) -> None:
        """Leave; the next log-in leads here again."""
        self.finish(Go.LOG_OUT)


class FirstPasswordScreen(PasswordDueScreen):
    """After a log-in with an activation password, which is not asked for again: it was typed just now."""

    HEADLINE = "Choose your own password"
    WHAT_FOR = "The password you were given opens this page, and only this once."

    @property
    def lost_by_leaving(self) -> str:
        """The password that was handed over, which opened its one log-in."""
        return "The password you were given is used up: an operator has to give you another."

    def action_back(self) -> None:
        """Escape leads nowhere: the password that led here leads here no more. The button logs out."""

    def proof(self) -> ComposeResult:
        """Nothing: the log-in was it."""
        yield from ()

    async def change(self, proof: list[str], wanted: str) -> None:  # noqa: ARG002 - there is none
        """Choose it, by the log-in."""
        await self.ask_as(lambda services, token: services.passwords.choose_first(token, wanted))
