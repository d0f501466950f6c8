"""A store without an account: the first screen makes the first operator, once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store.clock import Clock
from store.errors import StoreNotFresh
from store.services.bundle import Services, open_services
from store.settings import Settings
from tests.desk import PASSWORD, SHELL, Desk, cheap_hashing
from tests.screens.console import HandTicked, use
from tests.screens.forms import complaint
from tests.screens.pages import regions
from tui.flows import ENTRY_IS_DEAD, STILL_DEMANDED
from tui.screens.enrollment import DEMANDED, EnrollmentScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.words import STORE, sentence


class OpensItself(HandTicked):
    """Opens its store as the program does, with hashes that cost little."""

    def _open(self) -> Services:
        def cheaply(settings: Settings, clock: Clock) -> Services:
            return open_services(settings, clock, cheap_hashing())

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("store.services.bundle.open_services", cheaply)
            return super()._open()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The settings of a store that is not there yet, and beside it one that is open."""
    desk = Desk(tmp_path / "open")
    yield desk
    desk.services.close()


def fresh(desk: Desk, folder: Path, *, over_ssh: bool = False, kiosk: bool = False) -> OpensItself:
    url, keys = f"sqlite:///{folder / 'elsewhere' / 'twofold.db'}", folder / "elsewhere" / "keys"
    settings = replace(desk.settings, store_url=url, keys_folder=keys, over_ssh=over_ssh, kiosk=kiosk)
    return OpensItself(settings, clock=desk.clock, source="host/alice")


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
    ("console", PASSWORD, PASSWORD, "#username", "That name could be taken for nobody's. Take another."),
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
        assert not console.app.settings.has_store
        assert not console.app.settings.has_keys


async def test_whoever_comes_second_is_sent_to_the_front_door(desk: Desk, tmp_path: Path) -> None:
    app = fresh(desk, tmp_path)
    async with use(desk, app=app) as console:
        console.at(FirstRunScreen)
        another = open_services(app.settings, desk.clock, cheap_hashing())
        another.accounts.create(SHELL, "bob", PASSWORD, operator=True)
        another.close()
        # Its key lies there too by now; that store is the one which was begun.
        await console.press(*"olga", "enter", *PASSWORD, "enter", *PASSWORD, "enter")
        console.at(LogInScreen)
        assert console.says("#notice") == sentence(StoreNotFresh())
        (await app.services()).close()


async def test_a_store_that_is_there_and_has_no_account_makes_nobody_an_operator(desk: Desk) -> None:
    async with use(desk) as console:
        console.at(LogInScreen)
        assert console.says("#notice") == STORE["not made"]


async def test_whoever_only_looks_at_the_first_page_makes_no_store(desk: Desk, tmp_path: Path) -> None:
    app = fresh(desk, tmp_path)
    async with use(desk, app=app) as console:
        console.at(FirstRunScreen)
        await console.press("ctrl+q")
    assert not (tmp_path / "elsewhere").exists()


NOT_HERE = [({"over_ssh": True}, False), ({"kiosk": True}, False), ({}, True), ({"over_ssh": True}, True)]


@pytest.mark.parametrize(("facts", "key"), NOT_HERE)
async def test_elsewhere_than_at_a_terminal_without_any_key_nobody_becomes_operator_and_nothing_is_made(
    desk: Desk,
    tmp_path: Path,
    facts: dict[str, bool],
    key: bool,  # noqa: FBT001 - a case
) -> None:
    app = fresh(desk, tmp_path, **facts)
    if key:
        app.settings.keys_folder.mkdir(parents=True)
        (app.settings.keys_folder / "0123456789abcdef.key").touch()
        app = fresh(desk, tmp_path, **facts)
    async with use(desk, app=app) as console:
        console.at(LogInScreen)
        told = STORE["lost" if key else "not made"]
        assert console.says("#notice") == told
        assert "twofold account create NAME --operator" in told
        await console.log_in("olga")
        console.at(LogInScreen)
        assert complaint(console, "#password") == told
        assert not app.settings.has_store
        # Once the host's shell has made it, the same console is of use.
        made = open_services(app.settings, desk.clock, cheap_hashing())
        made.accounts.create(SHELL, "olga", PASSWORD)
        await console.press(*PASSWORD, "enter")
        console.at(HomeScreen)
        made.close()
        (await app.services()).close()


async def test_where_nobody_may_look_for_keys_there_may_be_one(desk: Desk, tmp_path: Path) -> None:
    app = fresh(desk, tmp_path)
    assert app.settings.may_begin
    app.settings.keys_folder.parent.mkdir()
    app.settings.keys_folder.write_text("no folder")
    assert not app.settings.may_begin
