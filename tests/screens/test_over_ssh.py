"""A console that somebody elsewhere looks at: what it would save ends up on a machine that is not theirs."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.honesty import ROOT
from tests.screens.console import Console, use
from tests.screens.page_host import PageHost
from tests.screens.pages import LONG, clipped, codes_shown, scrolling
from tui.screens.audit_export import AuditExportScreen
from tui.screens.backup_codes import BackupCodesScreen

COPY_OR_PAPER = "Over SSH nothing is saved. Write three at least on paper, or take all:"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.create("alice")
    desk.settings = replace(desk.settings, over_ssh=True)
    yield desk
    desk.services.close()


def whole(console: Console) -> bool:
    return not clipped(console.app.screen) and not scrolling(console.app.screen)


async def test_backup_codes_are_copied_or_written_down(desk: Desk, home: Path) -> None:
    async with use(desk) as console:
        await console.to_codes()
        assert COPY_OR_PAPER in console.text
        assert "They are copied or on paper, in a safe place:  [ Agree ]" in console.text
        assert "file" not in console.text
        assert not console.app.screen.query("#save")
        assert whole(console)
        desk.clock.move(seconds=1)
        await console.click("#copy")
        assert "Copied, if your terminal allows it" in console.text
        assert whole(console)
        console.at(BackupCodesScreen)._save()
    assert [*home.iterdir()] == []


async def test_with_the_longest_username_the_page_of_codes_stands_whole(desk: Desk) -> None:
    for on in (True, False):
        page = BackupCodesScreen(codes_shown(LONG, on=on), first=not on, with_menu=True)
        async with use(desk, app=PageHost(desk, page, desk.log_in())) as console:
            assert COPY_OR_PAPER in console.text
            assert whole(console)


@pytest.mark.parametrize("kiosk", [False, True])
async def test_events_are_exported_at_the_hosts_shell(desk: Desk, home: Path, kiosk: bool) -> None:  # noqa: FBT001 - a case
    from store.services.audit_log import EVERYTHING

    desk.settings = replace(desk.settings, over_ssh=not kiosk, kiosk=kiosk)
    page = AuditExportScreen(EVERYTHING, "alice")
    async with use(desk, app=PageHost(desk, page, desk.log_in())) as console:
        assert "twofold audit export FILE" in " ".join(console.text.split())
        assert not page.query("#csv, #json")
        assert whole(console)
        await page._write("csv")
        await console.press("enter")
        assert page.left
    assert [*home.iterdir()] == []


def test_a_page_that_writes_a_file_asks_first_whether_and_where(home: Path) -> None:
    """There is one place that says so, and no other way to a file from a page."""
    pages = {path.name: path.read_text("utf-8") for path in (ROOT / "tui" / "screens").glob("*.py")}
    writers = {name for name, text in pages.items() if "from tui.files import" in text}
    assert writers == {"audit_export.py", "backup_codes.py"}
    for name, text in pages.items():
        assert ("saving_place()" in text) == (name in writers)
        assert not re.search(r"(?<![.\w])open\(|os\.|tempfile|\.write_(?:text|bytes)\(|Path\.home", text), (
            name
        )
