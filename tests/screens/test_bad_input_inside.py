"""Whatever is typed wrong inside a session gets one plain sentence, and nothing else moves."""

import pytest

from tests.desk import PASSWORD, Desk
from tests.screens.console import use
from tests.screens.forms import complains, start
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.change_password import ChangePasswordScreen
from tui.screens.disable import DisableScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.settings import SettingsScreen

ENROLL = [
    ("", "Type the six digits from the app."),
    ("12", "The app's code is six digits."),
    ("7K3Q-9WZD-M2FT-XA5C", "The app's code is six digits."),
    ("000000", "Wrong code. Try the next one. Is the phone's clock automatic?"),
]


@pytest.mark.parametrize(("typed", "sentence"), ENROLL)
async def test_enrollment_says_what_is_wrong_and_keeps_the_qr(desk: Desk, typed: str, sentence: str) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        console.at(EnrollmentScreen)
        await complains(console, "#code", sentence, *typed, "enter")
        await console.write(desk.code(), "enter")
        console.at(BackupCodesScreen)


@pytest.mark.parametrize(("steps", "where"), [(4, "120 s ahead"), (-10, "300 s behind")])
async def test_enrollment_tells_a_phone_whose_clock_is_off(desk: Desk, steps: int, where: str) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        code = desk.code(steps=steps)
        told = f"Your phone's clock is about {where}. Set it to automatic."
        await complains(console, "#code", told, *code, "enter")


async def test_ten_wrong_codes_end_the_enrollment_in_settings(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        for _ in range(10):
            await console.write("000000", "enter")
        console.at(SettingsScreen)
        assert "That took too long or too many tries. Nothing was changed; begin again." in console.text


async def test_disabling_asks_for_the_right_password(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#disable")
        console.at(DisableScreen)
        await complains(console, "#password", "Type your password.", "enter")
        await complains(console, "#password", "Wrong password.", *"wrong", "enter")
        await console.write(PASSWORD, "enter")
        console.at(SettingsScreen)
        assert "2FA is off. Delete the old entry in the authenticator app: it is dead." in console.text
        assert "Enable 2FA" in console.text


NEW = "cobalt harbour ninety lanterns"
CHANGE = [
    ("", NEW, NEW, "#present", "Type the password you have now."),
    ("wrong", NEW, NEW, "#present", "Wrong password."),
    (PASSWORD, "", "", "#new", "Type a new password."),
    (PASSWORD, "short", "short", "#new", "Take at least 15 characters; four or five words do well."),
    (PASSWORD, PASSWORD, PASSWORD, "#new", "That is the password you have now. Take another."),
    (PASSWORD, NEW, NEW + "x", "#again", "The two are not the same. Type the new password again."),
    (PASSWORD, "a" * 257, "a" * 257, "#new", "Take at most 256 characters."),
]


@pytest.mark.parametrize(("present", "new", "again", "field", "sentence"), CHANGE)
async def test_changing_the_password_names_the_field_that_is_wrong(
    desk: Desk, present: str, new: str, again: str, field: str, sentence: str
) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#password")
        console.at(ChangePasswordScreen)
        await start(console, ("#present", present), ("#new", new), ("#again", again))
        await complains(console, field, sentence, "enter")
