"""A store that fails in the middle is worded, and nothing is lost."""

from collections.abc import Callable

import pytest

from store.errors import StoreUnusable, TooBusy, TooLittleMemory, TwofoldError
from tests.desk import PASSWORD, Desk
from tests.screens.console import use
from tests.screens.forms import complaint
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.change_password import ChangePasswordScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.disable import DisableScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen
from tui.words import STORE, sentence

FULL = STORE["full"]
Break = Callable[..., Callable[[], None]]


@pytest.fixture
def break_it(monkeypatch: pytest.MonkeyPatch) -> Break:
    """Have a service find the disk full, or another error, until what is returned is called."""

    def break_it(service: object, act: str, error: TwofoldError | None = None) -> Callable[[], None]:
        works = getattr(service, act)

        def fails(*_given: object, **_named: object) -> object:
            raise error or StoreUnusable("full")

        monkeypatch.setattr(service, act, fails)
        return lambda: monkeypatch.setattr(service, act, works)

    return break_it


async def test_at_log_in_a_full_disk_is_told_and_the_form_works_again(desk: Desk, break_it: Break) -> None:
    async with use(desk) as console:
        mend = break_it(desk.services.sign_in, "check_password")
        await console.log_in()
        console.at(LogInScreen)
        assert complaint(console, "#password") == FULL
        assert console.field("#username").value == "alice"
        mend()
        await console.write(PASSWORD, "enter")
        console.at(HomeScreen)


async def test_at_code_entry_a_full_disk_costs_nothing(desk: Desk, break_it: Break) -> None:
    desk.enable()
    desk.clock.move(seconds=30)
    async with use(desk) as console:
        await console.log_in()
        mend = break_it(desk.services.second_factor, "verify")
        await console.write(desk.code(), "enter")
        console.at(CodeEntryScreen)
        assert complaint(console, "#code") == FULL
        mend()
        await console.write(desk.code(), "enter")
        console.at(HomeScreen)


@pytest.mark.parametrize("error", [StoreUnusable("full"), TooBusy(), TooLittleMemory()])
async def test_at_agree_a_full_disk_keeps_the_codes_for_another_try(
    desk: Desk, break_it: Break, error: TwofoldError
) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        mend = break_it(desk.services.backup_codes, "agree", error)
        desk.clock.move(seconds=2)
        await console.click("#agree")
        assert console.at(BackupCodesScreen).shown.codes == codes
        assert sentence(error) in " ".join(console.text.split())
        mend()
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(LogInScreen)
        assert "2FA is on" in console.text


async def test_at_enrollment_a_full_disk_keeps_the_qr(desk: Desk, break_it: Break) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        mend = break_it(desk.services.enrollment, "confirm")
        await console.write(desk.code(), "enter")
        console.at(EnrollmentScreen)
        assert complaint(console, "#code") == FULL
        mend()
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)


async def test_in_settings_a_full_disk_is_told_and_changes_nothing(desk: Desk, break_it: Break) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#disable")
        mend = break_it(desk.services.two_factor, "disable")
        await console.write(PASSWORD, "enter")
        console.at(DisableScreen)
        assert complaint(console, "#password") == FULL
        mend()
        await console.press("escape")
        await console.click("#password")
        console.at(ChangePasswordScreen)
        break_it(desk.services.passwords, "change")
        new = "cobalt harbour ninety lanterns"
        await console.press(*PASSWORD, "enter", *new, "enter", *new, "enter")
        console.at(ChangePasswordScreen)
        assert FULL in console.text


async def test_a_tick_that_cannot_ask_says_nothing_and_ends_nothing(desk: Desk, break_it: Break) -> None:
    async with use(desk) as console:
        await console.to_settings()
        mend = break_it(desk.services.sessions, "check")
        await console.tick(seconds=1)
        console.at(SettingsScreen)
        mend()
        await console.tick(seconds=1)
        console.at(SettingsScreen)


async def test_a_place_that_cannot_be_shown_leads_to_the_front_door_with_the_reason(
    desk: Desk, break_it: Break
) -> None:
    async with use(desk) as console:
        mend = break_it(desk.services.home, "look")
        await console.log_in()
        console.at(LogInScreen)
        assert console.says("#notice") == FULL
        assert not console.app.has_session
        mend()
        await console.log_in()
        console.at(HomeScreen)
