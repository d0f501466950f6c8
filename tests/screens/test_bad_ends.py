"""How the console ends where it cannot go on: one line, an exit code, and nothing that was in memory."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.widgets import Static

from store.errors import EndReason, SessionEnded, StoreUnusable, TwofoldError, WrongCode
from store.services.bundle import Services
from store.settings import Settings
from tests.desk import Desk
from tests.screens.console import HandTicked, use
from tests.screens.test_first_run import OpensItself
from tui.running import run_app
from tui.screens.home import HomeScreen
from tui.screens.page import Page
from tui.screens.settings import SettingsScreen
from tui.words import STORE


def no_store(desk: Desk) -> Settings:
    Path(desk.settings.store_url.removeprefix("sqlite:///")).write_bytes(b"not a store" * 500)
    return desk.settings


def no_key(desk: Desk) -> Settings:
    for path in desk.settings.keys_folder.iterdir():
        path.unlink()
    return desk.settings


@pytest.mark.parametrize(
    ("spoil", "code", "words"), [(no_store, 3, STORE["not a store"]), (no_key, 4, "key file")]
)
def test_a_store_or_key_that_cannot_be_used_ends_it_with_its_code_and_one_line(
    desk: Desk,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Desk], Settings],
    code: int,
    words: str,
) -> None:
    desk.services.close()
    app = OpensItself(spoil(desk), clock=desk.clock, source="host/alice")
    headless(monkeypatch, app)
    assert run_app(app) == code
    told = capsys.readouterr().err.splitlines()
    assert [line for line in told if line] == [line for line in told if line.startswith("twofold: ")][:1]
    assert words.partition("{")[0] in told[-1]


def headless(monkeypatch: pytest.MonkeyPatch, app: HandTicked) -> None:
    run = app.run
    monkeypatch.setattr(app, "run", lambda: run(headless=True, size=(80, 24)))


SECRET = "Zq7-secret-Zq7"


class BrokenPage(Page[None]):
    """Breaks while it holds a secret."""

    HEADLINE = "Broken"

    def parts(self) -> list[Static]:
        return [Static("")]

    def on_mount(self) -> None:
        self.call_after_refresh(self.break_down, SECRET)

    def break_down(self, password: str) -> None:
        copy = f"{password} again"
        raise RuntimeError(copy)


class BreaksInAThread(BrokenPage):
    """Breaks in the thread where the store works."""

    def break_down(self, password: str) -> None:
        self.run_worker(self.ask(lambda _: self.fail(password)))

    def fail(self, password: str) -> None:
        raise RuntimeError(password)


@pytest.mark.parametrize("page", [BrokenPage, BreaksInAThread])
def test_a_crash_says_one_line_with_an_id_and_nothing_that_was_in_memory(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, page: type[BrokenPage]
) -> None:
    class Breaks(HandTicked):
        def start_over(self, notice: str | None) -> None:  # noqa: ARG002
            self.run_worker(self.show(page()))

    app = Breaks(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    headless(monkeypatch, app)
    assert run_app(app) != 0
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err
    [line] = [line for line in captured.err.splitlines() if line]
    assert line.startswith("twofold: Something went wrong inside Twofold. Report this: ")
    assert "(RuntimeError at test_bad_ends.py:" in line
    assert captured.out == ""


@pytest.mark.parametrize("error", [WrongCode(), SessionEnded(EndReason.IDLE), StoreUnusable("busy")])
async def test_what_fails_behind_a_page_that_was_left_is_nobodys_any_more(
    desk: Desk, error: TwofoldError
) -> None:
    def fail(_: Services) -> None:
        raise error

    async with use(desk) as console:
        await console.to_home()
        page = console.at(HomeScreen)
        await console.click("#settings")
        page.left = True
        with pytest.raises(asyncio.CancelledError):
            await page.ask(fail)
        await console.settle()
        console.at(SettingsScreen)
        assert console.app.has_session


async def test_a_crash_ends_the_session_in_the_store(desk: Desk) -> None:
    app = HandTicked(desk.settings, clock=desk.clock, source="host/alice", services=desk.services)
    token = None
    with pytest.raises(RuntimeError):  # noqa: PT012 - the crash comes out where the block ends
        async with use(desk, app=app) as console:
            await console.to_home()
            token = console.token
            app._handle_exception(RuntimeError(SECRET))
            await console.settle()
    assert token is not None
    assert app.crash is not None
    assert SECRET not in app.crash
    assert app.return_code == 1
    app.bury()
    with pytest.raises(SessionEnded) as ended:
        desk.services.sessions.check(token, active=False)
    assert ended.value.reason is EndReason.CRASHED
