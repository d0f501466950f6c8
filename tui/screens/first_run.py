"""First run: a fresh store gets its first operator."""

import asyncio

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.errors import InvalidUsername, PasswordFault, StoreNotFresh, TwofoldError, WeakPassword
from tui.screens.form import Form
from tui.screens.log_in import QUIT
from tui.screens.page import HELP
from tui.widgets.action import Action
from tui.widgets.actions import Actions
from tui.widgets.fields import Field, PlainInput, SecretInput
from tui.words import sentence


class FirstRunScreen(Form[str]):
    """Hands back what the front door then says."""

    HEADLINE = "A new store"
    HELP_TEXT = (
        "This store has no account yet. The first one is an operator's: operators make accounts for other "
        "people, unlock them and reset 2FA. Take a password of 15 characters or more; four or five words "
        "that do not belong together do well. It can be changed later, the username never."
    )
    KEYS = (HELP, QUIT)

    def parts(self) -> ComposeResult:
        """A sentence, three fields, the button."""
        yield Static(Content("Make the first account, an operator's. Then log in with it."), classes="prose")
        yield Static("", classes="gap")
        yield Field("Username", PlainInput(id="username", max_length=256))
        yield Field(
            "Password (15 characters or more)", SecretInput(id="password", max_length=1024, password=True)
        )
        yield Field("The same again", SecretInput(id="again", max_length=1024, password=True))
        yield Actions(Action("Make the account", id="make", main=True))

    async def submit(self) -> None:
        """Do what the button says."""
        name, secret, again = self.query(Field)
        password, repeated = secret.value, again.value
        if password != repeated:
            again.complain(sentence(WeakPassword(PasswordFault.MISMATCH)))
            return
        from store.services.principals import Visitor

        visitor = Visitor(self.console.source)
        typed, issuer = name.value, self.console.issuer
        try:
            await asyncio.to_thread(check, typed, password, issuer)
            username = await self.ask(
                lambda services: services.accounts.create_first_operator(visitor, typed, password)
            )
        except InvalidUsername as error:
            self.complain(name, error)
        except StoreNotFresh as error:
            self.finish(sentence(error))
        except TwofoldError as error:
            again.input.value = ""
            self.complain(secret, error)
        else:
            self.finish(f"The operator {username} is made. This is where you begin each time.")


def check(username: str, password: str, issuer: str) -> None:
    """Raise what is wrong with them while nothing is made: no slip begins a store."""
    from store.rules.usernames import enforce_new
    from store.services.passwords import check_new_password

    check_new_password(password, enforce_new(username), issuer)
