"""The key is changed while consoles run: they go on, and what was true before stays true (D10)."""

import json
import stat
from collections.abc import Iterable
from pathlib import Path

import pytest

from store.errors import (
    KeyUnusable,
    Locked,
    NotAllowed,
    SessionEnded,
    SpentCode,
    StoreUnusable,
    UsedBackupCode,
)
from store.rules import totp
from store.services.binding import bind, open_sessions
from store.services.contexts import Owner, authenticator_place
from store.services.views import LoggedIn, ResetCodeNeeded
from store.vault import Vault
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.sealed import all_under, key_file, key_ids, log_in, people_at, whole
from tests.services.tries import WRONG, secret_of, wrong_passwords
from tests.tables import change, content, events, rows
from tui.words import sentence


@pytest.fixture
def people(desk: Desk) -> tuple[Desk, str]:
    """alice and bob have 2FA; carol's was reset, and this is her code."""
    return desk, people_at(desk)


def test_everything_is_sealed_under_the_new_key_and_the_log_goes_on(people: tuple[Desk, str]) -> None:
    desk, _ = people
    before = key_ids(desk)
    rotation = desk.services.keys.rotate(SHELL)
    assert (rotation.key_id, rotation.resealed, rotation.resumed) == (2, 2 + 20 + 1, False)
    assert before == all_under(1)
    assert key_ids(desk) == all_under(2)
    assert [(each.event, each.detail) for each in events(desk)[-2:]] == [
        ("key rotation begun", "key 2"),
        ("key rotated", "key 2, 23 values"),
    ]
    log_in(desk, desk.services)
    assert {row[0] for row in rows(desk, "SELECT key_id FROM audit_event")} == {1, 2}
    assert whole(desk)
    assert desk.services.keys.rotate(SHELL).key_id == 3
    assert whole(desk)


def test_a_running_console_goes_on_and_seals_under_the_new_key(people: tuple[Desk, str]) -> None:
    desk, reset_code = people
    console = desk.another()
    half = console.sign_in.check_password(HERE, "alice", PASSWORD).token
    shown_before = log_in(desk, console, "bob")
    console.backup_codes.new_set(shown_before)
    desk.services.keys.rotate(SHELL)
    assert console.core.vault.key_id == 1, "it does not know yet"
    console.backup_codes.agree(shown_before)
    desk.clock.move(seconds=totp.STEP_SECONDS)
    assert console.second_factor.verify(half, desk.code()).username == "alice"
    for number, code in enumerate(desk.codes["alice"][:2], start=1):
        waiting = console.sign_in.check_password(HERE, "alice", PASSWORD)
        used = console.second_factor.use_backup_code(waiting.token, code)
        assert isinstance(used, LoggedIn)
        assert used.backup_code_used == number
    outcome = console.sign_in.check_password(HERE, "carol", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    enrolling = console.reset.use_code(outcome.token, reset_code)
    desk.secrets["carol"] = secret_of(console.enrollment.begin(enrolling).setup_key)
    console.enrollment.confirm(enrolling, desk.code("carol"))
    console.backup_codes.agree(enrolling)
    console.reset.reset_two_factor(SHELL, "bob", "lost phone and codes")
    assert key_ids(desk) == all_under(2)
    log_in(desk, console, "carol")
    assert whole(desk)
    console.close()


def test_what_is_spent_stays_spent_and_what_is_locked_stays_locked(people: tuple[Desk, str]) -> None:
    desk, _ = people
    console = desk.another()
    waiting = console.sign_in.check_password(HERE, "alice", PASSWORD).token
    console.second_factor.use_backup_code(waiting, desk.codes["alice"][0])
    wrong_passwords(desk, 5, "bob")
    wrong_passwords(desk, 5, "nobody-has-this-name")
    counters = rows(desk, "SELECT * FROM throttle")
    desk.services.keys.rotate(SHELL)
    assert rows(desk, "SELECT * FROM throttle") == counters
    opened = (console, desk.services, desk.another())
    for services in opened:
        for name in ("bob", "nobody-has-this-name"):
            with pytest.raises(Locked):
                services.sign_in.check_password(HERE, name, WRONG)
    for services in opened:
        waiting = services.sign_in.check_password(HERE, "alice", PASSWORD).token
        with pytest.raises(UsedBackupCode):
            services.second_factor.use_backup_code(waiting, desk.codes["alice"][0])
        log_in(desk, services)
        with pytest.raises(SpentCode):
            services.second_factor.verify(
                services.sign_in.check_password(HERE, "alice", PASSWORD).token, desk.code()
            )
    console.close()


def test_a_code_that_is_being_checked_meanwhile_is_still_right(
    people: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, reset_code = people
    console = desk.another()
    hashes = console.core.hashing.digest_codes

    def rotate_first(codes: Iterable[str], salt: bytes, cost: str) -> list[bytes]:
        desk.services.keys.rotate(SHELL)
        return hashes(codes, salt, cost)

    monkeypatch.setattr(console.core.hashing, "digest_codes", rotate_first)
    outcome = console.sign_in.check_password(HERE, "carol", PASSWORD)
    assert console.reset.use_code(outcome.token, reset_code)
    waiting = console.sign_in.check_password(HERE, "alice", PASSWORD).token
    assert isinstance(console.second_factor.use_backup_code(waiting, desk.codes["alice"][3]), LoggedIn)
    assert key_ids(desk) == all_under(3)
    console.close()


def test_the_key_file_is_replaced_whole_and_stays_its_owners_alone(desk: Desk) -> None:
    path = key_file(desk)
    with path.open() as held:
        # Held open, so that no other file gets its number.
        before, old = held.read(), path.stat().st_ino
        desk.services.keys.rotate(SHELL)
    assert key_file(desk) == path, "no other file is left"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_ino != old
    kept = json.loads(before)["keys"]
    assert json.loads(path.read_text())["keys"].items() > kept.items()


def test_an_old_copy_of_the_key_file_opens_nothing_and_says_why(people: tuple[Desk, str]) -> None:
    desk, _ = people
    path = key_file(desk)
    old = path.read_bytes()
    desk.services.keys.rotate(SHELL)
    newest = path.read_bytes()
    path.write_bytes(old)
    with pytest.raises(KeyUnusable) as error:
        desk.another()
    assert sentence(error.value).startswith("The key was changed since this key file was copied: ")
    assert path.read_bytes() == old
    path.write_bytes(newest)
    log_in(desk, desk.another())


def test_a_console_that_cannot_read_the_new_key_says_so_and_changes_nothing(
    people: tuple[Desk, str], tmp_path: Path
) -> None:
    desk, _ = people
    console = desk.another()
    token = log_in(desk, console)
    console.backup_codes.new_set(token)
    half = console.sign_in.check_password(HERE, "bob", PASSWORD).token
    desk.services.keys.rotate(SHELL)
    path = key_file(desk)
    path.rename(tmp_path / "away")
    before = content(desk, but=("throttle",))
    desk.clock.move(seconds=totp.STEP_SECONDS)
    for act in (
        lambda: console.backup_codes.agree(token),
        lambda: console.second_factor.verify(half, desk.code("bob")),
    ):
        with pytest.raises(KeyUnusable) as error:
            act()
        assert sentence(error.value).startswith("The store's key file is missing: ")
    assert content(desk, but=("throttle",)) == before
    (tmp_path / "away").rename(path)
    console.backup_codes.agree(token)
    console.second_factor.verify(half, desk.code("bob"))
    assert key_ids(desk)["backup code"] == {2}
    console.close()


def test_a_damaged_secret_is_told_and_keeps_no_other_under_the_old_key(people: tuple[Desk, str]) -> None:
    desk, _ = people
    for damaged in ("substr(secret, 1, 20)", "zeroblob(50)", "x''"):
        change(desk, f"UPDATE authenticator SET secret = {damaged} WHERE account_id = 1")  # noqa: S608
        with pytest.raises(StoreUnusable) as error:
            desk.services.keys.rotate(SHELL)
        assert error.value.cause == "sealed value damaged"
        assert rows(desk, "SELECT count(*) FROM backup_code WHERE substr(digest, 2, 1) = x'01'") == [(0,)]
        assert events(desk)[-1].outcome == "refused"
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    desk.services.keys.rotate(SHELL)
    log_in(desk, desk.services, "bob")


def test_nobody_but_the_shell_rotates(desk: Desk) -> None:
    for principal in (HERE, desk.log_in()):
        with pytest.raises(NotAllowed):
            desk.services.keys.rotate(principal)
    assert key_ids(desk)["check value"] == {1}


def test_a_retired_key_opens_nothing_and_a_rotation_reseals_nothing_under_it(
    people: tuple[Desk, str],
) -> None:
    """Whoever kept the old key could have sealed it: a secret, a code or a session."""
    desk, _ = people
    old = Vault(dict(desk.services.core.vault._ring.keys))
    console = desk.another()
    waiting = console.sign_in.check_password(HERE, "alice", PASSWORD).token
    desk.services.keys.rotate(SHELL)
    assert json.loads(key_file(desk).read_text())["opens"] == [2]
    name, generation, timeline = rows(desk, "SELECT username, generation, timeline FROM account, store")[0]
    forged = old.seal(bytes(20), Owner(name, generation, timeline).bind(authenticator_place(1)))
    change(desk, "UPDATE authenticator SET secret = ? WHERE account_id = 1", forged)
    code = totp.code_at(bytes(20), totp.step_at(desk.clock.now()))
    for services in (console, desk.services, desk.another()):
        with pytest.raises(StoreUnusable) as error:
            services.second_factor.verify(waiting, code)
        assert error.value.cause == "sealed value retired"
    with pytest.raises(StoreUnusable):
        desk.services.keys.rotate(SHELL)
    [kept] = rows(desk, "SELECT secret FROM authenticator WHERE account_id = 1")
    assert kept == (forged,)
    console.close()


def test_a_session_that_was_bound_by_a_retired_key_is_refused(people: tuple[Desk, str]) -> None:
    desk, _ = people
    old = Vault(dict(desk.services.core.vault._ring.keys))
    console = desk.another()
    token = log_in(desk, console)
    desk.services.keys.rotate(SHELL)
    console.home.look(token)
    with desk.services.core.unit() as unit:
        for row, account in open_sessions(unit.session):
            bind(row, account.username, old)
            unit.session.add(row)
    for services in (console, desk.services):
        with pytest.raises(SessionEnded):
            services.home.look(token)
    console.close()
