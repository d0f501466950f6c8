"""What is secret stays in its field: never drawn, copied or repeated, and gone with its screen."""

import gc
from pathlib import Path
from types import CellType, CoroutineType, FrameType

import pytest
from rich.cells import cached_cell_len
from rich.segment import Segment
from textual.widgets import Input

from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, use
from tests.screens.pages import CODES, PAGES, SETUP_KEY, show, turn_to
from tui.screens.backup_codes import BackupCodesScreen
from tui.screens.code_entry import CodeEntryScreen
from tui.screens.enrollment import EnrollmentScreen
from tui.screens.log_in import LogInScreen
from tui.screens.lost_access import LostAccessScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.fields import SecretInput

TYPED = "Zq7#Zq7#Zq7#"


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever a console hands to a clipboard."""
    texts: list[str] = []
    monkeypatch.setattr("textual.app.App.copy_to_clipboard", lambda _, text: texts.append(text))
    return texts


@pytest.mark.parametrize("page", PAGES)
async def test_no_secret_field_can_be_copied_or_cut_from(desk: Desk, page: str, written: list[str]) -> None:
    async with show(desk, page) as console:
        for field in console.app.screen.query(SecretInput):
            field.focus()
            await console.press(*TYPED)
            assert field.value == TYPED
            await console.press("home", "shift+end", "ctrl+c", "super+c", "ctrl+x", "super+x")
            assert field.value == TYPED
            field.action_copy()
            field.action_cut()
            assert field.value == TYPED
            assert not field.password or set(TYPED).isdisjoint(drawn(console, field))
        assert written == []
        assert console.app.clipboard == ""


SECRET = {"password", "again", "present", "new", "code", "backup-code", "reset-code"}
"""What is typed into is called so on the pages that ask for a secret."""


async def test_every_field_for_a_secret_is_one_that_is_not_copied_from(desk: Desk) -> None:
    met: set[str] = set()
    async with show(desk, "log in") as console:
        for page in PAGES.values():
            await turn_to(console, page("alice"))
            for field in console.app.screen.query(Input):
                if field.password or field.id in SECRET:
                    met.add(str(field.id))
                    assert isinstance(field, SecretInput), (console.app.screen, field.id)
    assert met == SECRET


def drawn(console: Console, field: Input) -> str:
    rows = console.lines[field.region.y : field.region.bottom]
    return "".join(row[field.region.x : field.region.right] for row in rows)


@pytest.mark.parametrize("page", ["log in", "first run", "disable", "change password", "step-up, password"])
async def test_every_field_for_a_password_is_masked(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        secret = list(console.app.screen.query(SecretInput))
        assert secret
        for field in secret:
            field.focus()
            await console.press(*PASSWORD)
        assert not any(word in console.text for word in PASSWORD.split())
        assert all(field.password for field in secret)


async def test_nothing_is_kept_once_a_field_was_sent(desk: Desk) -> None:
    desk.enable()
    async with use(desk) as console:
        front_door = console.at(LogInScreen)
        await console.log_in()
        code_entry = console.at(CodeEntryScreen)
        await console.click("#lost-access")
        lost = console.at(LostAccessScreen)
        await console.write(desk.codes["alice"][0], "enter")
        for screen in (front_door, code_entry, lost):
            assert not screen.is_attached
        assert [field for field in gc.get_objects() if isinstance(field, SecretInput) and field.value] == []


async def test_leaving_a_half_filled_form_drops_what_was_typed(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_settings()
        await console.click("#password")
        page = console.app.screen
        fields = list(page.query(SecretInput))
        for field in fields:
            field.focus()
            await console.press(*TYPED)
        await console.press("escape")
        console.at(SettingsScreen)
        assert [field.value for field in fields] == ["", "", ""]


async def test_the_setup_key_and_the_codes_are_gone_with_their_screens(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_enrollment()
        enrollment = console.at(EnrollmentScreen)
        view = enrollment._enrollment
        assert view is not None
        key = view.setup_key
        del view
        await console.write(desk.code(), "enter")
        page = console.at(BackupCodesScreen)
        code = page.shown.codes[0]
        assert enrollment._enrollment is None
        desk.clock.move(seconds=2)
        await console.click("#agree")
        console.at(LogInScreen)
        assert page._shown is None
        with pytest.raises(AssertionError):
            _ = page.shown
        del enrollment, page
        desk.codes.clear()
        await console.settle()
        assert holders(key) == set()
        assert holders(code) == set()


def holders(secret: str) -> set[str]:
    """What in this process still holds a text with the secret in it, by the name of its type."""
    # Rich remembers lines that were drawn, and their width: past reach, and in this process only.
    cached_cell_len.cache_clear()
    gc.collect()
    aside = (FrameType, CoroutineType, CellType, Segment)
    return {
        type(each).__qualname__
        for each in gc.get_objects()
        if not isinstance(each, aside)
        for held in gc.get_referents(each)
        if type(held) is str and secret in held
    }


@pytest.mark.parametrize("page", PAGES)
async def test_no_repr_holds_a_secret(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        screen = console.app.screen
        for field in screen.query(SecretInput):
            field.value = TYPED
        text = "".join(
            repr(each) for each in (console.app, screen, *screen.walk_children(), *vars(screen).values())
        )
        for secret in (TYPED, SETUP_KEY, "JBSW Y3DP", *CODES):
            assert secret not in text


async def test_copy_hands_over_the_codes_alone_and_only_when_asked(desk: Desk, written: list[str]) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        assert written == []
        desk.clock.move(seconds=1)
        await console.click("#copy")
        assert written == ["\n".join(codes)]
        assert "if your terminal allows it" in console.text


async def test_a_saved_file_is_its_owners_and_is_never_written_over(desk: Desk, home: Path) -> None:
    async with use(desk) as console:
        codes = await console.to_codes()
        number = console.at(BackupCodesScreen).shown.set_number
        desk.clock.move(seconds=1)
        await console.click("#save")
        await console.click("#save")
        first, second = home / f"backup-codes-{number}.txt", home / f"backup-codes-{number}-2.txt"
        assert f"Saved: {second.name} in your home folder" in console.text
        for path in (first, second):
            assert path.stat().st_mode & 0o777 == 0o600
            assert path.read_text().splitlines()[3:] == list(codes)


async def test_a_file_that_cannot_be_made_is_told_in_a_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with use(desk) as console:
        await console.to_codes()
        monkeypatch.setenv("HOME", "/nowhere/at/all")
        desk.clock.move(seconds=1)
        await console.click("#save")
        assert "That could not be saved: No such file or directory. Write them on paper." in console.text
        console.at(BackupCodesScreen)


async def test_nothing_leads_out_of_the_console(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []
    monkeypatch.setattr("webbrowser.open", started.append)
    monkeypatch.setattr("os.kill", lambda *given: started.append(str(given)))
    async with use(desk) as console:
        page = console.app.screen
        await console.press("ctrl+p", "ctrl+backslash", "ctrl+z", "ctrl+s")
        console.app.open_url("https://example.org")
        console.app.action_suspend_process()
        console.app.action_screenshot()
        console.app.action_command_palette()
        await console.settle()
        assert console.app.screen is page
        assert started == []
        assert [*home.iterdir()] == []
        assert console.app.is_running
