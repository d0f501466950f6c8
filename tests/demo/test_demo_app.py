"""The demo as its audience sees it, from the sheet to the lost phone."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from store.errors import CodeFault, NotACode, SignInRefused, WrongCode
from tests.demo.stage import Stage, covered, log_in, on_page, to_enrollment, until
from tests.terminal.authenticator import Phone as RfcPhone
from tui.demo.camera import photograph, read_qr
from tui.widgets.qr_code import QrCode
from tui.widgets.rows import KeyTwin
from tui.words import sentence


def reads(app: Stage, words: str) -> bool:
    return words in app.text


PASSWORDS = {
    "alice": "violet kettle parade",
    "bob": "copper lantern orbit",
    "olga": "quiet marble harvest",
}
SIZES = [(80, 24), (120, 40)]


def filled(app: Stage) -> tuple[str, str]:
    return app.screen.query_one("#username", Input).value, app.screen.query_one("#password", Input).value


async def test_a_line_of_the_sheet_fills_in_both_fields_by_mouse_and_by_keyboard(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_page(pilot, "DemoLogInScreen")
        for downs, (person, password) in enumerate(PASSWORDS.items(), start=1):
            await pilot.click(f"#sheet-{person}", offset=(12, 0))
            assert filled(app) == (person, password)
            assert app.screen.focused is app.screen.query_one("#password")
            assert password not in "".join(app.text.splitlines()[:18])
            app.screen.query_one("#username", Input).value = ""
            app.screen.query_one("#password", Input).value = ""
            await pilot.press(*["down"] * downs, "enter")
            assert filled(app) == (person, password)


async def test_keys_that_come_in_one_burst_pick_a_line_and_log_in(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_page(pilot, "DemoLogInScreen")
        await pilot.press("down", "enter", "enter")
        await on_page(pilot, "HomeScreen")


async def test_f9_takes_the_phone_out_and_puts_it_away_and_the_focus_stays(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "bob", "CodeEntryScreen")
        assert "Demo phone" in app.text.splitlines()[-1]
        field = app.screen.focused
        await pilot.press("f9")
        await until(pilot, lambda: "Codes in this phone:" in app.text)
        assert tuple(app.panel.region) == (45, 8, 35, 13)
        assert "my.modulus   bob" in app.text
        assert "my.modulus   alice" not in app.text
        await pilot.click("#demo-phone", offset=(5, 3))
        assert app.screen.focused is field
        await pilot.press(*app.code("bob"), "enter")
        await on_page(pilot, "HomeScreen")
        await until(pilot, lambda: "my.modulus   bob" in app.text)
        await pilot.press("f9")
        await until(pilot, lambda: "my.modulus   bob" not in app.text)


async def test_the_phone_reads_the_qr_that_is_drawn(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_enrollment(pilot)
        uri = read_qr(photograph(app.screen))
        assert uri is not None
        assert "my.modulus   alice" not in app.text
        await pilot.press("f9")
        await until(pilot, lambda: "Read from the QR just now:" in app.text)
        assert app.code("alice") == RfcPhone(uri).code(app.clock.now().timestamp())
        assert tuple(app.panel.region) == (45, 1, 35, 13)
        assert "Step 1" not in app.text
        assert "Setup key" not in app.text
        assert app.screen.focused is not None
        assert app.screen.focused.id == "code"
        await pilot.press("f2")
        await until(pilot, lambda: app.screen.query_one(QrCode).alone)
        await pilot.pause()
        assert read_qr(photograph(app.screen)) == uri
        assert "Read from the QR just now:" in app.text
        await pilot.press("f2")
        await pilot.press("escape")
        await on_page(pilot, "SettingsScreen")
        # As the page says: "If you scanned the QR, delete that entry in the app."
        await until(pilot, lambda: "my.modulus   alice" not in app.text)
        assert "Codes in this phone:" in app.text


async def test_the_phone_says_so_where_there_is_no_qr_to_read(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "alice", "HomeScreen")
        app.phone.entries = ()
        await pilot.press("f9")
        await until(pilot, lambda: "Point me at a QR: none in sight" in app.text)
        await pilot.press("f9")
        await pilot.click("#settings")
        await on_page(pilot, "SettingsScreen")
        await pilot.click("#enable")
        await on_page(pilot, "EnrollmentScreen")
        # The widget knows the secret, but too small a window draws no QR: then the phone gets nothing.
        await pilot.resize_terminal(74, 24)
        await until(pilot, lambda: not app.screen.query_one(QrCode).region)
        await pilot.press("f9")
        await until(pilot, lambda: "Point me at a QR: none in sight" in app.text)
        assert covered(app) == []
        assert app.phone.entries == ()
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Read from the QR just now:" in app.text)


async def test_f7_shows_the_next_code_at_once_and_the_field_counts_with_it(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "bob", "CodeEntryScreen")
        await pilot.press("f9")
        await until(pilot, lambda: "25 s" in app.text)
        before = app.code("bob")
        await pilot.press("f7")
        await until(pilot, lambda: "next code in 30 s" in app.text)
        assert app.clock.now().timestamp() % 30 == 0
        assert app.code("bob") != before
        assert app.text.count("30 s") == 3


async def test_a_lost_phone_leaves_what_was_copied_from_the_screen(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "alice", "HomeScreen")
        await pilot.press("f9")
        await pilot.click("#settings")
        await on_page(pilot, "SettingsScreen")
        await pilot.click("#enable")
        await on_page(pilot, "EnrollmentScreen")
        await until(pilot, lambda: "Read from the QR just now:" in app.text)
        assert covered(app) == []
        await pilot.press(*app.code("alice"), "enter")
        await on_page(pilot, "BackupCodesScreen")
        code = app.text.split(" 1   ")[1][:19]
        app.fake.move(seconds=2)
        await pilot.click("#agree")
        await log_in(pilot, "alice", "CodeEntryScreen")
        await pilot.press("f8")
        await until(pilot, lambda: "The phone is gone." in app.text)
        assert "my.modulus   bob" not in app.text
        assert code in app.text
        await pilot.click("#lost-access")
        await on_page(pilot, "LostAccessScreen")
        await until(pilot, lambda: code in app.text)
        await pilot.press(*code, "enter")
        await on_page(pilot, "HomeScreen")
        await until(pilot, lambda: "code 2" in app.text)
        assert code not in app.text
        await pilot.press("f8")
        await until(pilot, lambda: "my.modulus   bob" in app.text)


async def test_who_looks_at_replace_and_cancels_still_gets_in_by_the_phone(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "bob", "CodeEntryScreen")
        await pilot.press("f9")
        await until(pilot, lambda: "my.modulus   bob" in app.text)
        await pilot.press(*app.code("bob"), "enter")
        await on_page(pilot, "HomeScreen")
        await pilot.click("#settings")
        await on_page(pilot, "SettingsScreen")
        await pilot.click("#replace")
        await on_page(pilot, "EnrollmentScreen")
        await until(pilot, lambda: "Read from the QR just now:" in app.text)
        assert app.text.count("my.modulus   bob") == 2
        await pilot.press("escape")
        await on_page(pilot, "SettingsScreen")
        await until(pilot, lambda: app.text.count("my.modulus   bob") == 1)
        await pilot.press("f4", "down", "enter")
        await log_in(pilot, "bob", "CodeEntryScreen")
        await pilot.press("f7")
        await until(pilot, lambda: "30 s" in app.text)
        await pilot.press(*app.code("bob"), "enter")
        await on_page(pilot, "HomeScreen")


@pytest.mark.parametrize("size", SIZES)
async def test_the_phone_covers_nothing_that_is_needed(tmp_path: Path, size: tuple[int, int]) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=size) as pilot:
        await on_page(pilot, "DemoLogInScreen")
        await pilot.press("f9")
        await until(pilot, lambda: "my.modulus   olga" in app.text)
        assert covered(app) == []
        await log_in(pilot, "alice", "HomeScreen")
        for choice, page in (("settings", "SettingsScreen"), ("enable", "EnrollmentScreen")):
            await until(pilot, lambda: "my.modulus   olga" in app.text)
            assert covered(app) == []
            await pilot.click(f"#{choice}")
            await on_page(pilot, page)
        await until(pilot, lambda: "Read from the QR just now:" in app.text)
        assert covered(app) == []
        await pilot.press(*app.code("alice"), "enter")
        await on_page(pilot, "BackupCodesScreen")
        await until(pilot, lambda: "my.modulus   olga" in app.text)
        assert covered(app) == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_phone_moves_away_from_what_is_said_to_be_wrong(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=size) as pilot:
        await on_page(pilot, "DemoLogInScreen")
        await pilot.press("f9")
        await until(pilot, lambda: "my.modulus   olga" in app.text)
        await pilot.press(*"bob", "enter", *"wrong wrong wrong", "enter")
        await until(pilot, lambda: sentence(SignInRefused()) in app.text)
        assert covered(app) == []
        await log_in(pilot, "bob", "CodeEntryScreen")
        for typed, error in (("letters", NotACode(CodeFault.LETTERS)), ("000000", WrongCode())):
            await pilot.press(*typed, "enter")
            await until(pilot, partial(reads, app, sentence(error)))
            assert covered(app) == []
            assert app.code("bob")


async def test_where_the_phone_has_no_other_place_it_covers_what_is_said_to_be_wrong(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "bob", "CodeEntryScreen")
        await pilot.resize_terminal(80, 20)
        await pilot.press("f9")
        await until(pilot, lambda: "my.modulus   bob" in app.text)
        await pilot.press(*"letters", "enter")
        await until(pilot, lambda: "The app's code is six digits." in app.text)
        assert app.code("bob")
        assert covered(app) == []


async def test_what_is_saved_goes_with_the_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, folder = tmp_path / "home", tmp_path / "demo"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    app = Stage(folder)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_enrollment(pilot)
        await pilot.press("f9")
        await until(pilot, lambda: "Read from the QR just now:" in app.text)
        await pilot.press(*app.code("alice"), "enter")
        await on_page(pilot, "BackupCodesScreen")
        await pilot.click("#save")
        await until(pilot, lambda: ".txt in the demo's own folder, gone when you leave." in app.text)
    assert list(home.iterdir()) == []
    [saved] = folder.glob("backup-codes-*.txt")
    saved.unlink()


async def test_the_call_history_has_at_most_five_keys_with_the_phone_among_them(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await log_in(pilot, "alice", "HomeScreen")
        await pilot.click("#history")
        await on_page(pilot, "CallHistoryScreen")
        assert app.text.splitlines()[-1].split("   ")[:5] == [
            " PgDn Older",
            "PgUp Newer",
            "Esc Back",
            "F1 Help",
            "F9 Demo phone",
        ]
        assert len(app.screen.query(KeyTwin)) == 5


async def test_the_sheet_says_how_2fa_stands_now(tmp_path: Path) -> None:
    app = Stage(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await on_page(pilot, "DemoLogInScreen")
        assert "violet kettle parade      user, 2FA off" in app.text
        services = await app.services()
        services.reset.reset_two_factor(app.shell, "bob", "lost phone and codes")
        app.start_over(None)
        await until(pilot, lambda: "copper lantern orbit      user, 2FA off" in app.text)
