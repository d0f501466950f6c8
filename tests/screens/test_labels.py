"""The words of design section 4: each as written, on one line, and a button's words once on its screen."""

import pytest

from store import errors
from store.errors import EndReason
from tests.desk import Desk
from tests.screens.console import use
from tests.screens.pages import PAGES, SHORT, home, labels, show, times, turn_to
from tui import flows, words
from tui.screens.log_in import LogInScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.rows import UserMenu

CONTRACT: dict[str, tuple[set[str], set[str]]] = {
    "log in": ({"Log in"}, {"Username", "Password"}),
    "code entry": (
        {"Verify", "I lost access to the authentication app"},
        {"Authentication code", "next code in 25 s", "Esc Back"},
    ),
    "lost access": (
        {"Continue", "Back to the code"},
        {"Backup code", "No sheet either?", "An operator", "reset 2FA"},
    ),
    "home, off": ({"Settings", "Call forwarding", "Call history"}, {"alice ▼"}),
    "home, on": ({"Settings", "Call forwarding", "Call history"}, {"2FA is on since"}),
    "home, backup code used": (
        {"Settings", "Call forwarding", "Call history"},
        {"Backup code 10 of set 301", "9 are left", "Disable 2FA", "Enable 2FA"},
    ),
    "settings, off": ({"Enable 2FA", "Change password", "Sessions"}, {"call forwarding and call history"}),
    "settings, on": (
        {"New backup codes", "Replace authenticator app", "Disable 2FA", "Change password", "Sessions"},
        {"24 Nov 2026", "set 301", "9 of 10 backup codes are unused"},
    ),
    "enrollment": (
        {"Enable", "Cancel"},
        {"Step 1", "Step 2", "Setup key", "Google", "Microsoft Authenticator", "JBSW Y3DP EHPK 3PXP", "F2 "},
    ),
    "enrollment, again": ({"Enable", "Cancel"}, {"delete the entry", "Step 1", "Setup key", "Step 2"}),
    "backup codes, first": (
        {"Save to file", "Copy", "Agree"},
        {
            "2FA is not on yet",
            "Set 301, 24 Nov 2026, alice",
            "Each works once",
            "not in the same place as your password",
        },
    ),
    "backup codes, new": ({"Save to file", "Copy", "Agree"}, {"Each works once"}),
    "step-up, code": (
        {"Verify", "Cancel", "I lost access to the authentication app"},
        {"Authentication code"},
    ),
    "step-up, password": ({"Verify", "Cancel"}, {"Password"}),
    "disable": ({"Disable 2FA", "Cancel"}, {"Password"}),
}


@pytest.mark.parametrize("page", CONTRACT)
async def test_the_words_of_the_contract_stand_there_each_on_one_line(desk: Desk, page: str) -> None:
    buttons, others = CONTRACT[page]
    async with show(desk, page) as console:
        assert set(labels(console.app.screen)) == buttons
        for label in buttons | others:
            assert any(label in line for line in console.lines), label


@pytest.mark.parametrize("page", PAGES)
async def test_the_words_of_a_button_stand_once_on_its_screen(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        repeated = {
            label: console.text for label in labels(console.app.screen) if times(label, console.text) != 1
        }
        assert repeated == {}


FRONT_DOOR = [
    *(words.sentence(errors.SessionEnded(reason)) for reason in EndReason),
    words.sentence(errors.ChangedElsewhere()),
    words.sentence(errors.StoreNotFresh()),
    words.sentence(errors.NoResetCode()),
    flows.ENABLED,
    f"{flows.ENTRY_IS_DEAD} {flows.STILL_DEMANDED}",
    f"{words.NOTHING_CHANGED} The code still works.",
    f"The last code of set 301 is used. {flows.NEW_CODES}",
]
IN_SETTINGS = [
    flows.REPLACED,
    flows.NEW_CODES,
    flows.DISABLED,
    flows.PASSWORD_CHANGED,
    words.NOTHING_CHANGED,
    flows.ENTRY_IS_DEAD,
    words.sentence(errors.EnrollmentEnded()),
]


async def test_what_the_front_door_says_never_repeats_its_button_and_fits(desk: Desk) -> None:
    async with show(desk, "log in") as console:
        for notice in FRONT_DOOR:
            await turn_to(console, LogInScreen(notice))
            assert times("Log in", console.text) == 1, notice
            assert notice.split()[-1] in console.text
            assert console.app.screen.query_one("#log-in").region.bottom < 24


async def test_what_settings_say_never_repeats_a_button(desk: Desk) -> None:
    async with show(desk, "settings, on") as console:
        for notice in IN_SETTINGS:
            for on in (True, False):
                await turn_to(console, SettingsScreen(home(on=on), notice))
                repeated = [each for each in labels(console.app.screen) if times(each, console.text) != 1]
                assert repeated == [], notice


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("settings")])
async def test_settings_offer_everybody_another_password(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        assert times("Change password", console.text) == 1


def test_no_sentence_under_a_field_repeats_the_button_below_it() -> None:
    below = [
        "Log in",
        "Verify",
        "Continue",
        "Back to the code",
        "Enable",
        "Cancel",
        "Disable 2FA",
        "Change it",
    ]
    below += ["Make the account", "Forward calls", "Switch off", "Agree", "I lost access"]
    tables = (words.USERNAME, words.PASSWORD, words.APP_CODE, words.BACKUP_CODE, words.NUMBER)
    said = [sentence for table in tables for sentence in table.values()]
    said += [text for error, text in words.PLAIN.items() if error is not errors.StoreNotFresh]
    assert [(text, label) for text in said for label in below if times(label, text)] == []


async def test_enable_2fa_stands_nowhere_in_settings_while_2fa_is_on(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        assert times("Enable 2FA", console.text) == 0
        await console.press("f1")
        assert times("Enable 2FA", console.text) == 0


async def test_call_forwarding_and_call_history_stand_on_no_screen_before_log_in(desk: Desk) -> None:
    async with show(desk, "log in") as console:
        for page in ("log in", "log in, 2FA on", "first run", "code entry", "lost access", "reset code"):
            await turn_to(console, PAGES[page](SHORT))
            await console.press("f1")
            in_help = console.text
            await console.press("escape")
            for text in (in_help, console.text):
                assert times("Call forwarding", text) + times("Call history", text) == 0


async def test_the_open_menu_says_settings_and_log_out_and_the_card_says_settings_last(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        await console.press("f4")
        assert console.app.screen.query_one(UserMenu).region.right == 80
        menu, card = [row for row, line in enumerate(console.lines) if "Settings" in line]
        assert menu < card
        assert times("Log out", console.text) == 1


async def test_the_open_menu_hides_nothing_of_how_the_account_stands(desk: Desk) -> None:
    for page in ("home, off", "home, on", "home, few codes", "home, backup code used"):
        async with show(desk, page) as console:
            standing = console.says("#standing")
            await console.press("f4")
            assert times(standing, console.text) == 1


async def test_back_on_the_code_page_is_a_key_that_can_be_clicked(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click_words("Esc Back")
        console.at(LogInScreen)
        assert not console.app.has_session


async def test_saved_and_copied_are_told_without_repeating_the_links(desk: Desk) -> None:
    async with show(desk, "backup codes, new") as console:
        desk.clock.move(seconds=1)
        for link in ("#copy", "#save"):
            await console.click(link)
            assert console.says("#kept")
            assert [label for label in labels(console.app.screen) if times(label, console.text) != 1] == []
