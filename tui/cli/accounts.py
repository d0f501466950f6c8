"""`twofold account ...`."""

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from store.services.views import AccountView, Order, Sought
from tui.cli.acts import tell
from tui.cli.asking import new_password
from tui.cli.opening import open_store
from tui.cli.output import complain, say
from tui.cli.reset_codes import tell_reset_code
from tui.cli.showing import as_dict, disabled_factors, labelled, locks, table

if TYPE_CHECKING:
    from store.services.bundle import Services
    from store.services.principals import Shell

PAGE = 500
"""Accounts read at a time."""


def create(asked: argparse.Namespace) -> None:
    """Make an account. Whatever is wrong with the name is said before a password is asked for."""
    with open_store(asked, create=True) as (services, shell):
        username = services.accounts.check_new(shell, asked.name)
        name, number = asked.display_name or "", asked.number
        activation = None
        if asked.activate:
            role = "operator" if asked.operator else "user"
            activation = services.accounts.activate(
                shell, username, role=role, display_name=name, number=number
            )
        else:
            password = new_password(username, services.policy.brand().issuer)
            services.accounts.create(
                shell, username, password, operator=asked.operator, display_name=name, number=number
            )
    say(f"Made the {'operator ' if asked.operator else ''}account {username}.")
    if activation is not None:
        tell(activation)


def list_all(asked: argparse.Namespace) -> None:
    """List every account, or those that are sought, each as soon as it is read: there may be a million."""
    with open_store(asked) as (services, shell):
        views = _sought(services, shell, asked) if _is_narrowed(asked) else services.accounts.list(shell)
        if not asked.json:
            for line in table(views):
                say(line)
            return
        separator = "["
        for view in views:
            say(separator + json.dumps(as_dict(view)))
            separator = ","
        say("[]" if separator == "[" else "]")


def _is_narrowed(asked: argparse.Namespace) -> bool:
    """Tell whether other accounts are asked for than all, or in another order."""
    kind = asked.second_factor or asked.role or asked.disabled or asked.never_logged_in
    return bool(asked.search or asked.locked or asked.few_codes or kind or asked.sort != "username")


def _sought(services: "Services", shell: "Shell", asked: argparse.Namespace) -> Iterator[AccountView]:
    """Read the list a page at a time; say at its end where a search left off."""
    sought = Sought(
        text=asked.search,
        second_factor=asked.second_factor,
        role=asked.role,
        enabled=False if asked.disabled else None,
        locked=asked.locked,
        few_codes=asked.few_codes,
        never_logged_in=asked.never_logged_in,
    )
    order = Order.LAST_LOGIN if asked.sort == "last-login" else Order.USERNAME
    page = services.directory.page(shell, sought, order, size=PAGE)
    yield from page.accounts
    while page.after is not None:
        page = services.directory.page(shell, sought, order, after=page.after, size=PAGE)
        yield from page.accounts
    if page.capped:
        complain("There may be more: only 1,000 accounts were looked at. Narrow it down.")


def show(asked: argparse.Namespace) -> None:
    """Show one account."""
    with open_store(asked) as (services, shell):
        view = services.accounts.show(shell, asked.name)
    if asked.json:
        say(json.dumps(as_dict(view), indent=2))
        return
    for line in labelled(view):
        say(line)


def unlock(asked: argparse.Namespace) -> None:
    """Lift every lock, and say which there were and what no lifting brings back."""
    with open_store(asked) as (services, shell):
        before = services.accounts.unlock(shell, asked.name)
    found = locks(before)
    say(
        f"Lifted for {before.username}: {', '.join(found)}."
        if found
        else f"{before.username} had no lock. Wrong tries so far no longer count."
    )
    for factor in disabled_factors(before):
        say(
            f"Still switched off after 100 wrong tries in a row: {factor}. "
            f"To set up 2FA anew: twofold account reset-2fa {before.username} --reason TEXT"
        )


def disable(asked: argparse.Namespace) -> None:
    """Disable an account; nothing of it is lost."""
    with open_store(asked) as (services, shell):
        username = services.access.disable(shell, asked.name, asked.reason)
    say(
        f"{username} is disabled and logged out everywhere. Nothing of the account is lost.\n"
        f"To let {username} log in again: twofold account enable {username}"
    )


def enable(asked: argparse.Namespace) -> None:
    """Enable an account again."""
    with open_store(asked) as (services, shell):
        username = services.access.enable(shell, asked.name)
    say(f"{username} is enabled: password, 2FA and backup codes are as they were.")


def reset_two_factor(asked: argparse.Namespace) -> None:
    """Reset 2FA and print the reset code, which is stored nowhere it could be read again."""
    with open_store(asked) as (services, shell):
        # By its enforced form: what was typed may be in capitals.
        username = services.accounts.show(shell, asked.name).username
        code = services.reset.reset_two_factor(shell, username, asked.reason)
    tell_reset_code(username, code, "Run the same command again: it makes a new code,")
