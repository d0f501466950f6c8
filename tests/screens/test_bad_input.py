"""Whatever is typed wrong before log-in is done gets one plain sentence, and nothing else moves."""

from dataclasses import dataclass

import pytest

from tests.desk import PASSWORD, SHELL, Desk
from tests.screens.console import use
from tests.screens.forms import complains, complaint, start
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.reset_code import ResetCodeScreen

REFUSED = "That did not work. Check both; if they are right, ask an operator."


@dataclass(frozen=True)
class Slip:
    """What stands in the fields, which one complains, and how."""

    fields: tuple[tuple[str, str], ...]
    field: str
    sentence: str


LOG_IN = [
    Slip((), "#username", "Type your username."),
    Slip((("#username", "  "), ("#password", "x")), "#username", "Type your username."),
    Slip((("#username", "alice"),), "#password", "Type your password."),
    Slip((("#username", "alice"), ("#password", "wrong")), "#password", REFUSED),
    Slip((("#username", "nobody"), ("#password", "wrong")), "#password", REFUSED),
    Slip((("#username", "no such name!"), ("#password", "wrong")), "#password", REFUSED),
    Slip((("#username", "[/bold] [@click=app.quit]x"), ("#password", "[red]")), "#password", REFUSED),
    Slip((("#username", "a" * 256), ("#password", "p" * 1024)), "#password", REFUSED),
]


@pytest.mark.parametrize("slip", LOG_IN, ids=str)
async def test_log_in_says_one_sentence_and_keeps_the_username(desk: Desk, slip: Slip) -> None:
    async with use(desk) as console:
        await start(console, *slip.fields)
        await complains(console, slip.field, slip.sentence, "enter")
        assert console.field("#username").value == dict(slip.fields).get("#username", "")
        assert console.field("#password").value == ("x" if slip.field == "#username" and slip.fields else "")


async def test_every_name_shows_the_same_countdown(desk: Desk) -> None:
    async with use(desk) as console:
        for username in ("alice", "nobody"):
            for _ in range(5):
                await start(console, ("#username", username), ("#password", "wrong"))
                await console.press("enter")
            await start(console, ("#username", username), ("#password", PASSWORD))
            await complains(
                console, "#password", "Too many wrong tries. Wait 1 min, or ask an operator.", "enter"
            )


async def test_the_error_goes_once_the_form_is_sent_anew(desk: Desk) -> None:
    async with use(desk) as console:
        await console.log_in(password="wrong")
        assert complaint(console, "#password") == REFUSED
        await console.press("shift+tab", "enter", "enter")
        assert complaint(console, "#password") == "Type your password."


CODE = [
    ("", "Type the six digits from the app."),
    ("12345", "The app's code is six digits."),
    ("1234567", "The app's code is six digits."),
    ("7K3Q-9WZD-M2FT-XA5C", "The app's code is six digits. For one from your sheet, use the line below."),
    ("[b]123", "The app's code is six digits. For one from your sheet, use the line below."),
    ("000000", "Wrong code. Try the next one. Is the phone's clock automatic?"),
]


@pytest.mark.parametrize(("typed", "sentence"), CODE)
async def test_code_entry_says_what_is_wrong_with_a_code(desk: Desk, typed: str, sentence: str) -> None:
    desk.enable()
    desk.clock.move(seconds=30)
    async with use(desk) as console:
        await console.log_in()
        console.at(CodeEntryScreen)
        await complains(console, "#code", sentence, *typed, "enter")


async def test_a_spent_code_is_told_from_a_wrong_one(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        sentence = "Already used. Wait for a new code in the app (30 s at most)."
        await complains(console, "#code", sentence, *desk.code(), "enter")


BACKUP = [
    ("", "Type one code from your sheet."),
    ("123456", "Six digits come from the app. A code from the sheet has 16 characters."),
    ("7K3Q-9WZD", "A code has 16 characters, in four groups of four."),
    ("7K3Q-9WZD-M2FT-XA5C", "No code of this set is like that. Check it with the sheet."),
]


@pytest.mark.parametrize(("typed", "sentence"), BACKUP)
async def test_lost_access_says_what_is_wrong_with_a_backup_code(
    desk: Desk, typed: str, sentence: str
) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        console.at(LostAccessScreen)
        await complains(console, "#backup-code", sentence, *typed, "enter")


async def test_a_used_backup_code_is_named_with_its_day(desk: Desk) -> None:
    code = desk.enable()[3]
    async with use(desk) as console:
        for _ in range(2):
            await console.log_in()
            await console.click("#lost-access")
            await console.write(code.lower().replace("-", " "), "enter")
            if isinstance(console.app.screen, LostAccessScreen):
                break
            await console.press("f4", "down", "enter")
        assert (
            complaint(console, "#backup-code")
            == "Code 4 was used on 24 Nov 2026. Take another from the sheet."
        )


async def test_a_reset_code_is_asked_for_and_judged(desk: Desk) -> None:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    async with use(desk) as console:
        await console.log_in()
        console.at(ResetCodeScreen)
        await complains(console, "#reset-code", "Type the reset code.", "enter")
        await complains(console, "#reset-code", "A reset code has 16 letters and digits.", *"123456", "enter")
        wrong = "That is not the reset code. Check each character."
        await complains(console, "#reset-code", wrong, *"7K3Q9WZDM2FTXA5C", "enter")
        await console.write(code, "enter")
        console.at(EnrollmentScreen)
        await console.press("escape")
        console.at(LogInScreen)
        assert "The reset code works for an hour." in console.text
