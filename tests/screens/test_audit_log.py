"""The audit log on the screen: pages of what is asked for, followed, one event, a file of all of it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.services import audit_log
from store.services.audit_log import Wanted
from tests.clocks import START
from tests.desk import Desk
from tests.screens.console import Console, use
from tests.screens.forms import complaint
from tests.screens.pages import labels, times
from tests.screens.watch import answer, employ, watch
from tests.services.tries import wrong_passwords
from tui.audit_words import ALL, asked, moment
from tui.screens import audit_export
from tui.screens.audit_event import AuditEventScreen
from tui.screens.audit_export import AuditExportScreen
from tui.screens.audit_filter import NO_MOMENT, NO_OUTCOME, AuditFilterScreen
from tui.screens.audit_log import FOLLOWS, NONE, AuditLogScreen
from tui.screens.home import HomeScreen
from tui.screens.places import Go


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    employ(desk)
    for name in ("alice", "bob"):
        desk.create(name)
    yield desk
    desk.services.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def busy_day(desk: Desk) -> None:
    """Forty events of two people, one log-in an hour; two of them go wrong."""
    for hour in range(10):
        if hour in {3, 6}:
            wrong_passwords(desk, 1)
        for name in ("alice", "bob"):
            desk.services.sessions.end(desk.log_in(name))
        desk.clock.move(hours=1)


def seqs(console: Console) -> list[int]:
    return [each.seq for each in console.app.first._events]  # type: ignore[attr-defined]


def cursor(console: Console) -> int:
    page = console.app.first  # type: ignore[attr-defined]
    return int(page._events[page.table.cursor].seq)


async def test_pages_turn_both_ways_by_key_and_the_line_walks_over_their_edges(desk: Desk) -> None:
    busy_day(desk)
    async with watch(desk, AuditLogScreen("root")) as console:
        newest = seqs(console)[0]
        rows = len(seqs(console))
        assert seqs(console) == list(range(newest, newest - rows, -1))
        assert (console.says("#list-note"), console.says("#list-place")) == (ALL, "the newest")
        await console.press("pagedown")
        assert seqs(console)[0] == newest - rows
        await console.press("up")
        await console.press("up")
        assert cursor(console) == newest - rows + 2
        for _ in range(3):
            await console.press("down")
        assert cursor(console) == newest - rows - 1
        await console.press("end")
        assert (seqs(console)[-1], cursor(console), console.says("#list-place")) == (1, 1, "the oldest")
        await console.press("home")
        assert (seqs(console)[0], cursor(console)) == (newest, newest)
        await console.pilot.resize_terminal(120, 40)
        await console.settle()
        assert len(seqs(console)) == 31
        assert "By       root" in console.text
        await console.press("down")
        assert "password checked, done" in console.text
        repeated = [each for each in labels(console.app.screen) if times(each, console.text) != 1]
        assert repeated == []
        await console.press("escape")
        assert answer(console) is None


async def test_a_filter_is_typed_and_dropped_again(desk: Desk) -> None:
    busy_day(desk)
    async with watch(desk, AuditLogScreen("root")) as console:
        await console.press("f3")
        console.at(AuditFilterScreen)
        await console.press(*"nobody", "tab", "tab", "tab", *"maybe", "tab", *"soon", "enter")
        assert complaint(console, "#outcome") == NO_OUTCOME
        await console.press(*["backspace"] * 5)
        await console.press(*"refused", "enter")
        assert complaint(console, "#since") == NO_MOMENT
        await console.press(*["backspace"] * 4)
        await console.press(*"2 d", "enter")
        assert complaint(console, "#account") == "There is no account nobody."
        await console.press(*["backspace"] * 6)
        await console.press(*"alice", "enter")
        console.at(AuditLogScreen)
        assert console.says("#list-note").startswith("Account alice, refused, since 22 Nov 2026")
        assert console.text.count("password checked") == 2
        assert console.says("#list-place") == "all there are"
        await console.click("#all")
        assert console.says("#list-note") == ALL
        await console.press("f3")
        await console.press("escape")
        console.at(AuditLogScreen)


async def test_one_event_leads_to_all_of_its_account_its_actor_or_its_kind(desk: Desk) -> None:
    busy_day(desk)
    async with watch(desk, AuditLogScreen("root", Wanted(outcome="refused"))) as console:
        for link, note in (
            ("#all-account", "Account alice"),
            ("#all-actor", "By shell:root@host"),
            ("#all-event", '"account created"'),
        ):
            await console.press("enter")
            console.at(AuditEventScreen)
            assert "Number" in console.text
            await console.click(link)
            assert console.says("#list-note") == note
            await console.press("end")
        await console.press("enter")
        await console.press("f4", "down", "enter")
        assert answer(console) is Go.LOG_OUT


async def test_it_follows_only_while_switched_on_and_only_with_the_tick(desk: Desk) -> None:
    async with watch(desk, AuditLogScreen("root")) as console:
        page = console.app.page
        assert page is not None
        newest = seqs(console)[0]
        wrong_passwords(desk, 1)
        page.tick()
        await console.settle()
        assert seqs(console)[0] == newest
        await console.click("#follow")
        assert seqs(console)[0] == newest + 1
        assert FOLLOWS in console.text
        wrong_passwords(desk, 1)
        await console.settle()
        assert seqs(console)[0] == newest + 1
        page.tick()
        await console.settle()
        assert (seqs(console)[0], cursor(console)) == (newest + 2, newest + 2)
        await console.press("tab", "shift+tab", "enter")
        assert FOLLOWS not in console.text
        wrong_passwords(desk, 1)
        page.tick()
        await console.settle()
        assert seqs(console)[0] == newest + 2


async def test_a_search_for_what_is_rare_goes_on_in_steps_and_says_how_far_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_log, "SCANNED", 5)
    busy_day(desk)
    wanted = Wanted(outcome="refused", event="password checked")
    async with watch(desk, AuditLogScreen("root", wanted)) as console:
        assert len(seqs(console)) == 2
        assert console.says("#list-said") == ""
        monkeypatch.setattr("tui.screens.audit_log.MOST_STEPS", 1)
    never = Wanted(event="logged in", actor="alice", outcome="refused")
    async with watch(desk, AuditLogScreen("root", never)) as console:
        assert console.says("#list-said").startswith("Searched as far as 24 Nov 2026")
        assert console.says("#list-said").endswith("Turn the page to search on.")
        for _ in range(3):
            await console.press("pagedown")
        assert console.says("#list-said") == NONE


async def test_what_is_listed_is_written_to_a_new_file_of_the_operators_only(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_export, "AT_ONCE", 7)
    busy_day(desk)
    async with watch(desk, AuditLogScreen("root", Wanted("alice"))) as console:
        for link in ("#csv", "#json"):
            await console.click("#export")
            assert "Account alice." in console.text
            await console.click(link)
            console.at(AuditLogScreen)
            assert "saved: audit." in console.says("#list-said")
        await console.click("#export")
        await console.press("escape")
    csv, lines = (
        (home / "audit.csv").read_text().splitlines(),
        (home / "audit.jsonl").read_text().splitlines(),
    )
    assert csv[0] == "seq,at,event,outcome,actor,account,source,detail"
    assert len(csv) - 1 == len(lines) > 20
    assert {json.loads(line)["account"] for line in lines} == {"alice"}
    assert [json.loads(line)["seq"] for line in lines] == [int(line.split(",")[0]) for line in csv[1:]]
    assert {path.stat().st_mode & 0o777 for path in home.iterdir()} == {0o600}


async def test_an_export_that_fails_or_is_left_leaves_no_file(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watch(desk, AuditExportScreen(Wanted(), "root")) as console:
        monkeypatch.setattr("tui.event_files.write_csv", _no_room)
        await console.click("#csv")
        assert "could not be saved: No space left" in console.says("#notice")
        assert [*home.iterdir()] == []


def _no_room(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


async def test_only_an_operators_home_leads_there_and_never_in_a_kiosk(desk: Desk, tmp_path: Path) -> None:
    async with use(desk) as console:
        await console.to_home("root")
        await console.click("#audit")
        console.at(AuditLogScreen)
        await console.press("escape")
        console.at(HomeScreen)
        await console.click("#user-menu-handle")
        await console.press("down", "enter")
        await console.to_home("alice")
        assert not console.app.screen.query("#audit")
    kiosk = Desk(tmp_path / "kiosk", kiosk=True)
    employ(kiosk)
    async with use(kiosk) as console:
        await console.to_home("root")
        assert not console.app.screen.query("#audit")
    kiosk.services.close()


async def test_who_is_no_operator_any_more_is_told_so_and_sees_no_event(desk: Desk) -> None:
    async with watch(desk, AuditLogScreen("alice"), username="alice") as console:
        assert console.says("#list-said") == "You may not do that."
        assert seqs(console) == []


def test_a_moment_is_a_length_of_time_ago_or_a_local_date() -> None:
    assert moment(" ", START) is None
    assert moment("30 min", START) == START - timedelta(minutes=30)
    assert moment("2h", START) == START - timedelta(hours=2)
    assert moment("7 d", START) == START - timedelta(days=7)
    local = moment("2026-11-24 14:00", START)
    assert local is not None
    assert local.replace(tzinfo=None).isoformat() == "2026-11-24T14:00:00"
    for wrong in ("soon", "5 weeks", "-2 h", "2026-13-01", "9999999999 d", "24.11.2026"):
        with pytest.raises(ValueError, match=r"\w"):
            moment(wrong, START)


def test_a_filter_is_told_in_words_and_foreign_text_is_spelled_out() -> None:
    assert asked(Wanted()) == ALL
    told = asked(Wanted("alice", "logged in", "shell:root@host", "done", START, START))
    assert told.startswith('Account alice, by shell:root@host, "logged in", done, since 24 Nov 2026 ')
    assert asked(Wanted(event="x\u202e\x1b[31m")) == '"x<U+202E><U+001B>[31m"'
