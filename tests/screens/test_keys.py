"""Keys of the pages: few, each with a twin for the mouse, and none that reaches past the topmost thing."""

import pytest
from textual.widget import Widget
from textual.widgets import Input, Static

from tests.desk import PASSWORD, Desk
from tests.screens.console import Console, use
from tests.screens.pages import PAGES, seen, show, twins
from tests.screens.test_call_history import fill
from tui.screens.form import Form
from tui.screens.help import HelpScreen
from tui.screens.log_in import LogInScreen
from tui.screens.page import Page
from tui.widgets.action import Action
from tui.widgets.qr_code import QrCode
from tui.widgets.walking import row_of

every_page = pytest.mark.parametrize("page", PAGES)
FORMS = [name for name, make in PAGES.items() if isinstance(make("alice"), Form) and "to be left" not in name]


@every_page
async def test_at_most_five_keys_stand_below_and_every_function_key_is_one_of_them(
    desk: Desk, page: str
) -> None:
    async with show(desk, page) as console:
        screen = console.app.screen
        assert 1 <= len(twins(console)) <= 5
        keys = {
            key for node in type(screen).__mro__ for key in getattr(node, "BINDINGS", []) for key in [key]
        }
        names = {
            part.strip().upper() for binding in keys for part in str(getattr(binding, "key", "")).split(",")
        }
        functions = {name for name in names if name.startswith("F") and name[1:].isdecimal()}
        missing = functions - set(twins(console))
        # The name at the top right is the menu's twin.
        assert missing <= {"F4"}
        assert (
            not missing
            or not isinstance(screen, Page)
            or screen.username is None
            or screen.query("#user-menu-handle")
        )


@every_page
async def test_f1_opens_help_with_something_in_it_and_the_focus_comes_back(desk: Desk, page: str) -> None:
    fill(desk, 3)
    async with show(desk, page) as console:
        screen, focused = console.app.screen, console.app.focused
        assert isinstance(screen, Page)
        for close in ("escape", "f1", "enter"):
            await console.press("f1")
            console.at(HelpScreen)
            assert screen.HELP_TEXT.split()[-1] in console.text
            assert console.says("#headline").removeprefix("Help: ")
            assert console.says("#headline") in console.text
            keys = [str(each.content) for each in console.app.screen.query(".help-key").results(Static)]
            assert len(keys) == len(set(keys))
            assert ("F4" in keys) is (screen.username is not None)
            assert console.lines[0].split() == [desk.settings.issuer]
            await console.press(close)
            assert console.app.screen is screen
            assert console.app.focused is focused
        desk.clock.move(seconds=1)
        await console.click(twins(console)["F1"])
        console.at(HelpScreen)
        await console.click_words("Esc Close help")
        assert console.app.screen is screen


async def along_the_row(console: Console) -> set[Widget | None]:
    """Up and down lead from row to row; return what left and right reach in the one of the focus."""
    here, reached = console.app.focused, set[Widget | None]()
    row = row_of(here) if isinstance(here, Action) else None
    for key in ("right", "left") if here is not None and row is not None else ():
        while (at := console.app.focused) is not None and row_of(at) is row:
            reached.add(at)
            await console.press(key)
        assert here is not None
        here.focus()
        await console.settle()
    return reached


@every_page
async def test_every_field_and_button_is_reached_by_tab_and_by_the_arrows(desk: Desk, page: str) -> None:
    async with show(desk, page) as console:
        screen = console.app.screen
        wanted = {widget for widget in seen(screen) if isinstance(widget, (Action, Input))}
        for key in ("tab", "shift+tab"):
            reached: set[Widget | None] = set()
            for _ in range(len(wanted) + 2):
                await console.press(key)
                reached.add(console.app.focused)
            assert wanted <= reached, key
        if page in {"call history", "accounts", "cases", "approvals"}:
            return  # There the arrows move the line.
        reached = set()
        for key in ("down", "up"):
            for _ in range(len(wanted) + 2):
                await console.press(key)
                reached.add(console.app.focused)
                reached |= await along_the_row(console)
        assert wanted <= reached


@pytest.mark.parametrize("page", FORMS)
async def test_enter_in_the_last_field_and_a_click_do_what_the_main_button_does(
    desk: Desk, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    async def submit(form: Form[object]) -> None:
        done.append("done")

    async with show(desk, page) as console:
        form = console.at(Form)
        monkeypatch.setattr(type(form), "submit", submit)
        inputs = list(form.query(Input))
        if inputs:
            # The policy begins with what is chosen, not typed.
            form.set_focus(inputs[0])
        for number, field in enumerate(inputs):
            assert console.app.focused is field
            await console.press("enter")
            if form.ENTER_IS_THE_END:
                assert len(done) == 1
                break
            assert len(done) == (number == len(inputs) - 1)
        done.clear()
        main = form.query_one("Action.main", Action)
        await console.click(main)
        assert len(done) == 1
        main.focus()
        await console.press("enter")
        assert len(done) == 2


async def test_escape_at_the_front_door_and_at_home_leaves_nothing(desk: Desk) -> None:
    async with use(desk) as console:
        await console.write("alice", "escape", "escape")
        console.at(LogInScreen)
        assert console.field("#username").value == "alice"


async def test_f2_shows_the_qr_alone_and_back_by_key_and_by_mouse(desk: Desk) -> None:
    async with show(desk, "enrollment") as console:
        page = console.app.screen
        for way in ("f2", "click", "escape"):
            if way == "click":
                await console.click(twins(console)["F2"])
            else:
                await console.press("f2")
            assert page.query_one(QrCode).alone
            assert "Setup key" not in console.text
            if way == "click":
                await console.click("#alone-note")
            else:
                await console.press(way)
            assert not page.query_one(QrCode).alone
            assert console.app.focused is console.field("#code")
            assert "Setup key" in console.text


@pytest.mark.parametrize(
    ("page", "leaves"), [("change password", True), ("code entry", True), ("log in", False)]
)
async def test_the_twin_of_escape_leaves_where_escape_does(desk: Desk, page: str, *, leaves: bool) -> None:
    async with show(desk, page) as console:
        assert ("Esc" in twins(console)) is leaves
        shown = console.app.screen
        if leaves:
            await console.click(twins(console)["Esc"])
            assert console.app.screen is not shown


async def test_the_twins_of_tab_and_enter_do_what_those_keys_do(desk: Desk) -> None:
    async with use(desk) as console:
        await console.to_home()
        await console.press("tab")
        assert console.app.focused is console.app.screen.query_one("#forwarding")
        await console.click(twins(console)["Enter"])
        assert "Forward to" in console.text
    async with show(desk, "disable") as console:
        await console.click(twins(console)["Tab"])
        assert console.app.focused is console.app.screen.query_one("#disable")


async def test_wrong_buttons_of_the_mouse_and_odd_keys_do_nothing(desk: Desk) -> None:
    odd = [
        *(f"ctrl+{letter}" for letter in "abdefgklnoprstuvwyz"),
        *(f"f{number}" for number in (3, 5, 6, 7, 8, 9)),
    ]
    async with use(desk) as console:
        await console.to_home()
        page = console.app.screen
        await console.press(*odd, "ctrl+backslash", "insert", "delete", "pagedown", "home", "end", "ctrl+c")
        assert console.app.screen is page
        assert console.app.is_running
        assert PASSWORD not in console.text
