"""Ways round the rule of two operators that were once there: each can be put back."""

from collections.abc import Callable

import pytest

from store.services import covered, recovery

Hole = Callable[[pytest.MonkeyPatch], None]


def one_is_enough_for(event: str) -> Hole:
    """Let a session do alone what would leave this event."""

    def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
        not_alone = covered.not_alone

        def not_asked(unit: object, actor: object, what: str, *about: object) -> None:
            if what != event:
                not_alone(unit, actor, what, *about)  # type: ignore[arg-type]

        monkeypatch.setattr(covered, "not_alone", not_asked)

    return put_back


def nobody_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have an approval count for ever."""
    monkeypatch.setattr(recovery, "counts_since", lambda *_: True)


HOLES: dict[str, Hole] = {
    "the rule is turned off, and on again": one_is_enough_for("policy changed"),
    "a second account of one's own approves": one_is_enough_for("role changed"),
    "an approver who was demoted still counts": nobody_is_looked_at_again,
    "one alone lifts a suspension": one_is_enough_for("recovery cancelled"),
}
