"""`twofold account lock ...` and what else an operator does to one account."""

import argparse
from typing import TYPE_CHECKING

from tui.cli.opening import open_store
from tui.cli.output import say
from tui.units import duration

if TYPE_CHECKING:
    from store.services.views import Activation


def lock(asked: argparse.Namespace) -> None:
    """Lock an account for a while."""
    with open_store(asked) as (services, shell):
        username = services.access.lock(shell, asked.name, asked.length, asked.reason)
    say(
        f"{username} is locked for {duration(asked.length)} and logged out everywhere.\n"
        f"To lift the lock earlier: twofold account unlock {username}"
    )


def require_password_change(asked: argparse.Namespace) -> None:
    """Have the owner choose a new password at the next log-in."""
    with open_store(asked) as (services, shell):
        username = services.passwords.require_change(shell, asked.name, asked.reason)
    say(f"{username} is logged out everywhere, and has to choose a new password at the next log-in.")


def edit(asked: argparse.Namespace) -> None:
    """Change what is given; the rest stays as it is."""
    with open_store(asked) as (services, shell):
        view = services.accounts.show(shell, asked.name)
        services.accounts.edit(
            shell,
            view.username,
            display_name=view.display_name if asked.display_name is None else asked.display_name,
            number=view.own_number if asked.number is None else asked.number,
        )
        view = services.accounts.show(shell, view.username)
    say(f"{view.username}: name {view.display_name or 'none'}, own number {view.own_number or 'none'}.")


def set_role(asked: argparse.Namespace) -> None:
    """Make an account an operator's or a user's."""
    with open_store(asked) as (services, shell):
        username = services.accounts.set_role(shell, asked.name, asked.role, asked.reason or "")
    article = "an" if asked.role == "operator" else "a"
    say(f"{username} is {article} {asked.role} from now on.")


def activate(asked: argparse.Namespace) -> None:
    """Make another activation password."""
    with open_store(asked) as (services, shell):
        activation = services.accounts.renew_activation(shell, asked.name)
    say(f"The activation password that {activation.username} had before is dead.")
    tell(activation)


def reset_password(asked: argparse.Namespace) -> None:
    """Make a password for one log-in, in the place of one that was forgotten."""
    with open_store(asked) as (services, shell):
        activation = services.passwords.reset(shell, asked.name, asked.reason)
    say(f"The password that {activation.username} had is dead, and every session ended. 2FA stays.")
    tell(activation)


def tell(activation: "Activation") -> None:
    """Print an activation password, which is stored nowhere it could be read again."""
    name = activation.username
    say(
        f"\n    Activation password: {activation.password}\n\n"
        f"It is shown only now, and is valid for {duration(activation.valid_for)}. Give it to {name} and\n"
        "to nobody else. It opens one log-in, at which it has to be changed.\n"
        f"Too late, or mislaid? twofold account activate {name}"
    )
