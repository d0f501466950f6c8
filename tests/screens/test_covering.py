"""A kiosk at which nobody presses a key covers its secrets, and only who began the session goes on (D11)."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import EndReason
from store.rules.policy import PolicyChanges
from tests.desk import PASSWORD, SHELL, Desk
from tests.faults.faults import locked, taken_away
from tests.screens.console import Console, use
from tests.screens.forms import complaint
from tests.services.tries import WRONG, fresh_code
from tests.tables import one
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.covered import WHY, CoveredScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.help import HelpScreen
from tui.screens.leave_codes import LeaveCodesScreen
from tui.screens.log_in import LogInScreen
from tui.screens.page import Page
from tui.words import ENDED, STORE

BLOCKS = "█▀▄"
SOON = "This page is covered in 15 s. Press any key to keep it in sight."
Go = Callable[[Console], Awaitable[object]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, kiosk=True)
    desk.create("alice")
    yield desk
    desk.services.close()


async def to_leaving(console: Console) -> None:
    await console.to_codes()
    await console.press("escape")
    console.at(LeaveCodesScreen)


async def to_help(console: Console) -> None:
    await console.to_codes()
    await console.press("f1")
    console.at(HelpScreen)


PLACES: list[Go] = [Console.to_enrollment, Console.to_codes, to_leaving, to_help]


def secrets(desk: Desk, console: Console) -> list[str]:
    """What must not be seen: of the setup key and the codes as much as stands in one place."""
    pages = [each for each in console.app.screen_stack if isinstance(each, EnrollmentScreen)]
    keys = [each._enrollment.setup_key[:4] for each in pages if each._enrollment is not None]
    found = [*desk.codes.get("alice", ()), *keys]
    assert found
    return found


async def cover(console: Console, *, seconds: int = 90) -> Page[object]:
    """Let nobody be there for so long; return the page that is covered."""
    page = console.app.page
    assert page is not None
    await console.tick(seconds=seconds - 1)
    assert not isinstance(console.app.screen, CoveredScreen)
    await console.tick(seconds=1)
    console.at(CoveredScreen)
    return page


async def uncover(console: Console, code: str = "") -> None:
    await console.write(PASSWORD, "enter")
    if code:
        await console.write(code, "enter")


@pytest.mark.parametrize("go", PLACES)
async def test_secrets_are_out_of_sight_after_90_seconds_and_no_key_brings_them_back(
    desk: Desk, go: Go
) -> None:
    async with use(desk) as console:
        await go(console)
        await cover(console)
        hidden = secrets(desk, console)
        for key in ("x", "enter", "escape", "tab", "f1", "escape", "f2", "f4", "space", "1", "up", "ctrl+q"):
            await console.press(key)
            await console.tick(seconds=0.5)
            assert not any(secret in console.text for secret in hidden), key
            assert not set(BLOCKS) & set(console.text), key
        await console.press("escape")
        console.at(CoveredScreen)
        assert "alice" not in console.text
        assert console.app.has_session


async def test_it_is_said_15_seconds_before_and_any_key_keeps_the_codes(desk: Desk) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        page = console.at(BackupCodesScreen)
        page.query_one("#agree").focus()
        for key in ("enter", "escape", "x", "tab"):
            await console.tick(seconds=74)
            assert "is covered in" not in console.text
            await console.tick(seconds=1)
            assert SOON in console.text
            await console.press(key)
            assert console.app.screen is page, "it was pressed to keep the page, and does nothing else"
            assert "is covered in" not in console.text
            assert console.app.focused is page.query_one("#agree")
        await console.tick(seconds=75)
        click = console.mouse(page.query_one("#agree"))
        for half in click:
            console.post(half)
        await console.settle()
        assert console.app.screen is page
        await console.tick(seconds=74)
        assert all(code in console.text for code in codes)
        assert one(desk, "SELECT cover FROM session") == "never"


async def test_it_is_said_beside_the_qr_and_a_digit_is_not_lost(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick(seconds=75)
        assert "Covered in 15 s." in console.text
        assert "Press any key to stay." in console.text
        await console.write("12")
        assert console.field("#code").value == "12"
        assert "You have 10 minutes." in console.text


@pytest.mark.parametrize(("idle", "qr", "codes"), [(30, 15, 60), (60, 45, 60), (100, 85, 85), (300, 90, 90)])
async def test_codes_stay_for_a_minute_at_least_whatever_the_policy(
    desk: Desk, idle: int, qr: int, codes: int
) -> None:
    desk.services.policy.set(SHELL, PolicyChanges(kiosk_idle=timedelta(seconds=idle)))
    async with use(desk) as console:
        await console.to_codes()
        await cover(console, seconds=codes)
        await uncover(console)
        console.at(BackupCodesScreen)
        await console.press("escape")
        await console.click("#leave")
        console.at(LogInScreen)
        await console.to_enrollment()
        await cover(console, seconds=qr)


async def test_the_password_uncovers_the_page_as_it_was(desk: Desk) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        page = await cover(console)
        await uncover(console)
        assert console.app.screen is page
        assert all(code in console.text for code in codes)
        page.query_one("#agree").focus()
        await console.settle()
        await console.tick(seconds=1)
        await console.press("enter")
        console.at(LogInScreen)
        assert one(desk, "SELECT second_factor FROM account") == "on"


async def test_with_2fa_on_it_takes_a_code_too(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#new-codes")
        page = await cover(console)
        await uncover(console)
        await console.press("enter")
        assert complaint(console, "#code") == "Type the six digits from the app."
        code = fresh_code(desk)
        await console.write(code, "enter")
        assert console.app.screen is page


async def test_enter_held_down_on_the_cover_agrees_to_nothing(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        console.at(BackupCodesScreen).query_one("#agree").focus()
        page = await cover(console)
        await console.write(PASSWORD)
        for _ in range(60):
            desk.clock.move(seconds=0.033)
            await console.press("enter")
        assert console.app.screen is page


async def test_a_wrong_password_is_told_and_counted(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await cover(console)
        for _ in range(5):
            await console.write(WRONG, "enter")
            assert complaint(console, "#password") == "Wrong password."
        await uncover(console)
        assert complaint(console, "#password").startswith("Too many wrong tries. Wait 1 min")
        console.at(CoveredScreen)


@pytest.mark.parametrize("go", [Console.to_enrollment, Console.to_codes, to_leaving])
async def test_whoever_leaves_from_the_cover_logs_out(desk: Desk, go: Go) -> None:
    async with use(desk) as console:
        await go(console)
        await cover(console)
        await console.click("#leave")
        console.at(LogInScreen)
        assert "Nothing was changed." in console.text
        assert one(desk, "SELECT end_reason FROM session") == EndReason.LOGGED_OUT
        assert not console.app.has_session


@pytest.mark.parametrize("how", ["escape", "menu"])
async def test_once_uncovered_leaving_still_logs_out(desk: Desk, how: str) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await cover(console)
        await uncover(console)
        console.at(EnrollmentScreen)
        if how == "escape":
            await console.press("escape")
        else:
            await console.press("f4")
            await console.click("#menu-settings")
        console.at(LogInScreen)
        assert one(desk, "SELECT end_reason FROM session") == EndReason.LOGGED_OUT


async def test_uncovered_pages_are_covered_again(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_codes()
        page = await cover(console)
        await uncover(console)
        assert await cover(console) is page


async def test_a_session_begun_with_a_backup_code_can_only_leave(desk: Desk) -> None:
    codes = desk.enable()
    async with use(desk) as console:
        await console.log_in()
        await console.click("#lost-access")
        await console.write(codes[0], "enter")
        await console.click("#settings")
        await console.click("#new-codes")
        console.at(BackupCodesScreen)
        await cover(console)
        assert "works once: it can only be left" in " ".join(console.text.split())
        assert not console.app.screen.query("Input")
        await console.press("enter", "space", "x")
        console.at(CoveredScreen)
        await console.press("tab", "enter")
        console.at(LogInScreen)


@pytest.mark.parametrize("fault", [locked, taken_away])
async def test_it_is_covered_without_the_store_and_stays_so(desk: Desk, fault: Callable[..., object]) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick()
        with fault(desk):  # type: ignore[attr-defined]
            await cover(console)
            await uncover(console)
            assert complaint(console, "#password") in {STORE["busy"], sentence_of_gone(desk)}
            console.at(CoveredScreen)
        await uncover(console)
        console.at(EnrollmentScreen)
        assert one(desk, "SELECT cover FROM session") == "uncovered"


def sentence_of_gone(desk: Desk) -> str:
    return STORE["gone"].format(path=desk.settings.store_path)


async def test_what_was_typed_at_the_cover_and_left_is_wiped(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await cover(console)
        await console.write("violet ket")
        await console.tick(seconds=90)
        assert console.field("#password").value == ""


async def test_under_the_cover_the_page_ends_in_its_own_time(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await cover(console)
        await console.tick(seconds=10 * 60 - 91)
        await console.press("x")
        console.at(CoveredScreen)
        await console.tick(seconds=1)
        console.at(LogInScreen)
        assert not console.app.has_session


async def test_the_first_key_after_a_sleep_finds_the_page_covered(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick()
        desk.clock.move(minutes=5)
        await console.press("escape")
        console.at(CoveredScreen)


async def test_over_ssh_it_is_covered_as_well(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn there 30 seconds after the last key, but for this."""
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 5000 192.0.2.2 22")
    async with use(desk) as console:
        await console.to_enrollment()
        for _ in range(3):
            await console.tick(seconds=30)
        console.at(CoveredScreen)
        assert WHY.split(",")[0] in " ".join(console.text.split())


async def test_home_ends_105_seconds_after_the_last_key_whatever_went_before(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        await console.tick(seconds=60)
        await console.press("escape")
        await console.tick(seconds=1)
        desk.clock.move(seconds=28)
        await console.press("tab")
        for _ in range(104):
            await console.tick(seconds=1)
        assert console.app.has_session
        await console.tick(seconds=1)
        console.at(LogInScreen)
        assert console.says("#notice") == ENDED[EndReason.IDLE]


async def test_nothing_of_a_covered_page_comes_into_sight_as_the_console_goes_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where it is left nor where it ends: not for one frame."""
    drawn: list[str] = []
    async with use(desk) as console:
        codes = await console.to_codes()
        await cover(console)
        shown = console.app._display

        def note(screen, renderable) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            drawn.append("\n".join(strip.text for strip in screen._compositor.render_strips()))
            shown(screen, renderable)

        monkeypatch.setattr(console.app, "_display", note)
        await console.click("#leave")
        console.at(LogInScreen)
        assert drawn
        assert not any(code in frame for code in codes for frame in drawn)
