"""Where a new password is due, the log-in leads to that page, and nothing leads past it but log-out."""

from store.services.views import NoticeKind
from tests.desk import PASSWORD, SHELL, Desk
from tests.screens.console import use
from tests.services.acts import NEW_PASSWORD
from tui.screens.change_password import FirstPasswordScreen, PasswordDueScreen
from tui.screens.home import HomeScreen
from tui.screens.log_in import LogInScreen
from tui.screens.quit import QuitScreen


async def test_the_page_comes_first_and_home_after_it_says_what_happened(desk: Desk) -> None:
    desk.log_in()
    desk.services.passwords.require_change(SHELL, "alice", "seen on a note")
    given = desk.services.accounts.activate(SHELL, "bob").password
    async with use(desk) as console:
        await console.log_in()
        page = console.at(PasswordDueScreen)
        assert "An operator asks you to choose a new password." in console.text
        await console.press("f4")
        assert (page.username, "alice ▼" in console.text) == (None, False)
        await console.click_words("Log out")
        console.at(LogInScreen)
        await console.log_in()
        await console.write(PASSWORD, "enter")
        await console.write(NEW_PASSWORD, "enter")
        await console.write(NEW_PASSWORD, "enter")
        home = console.at(HomeScreen)
        assert home._logged_in is not None
        assert [notice.kind for notice in home._logged_in.notices] == [NoticeKind.CHANGE_ASKED]
        assert "New password asked for by shell:root@host." in console.text
        await console.press("f4", "down", "enter")
        await console.log_in("bob", given.lower())
        console.at(FirstPasswordScreen)
        assert "Choose your own password" in console.text
        for typed in (NEW_PASSWORD, NEW_PASSWORD):
            await console.write(typed, "enter")
        console.at(HomeScreen)


async def test_no_slip_of_a_key_leaves_the_one_log_in_of_a_password_that_was_handed_over(desk: Desk) -> None:
    given = desk.services.accounts.activate(SHELL, "bob").password
    async with use(desk) as console:
        await console.log_in("bob", given)
        await console.press("escape")
        console.at(FirstPasswordScreen)
        assert "opens this page, and only this once" in console.text
        await console.press("ctrl+q")
        console.at(QuitScreen)
        assert "is used up: an operator has to give you another" in " ".join(console.text.split())
        await console.press("escape")
        for typed in (NEW_PASSWORD, NEW_PASSWORD):
            await console.write(typed, "enter")
        console.at(HomeScreen)
