"""Whatever befalls the store at whatever step: one plain sentence, nothing half done, later it works."""

from contextlib import suppress

import pytest

from store.errors import StoreUnusable, TwofoldError
from tests.desk import PASSWORD, SHELL, Desk
from tests.faults.faults import FAULTS, disk_error
from tests.services.acts import ACTS, NEW_PASSWORD, NUMBER, Act
from tests.tables import bytes_on_disk, content
from tui.words import sentence

JOURNEY = [act for act in ACTS if act.name not in {"create", "unlock", "cancel", "switch off"}]


def is_plain(said: str) -> bool:
    """One sentence or two for a person, with what they may know and nothing else."""
    return (
        said.isprintable()
        and said.endswith((".", "twofold.db"))
        and said != "That did not work."
        and not any(
            word in said for word in ("Error", "sqlite", "SQL", "None", PASSWORD, NEW_PASSWORD, NUMBER)
        )
    )


@pytest.mark.parametrize("act", JOURNEY, ids=lambda act: act.name)
def test_nothing_happens_and_afterwards_it_can(desk: Desk, act: Act) -> None:
    do = act.ready(desk)
    desk.services.core.database.forget_deleted()
    before = content(desk, but=())
    for fault, causes in FAULTS.items():
        with fault(desk):
            with pytest.raises(StoreUnusable) as error:
                do()
            assert error.value.cause in causes, fault
            assert is_plain(sentence(error.value))
        assert content(desk, but=()) == before, fault
    with suppress(*([] if act.done else [TwofoldError])):
        do()
    assert content(desk, but=()) != before
    assert all(each.sound for each in desk.services.store_check.check(SHELL))


def test_what_was_done_is_not_said_to_have_failed_when_only_the_tidying_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    tidy = desk.services.core.database.forget_deleted

    def tidy_with_a_full_disk() -> None:
        with disk_error(desk):
            tidy()

    monkeypatch.setattr(desk.services.core.database, "forget_deleted", tidy_with_a_full_disk)
    assert desk.services.backup_codes.agree(token) is None
    monkeypatch.undo()
    assert bytes_on_disk(desk)
    desk.half()
