"""`twofold policy ...`."""

import argparse
import json
from typing import TYPE_CHECKING

from store.rules.text import visible
from tui.cli.opening import open_store
from tui.cli.output import say
from tui.cli.showing import aligned, utc
from tui.units import counted, duration, rough

if TYPE_CHECKING:
    from store.services.views import PolicyView, WithoutSecondFactor


def show(asked: argparse.Namespace) -> None:
    """Show what is in force, and how many accounts a demand is about."""
    with open_store(asked) as (services, shell):
        view = services.policy.show(shell)
        lacking = services.policy.without_second_factor(shell)
    if asked.json:
        say(json.dumps(_as_dict(view, lacking), indent=2))
        return
    _say_lines(_lines(view))
    say(_standing(view, lacking))


def change(asked: argparse.Namespace) -> None:
    """Set what is named, and say what is different then."""
    from store.rules.policy import PolicyChanges, Whom

    changes = PolicyChanges(
        second_factor_for=None if asked.second_factor_for is None else Whom(asked.second_factor_for),
        grace=asked.grace,
        second_approval=None if asked.second_approval is None else asked.second_approval == "yes",
        idle=asked.idle,
        kiosk_idle=asked.kiosk_idle,
        absolute=asked.absolute,
        step_up=asked.step_up,
        name=asked.name,
        issuer=asked.issuer,
    )
    with open_store(asked) as (services, shell):
        before = _lines(services.policy.show(shell))
        view = services.policy.set(shell, changes)
        lacking = services.policy.without_second_factor(shell)
    after = _lines(view)
    different = {
        label: f"{after[label]} (was {before[label]})" for label in after if after[label] != before[label]
    }
    if not different:
        say("Nothing was changed: all of it was so already.")
        return
    _say_lines(different)
    say(f"In force now, for sessions that are open too. {_standing(view, lacking)}")


def _say_lines(lines: dict[str, str]) -> None:
    for line in aligned(lines):
        say(line)


def _lines(view: "PolicyView") -> dict[str, str]:
    limits = view.limits
    return {
        "2FA is required of": view.second_factor_for,
        "Time of grace": rough(view.grace) if view.grace else "none",
        "Second approval": "yes" if view.second_approval else "no",
        "Ends without a key": duration(limits.idle),
        "In a kiosk": duration(limits.kiosk_idle),
        "Ends in any case": duration(limits.absolute),
        "Step-up lasts": duration(limits.step_up),
        "Name": visible(view.name),
        "Name in apps": view.issuer,
    }


def _standing(view: "PolicyView", lacking: "WithoutSecondFactor") -> str:
    number = lacking.of(view.second_factor_for)
    if not number:
        return "Every account that must have 2FA has it."
    return f"{counted(number, 'account')} that must have 2FA {'has' if number == 1 else 'have'} it off."


def _as_dict(view: "PolicyView", lacking: "WithoutSecondFactor") -> dict[str, object]:
    limits = view.limits
    return {
        "second_factor_for": view.second_factor_for,
        "grace_seconds": int(view.grace.total_seconds()),
        "demanded_since": utc(view.demanded_since),
        "second_approval": view.second_approval,
        "idle_seconds": int(limits.idle.total_seconds()),
        "kiosk_idle_seconds": int(limits.kiosk_idle.total_seconds()),
        "absolute_seconds": int(limits.absolute.total_seconds()),
        "step_up_seconds": int(limits.step_up.total_seconds()),
        "name": view.name,
        "issuer": view.issuer,
        "must_have_it_and_do_not": lacking.of(view.second_factor_for),
    }
