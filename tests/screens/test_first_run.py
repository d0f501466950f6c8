"""A store without an account: the first screen makes the first operator, once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.errors import StoreNotFresh
from store.services.bundle import Services, open_services
from tests.desk import PASSWORD, SHELL, Desk, cheap_hashing
from tests.screens.console import HandTicked, use
from tests.screens.forms import complaint
from tests.screens.pages import regions
from tui.app import NO_ACCOUNT
from tui.flows import ENTRY_IS_DEAD, STILL_DEMANDED
from tui.screens.enrollment import DEMANDED, EnrollmentScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.log_in import LogInScreen
from tui.words import sentence


class OpensItself(HandTicked):
    """Opens its store as the program does, with hashes that cost little."""

    def _open(self) -> Services:
        return open_services(self.settings, self.clock, cheap_hashing())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The settings of a store that is not there yet, and beside it one that is open."""
    desk = Desk(tmp_path / "open")
    yield desk
    desk.services.close()


def fresh(desk: Desk, folder: Path) -> OpensItself:
    elsewhere = Desk(folder / "elsewhere", clock=desk.clock)
    elsewhere.services.close()
    database = Path(elsewhere.settings.store_url.removeprefix("sqlite:///"))
    for path in database.parent.iterdir():
        path.unlink()
    return OpensItself(elsewhere.settings, clock=desk.clock, source="host/alice")


async def test_the_first_operator_is_made_and_then_logs_in(desk: Desk, tmp_path: Path) -> None:
    app = fresh(desk, tmp_path)
    async with use(desk, app=app) as console:
        console.at(FirstRunScreen)
        await console.press(*"Olga", "enter", *PASSWORD, "enter", *PASSWORD, "enter")
        console.at(LogInScreen)
        assert "The operator olga is made. This is where you begin each time." in console.text
        await console.log_in("olga")
        page = console.at(EnrollmentScreen)
        assert DEMANDED in console.text
        assert page.username is None
        await console.press("escape")
        console.at(LogInScreen)
        assert f"{ENTRY_IS_DEAD} {STILL_DEMANDED}" in " ".join(console.text.split())
        services = await app.services()
        assert services.accounts.show(SHELL, "olga").role == "operator"
        services.close()


SLIPS = [
    ("", PASSWORD, PASSWORD, "#username", "Type a username."),
    ("9!", PASSWORD, PASSWORD, "#username", "A username is made of a-z, 0-9 and . _ - + @ only."),
    ("olga", "", "", "#password", "Type a new password."),
    ("olga", "short", "short", "#password", "Take at least 15 characters; four or five words do well."),
    ("olga", PASSWORD, "other", "#again", "The two are not the same. Type the new password again."),
]


@pytest.mark.parametrize(("name", "password", "again", "field", "says"), SLIPS)
async def test_a_slip_is_told_under_its_field_and_nothing_moves(
    desk: Desk, tmp_path: Path, name: str, password: str, again: str, field: str, says: str
) -> None:
    async with use(desk, app=fresh(desk, tmp_path)) as console:
        page, before = console.at(FirstRunScreen), regions(console.app.screen)
        for selector, value in (("#username", name), ("#password", password), ("#again", again)):
            console.field(selector).value = value
        await console.click("#make")
        assert console.app.screen is page
        assert complaint(console, field) == says
        assert regions(page) | before == regions(page)
        assert console.app.focused is console.field(field)
        assert console.field("#username").value == name
        (await console.app.services()).close()


async def test_whoever_comes_second_is_sent_to_the_front_door(desk: Desk) -> None:
    app = HandTicked(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    async with use(desk, app=app) as console:
        console.at(FirstRunScreen)
        desk.services.accounts.create(SHELL, "bob", PASSWORD, operator=True)
        await console.press(*"olga", "enter", *PASSWORD, "enter", *PASSWORD, "enter")
        console.at(LogInScreen)
        assert console.says("#notice") == sentence(StoreNotFresh())


async def test_a_store_that_was_made_but_has_no_account_leads_there_too(desk: Desk) -> None:
    async with use(desk) as console:
        console.at(FirstRunScreen)
        assert NO_ACCOUNT not in console.text
