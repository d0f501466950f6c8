"""The search that runs after each test finds what is planted, says what and where, and lets through what may leave."""

import base64
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from store.rules import activation, sessions
from tests.leaks import record
from tests.leaks.forms import Kind
from tests.leaks.search import search
from tests.terminal.terminal import Terminal

PASSWORD = "copper lantern orbit"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXQ"
CODE = "7K3Q-9WZD-M2FT-XA5C"
TOKEN = "sVx3m0pDq-7TzW1uYkE5bN8oRfLcJ2hGa_9iXt6MvQ4"
GROUPS = ("JBSW Y3DP EHPK 3PXP", "JBSW Y3DP EHPK 3PXQ")
FIRST = "4HJN-8RVS-0B6E-2Q7K-DZ9W-T2FM-C5XA"
CODES_PAGE = f"\x1b[H\x1b[2JKeep your backup codes\r\n   1   {CODE}\r\n"
KEY_PAGE = f"\x1b[H\x1b[2J Setup key\r\n {GROUPS[0]}\r\n {GROUPS[1]}\r\n"
LONG = "\x1b[0m" * 600
"""As long as a page is with all its colours."""
HOME = f"\x1b[H\x1b[2JHome\r\n{LONG}"


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place that this test is not searched in itself."""
    return tmp_path_factory.mktemp("planted")


@contextmanager
def a_test() -> Iterator[None]:
    """A test that knows these secrets, within this one."""
    with record.recording():
        for kind, secret in (
            (Kind.PASSWORD, PASSWORD),
            (Kind.SETUP_KEY, KEY),
            (Kind.BACKUP_CODE, CODE),
            (Kind.TOKEN, TOKEN),
        ):
            record.note(kind, secret)
        yield


def found(folder: Path) -> list[str]:
    return search([folder]).leaks


def writes(text: str, *arguments: str) -> None:
    """Run a program that writes this to its terminal."""
    with Terminal(["/usr/bin/printf", "%s", text]) as terminal:
        terminal.output.arguments = ["twofold", *arguments]
        terminal.wait_exit()


FORMS = {
    "password as it is": (PASSWORD, f"so {PASSWORD}."),
    "password as it is, in capitals": (PASSWORD, PASSWORD.upper()),
    "password without gaps": (PASSWORD, PASSWORD.replace(" ", "")),
    "password in hex": (PASSWORD, PASSWORD.encode().hex()),
    "password in base64": (PASSWORD, base64.b64encode(f"user:{PASSWORD}:x".encode()).decode()),
    "password in base64 for URLs": (PASSWORD, base64.urlsafe_b64encode(f"a{PASSWORD}".encode()).decode()),
    "password quoted": (PASSWORD, quote(PASSWORD)),
    "password in a form": (PASSWORD, PASSWORD.replace(" ", "+")),
    "password between colours": (PASSWORD, "\x1b[1mcopper\x1b[0;38;2;1;2;3m lan\x1b[7;9Htern orbit"),
    "password in a string for the terminal": (PASSWORD, f"\x1bP{PASSWORD}\x1b\\"),
    "setup key": (KEY, f"otpauth://totp/x?secret={KEY}"),
    "half of the setup key": (KEY, KEY[16:].lower()),
    "setup key in groups": (KEY, GROUPS[1]),
    "setup key's bytes": (KEY, base64.b32decode(KEY).hex()),
    "backup code": (CODE, CODE),
    "backup code without dashes": (CODE, CODE.replace("-", "").lower()),
    "backup code with spaces": (CODE, CODE.replace("-", " ")),
    "token": (TOKEN, TOKEN),
}


@pytest.mark.parametrize(("secret", "text"), FORMS.values(), ids=FORMS)
def test_a_secret_that_a_program_writes_is_found_in_any_form(folder: Path, secret: str, text: str) -> None:
    with a_test():
        writes(HOME + text)
        leaks = found(folder)
    assert leaks
    assert all(secret[:4] in leak for leak in leaks) or "session token" in leaks[-1]
    assert "'twofold'" in leaks[0]


@pytest.mark.parametrize("text", [KEY_PAGE, CODES_PAGE])
def test_a_screen_that_is_there_to_show_a_secret_may(folder: Path, text: str) -> None:
    with a_test():
        writes(HOME + text + LONG + HOME)
        assert found(folder) == []


@pytest.mark.parametrize("page", [KEY_PAGE, CODES_PAGE])
def test_a_screen_that_shows_one_secret_may_not_show_another(folder: Path, page: str) -> None:
    for other in {PASSWORD, TOKEN, CODE, GROUPS[0]} - {text for text in (CODE, GROUPS[0]) if text in page}:
        with a_test():
            writes(page + other)
            assert found(folder), other


def test_a_qr_stands_beside_its_key_or_alone_with_the_way_back(folder: Path) -> None:
    for page, leaks in ((KEY_PAGE, False), (f"{HOME}F2 Back to the code\r\n", False), (HOME, True)):
        with a_test():
            writes(f"{page}\x1b[5;1H█▀▀▀▀▀█\r\n")
            assert bool(found(folder)) is leaks, page


@pytest.mark.parametrize("page", [KEY_PAGE, CODES_PAGE])
def test_after_its_screen_a_secret_is_found_again(folder: Path, page: str) -> None:
    with a_test():
        # Far enough from each other that they are two pages.
        writes(page + HOME + "." * 9000 + CODE + GROUPS[0])
        assert found(folder)


def test_what_nobody_noted_is_learned_from_the_screen_that_shows_it(folder: Path) -> None:
    with record.recording():
        before = set(record.known())
        writes(KEY_PAGE + LONG + CODES_PAGE)
        writes(CODE)
        writes(KEY)
        assert len(record.known().keys() - before) == 2
        leaks = "\n".join(found(folder))
    assert "backup code 7K3Q" in leaks
    assert "setup key JBSW" in leaks


def test_what_is_typed_as_a_password_is_known(folder: Path) -> None:
    with record.recording():
        with Terminal(["/bin/cat"]) as terminal:
            terminal.type(f"alice\r{PASSWORD}\r")
            terminal.wait_for(PASSWORD)
        [leak, *_] = found(folder)
    assert leak == "password copp..., as it is, in what 'cat' wrote"


def test_a_page_whose_title_is_out_of_sight_may_be_held_to_be_the_same(folder: Path) -> None:
    with a_test(), Terminal(["/bin/cat"]) as terminal:
        terminal.send(CODES_PAGE.replace("\x1b[H\x1b[2J", "").encode())
        terminal.wait_for(CODE)
        with terminal.output.same_page():
            terminal.send(f"\n{CODE}\n".encode() * 30)
            terminal.wait_gone("Keep your")
        assert found(folder) == []
        terminal.send(f"\n{CODE}\n".encode() * 30)
        terminal.wait_until(lambda: found(folder) != [], "the leak, which may be a while on its way")


@pytest.mark.parametrize(
    ("arguments", "console"),
    [
        (["/home/a/twofold/.venv/bin/twofold", "--kiosk"], True),
        (["/bin/sh", "-c", "ulimit -c 9; exec '/home/a/.venv/bin/twofold' demo"], True),
        (["twofold", "account", "list"], True),
        (["/usr/bin/python", "-I", "-m", "tui", "demo"], True),
        (["/home/a/twofold/.venv/bin/python", "-m", "tests.terminal.qr_host"], False),
        (["/bin/cat", "/home/a/data/twofold.db"], False),
    ],
)
def test_a_console_is_known_by_its_launcher_whatever_the_folder_is_called(
    arguments: list[str], *, console: bool
) -> None:
    assert record.Output(arguments, b"").is_console is console


def test_a_code_stands_where_it_is_typed_and_no_other(folder: Path) -> None:
    page = f"\x1b[H\x1b[2JBackup code\r\n{CODE.lower()}"
    with a_test():
        writes(page)
        assert found(folder)
    with a_test():
        writes(page)
        record.present().outputs[0].types(CODE.replace("-", " "))
        assert found(folder) == []


@pytest.mark.parametrize("words", ["Copied, if your terminal allows it", ""])
def test_the_clipboard_gets_codes_only_by_the_button(folder: Path, words: str) -> None:
    copied = f"\x1b]52;c;{base64.b64encode(CODE.encode()).decode()}\x07"
    with a_test():
        writes(CODES_PAGE + copied + words)
        assert bool(found(folder)) is not bool(words)
    with a_test():
        writes(CODES_PAGE + copied.replace("52;c;", "0;") + f"\x1b]2;{CODE}\x07" + words)
        assert [leak for leak in found(folder) if "title or clipboard" in leak]


@pytest.mark.parametrize(
    "said", [b"", b"Saved: backup-codes-123.txt in your home folder, readable by you only."]
)
def test_a_file_holds_codes_only_where_that_was_asked_for(folder: Path, said: bytes) -> None:
    (folder / "backup-codes-123.txt").write_text(f"Codes\n{CODE}\n")
    with a_test():
        writes(CODES_PAGE + said.decode())
        leaks = found(folder)
        assert bool(leaks) is not bool(said)
        (folder / "copy").write_text(CODE)
        assert f"backup code 7K3Q..., as it is, in the file {folder / 'copy'} at 0" in found(folder)


def test_a_secret_in_a_store_its_log_or_a_name_is_found(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "twofold.db")) as store, a_test():
        store.execute("PRAGMA journal_mode = WAL")
        with store:
            store.execute("CREATE TABLE account (secret TEXT)")
            store.execute("INSERT INTO account VALUES (?)", (KEY,))
        (folder / PASSWORD.encode("utf-16-le").hex()).mkdir()
        (folder / PASSWORD).touch()
        leaks = found(folder)
    assert [leak for leak in leaks if "setup key" in leak and "twofold.db-wal" in leak]
    assert "password copp..., as it is, in the name of a file" in leaks


def test_the_stores_key_stays_in_its_file(folder: Path) -> None:
    key = os.urandom(32)
    (folder / "keys").mkdir()
    (folder / "keys" / "ab.key").write_text(json.dumps({"keys": {"1": base64.b64encode(key).decode()}}))
    with record.recording():
        assert found(folder) == []
        (folder / "dump").write_bytes(b"...." + key)
        (folder / "log").write_text(key.hex())
        leaks = found(folder)
    assert len(leaks) == 2
    assert all(leak.startswith("key of the store") for leak in leaks)


def test_a_token_that_only_the_program_knows_is_found_by_its_digest(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "twofold.db")) as store, store:
        store.execute("CREATE TABLE session (digest BLOB)")
        store.execute("INSERT INTO session VALUES (?)", (sessions.token_digest(TOKEN),))
    with record.recording():
        record.note(Kind.PASSWORD, PASSWORD)
        writes(f"debug: token={TOKEN} {TOKEN[1:]}x")
        assert found(folder) == ["a session token, in what 'twofold' wrote"]


def test_a_reset_code_comes_out_of_the_command_that_makes_it_alone(folder: Path) -> None:
    said = f"2FA of alice is reset.\n    Reset code: {CODE}\n".encode()
    with record.recording():
        record.command(["account", "reset-2fa", "alice"], said)
        assert found(folder) == []
        record.command(["audit", "verify"], said)
        assert found(folder) == ["reset code 7K3Q..., as it is, in what 'audit verify' wrote"]


@pytest.mark.parametrize(
    "arguments", [["account", "create", "bob", "--activate"], ["account", "activate", "bob"]]
)
def test_an_activation_password_comes_out_of_the_command_that_makes_it_alone(
    folder: Path, arguments: list[str]
) -> None:
    said = f"Made the account bob.\n    Activation password: {FIRST}\n".encode()
    with record.recording():
        record.command(arguments, said)
        assert found(folder) == []
        record.command(["account", "show", "bob"], said)
        (folder / "log").write_text(FIRST.replace("-", "").lower())
        assert [leak.partition(str(folder))[0] for leak in found(folder)] == [
            "activation password 4HJN..., as it is, in what 'account show bob' wrote",
            "activation password 4HJN..., without gaps, in the file ",
        ]


def test_the_passwords_of_an_import_stand_in_their_own_file_alone(folder: Path) -> None:
    (folder / "people.passwords.csv").write_text(f"username,activation_password\nbob,{FIRST}\n")
    with record.recording():
        record.command(["account", "import", "people.csv"], b"Made 1 account.\n")
        assert found(folder) == []
        record.command(["account", "import", "people.csv"], f"line 2: {FIRST}".encode())
        assert found(folder) == [
            "activation password 4HJN..., as it is, in what 'account import people.csv' wrote"
        ]


def test_an_activation_password_made_in_a_tests_own_process_is_known(folder: Path) -> None:
    with record.recording():
        (folder / "log").write_text(activation.new_password())
        assert len(found(folder)) == 1


def test_a_password_on_standard_input_comes_out_of_no_command(folder: Path) -> None:
    with record.recording():
        record.command(["account", "create"], f"not {PASSWORD}".encode(), f"{PASSWORD}\n")
        assert found(folder) == ["password copp..., as it is, in what 'account create' wrote"]


def test_what_is_handed_over_stands_on_its_own_page_alone(folder: Path) -> None:
    page = f"\x1b[H\x1b[2JThe first password\r\nIt is shown this once.\r\n  {FIRST}\r\n"
    with a_test():
        writes(page)
        assert found(folder) == []
        writes(f"{HOME}{FIRST}")
        assert found(folder) == ["reset code 4HJN..., as it is, in what 'twofold' wrote"]


def test_the_demo_shows_its_peoples_passwords_on_its_sheet_alone(folder: Path) -> None:
    sheet = f"\x1b[H\x1b[2JClick one, to fill in both fields:\r\n  alice   {PASSWORD}\r\n"
    for arguments, text, leaks in (
        (["demo"], sheet, False),
        ([], sheet, True),
        (["demo"], HOME + PASSWORD, True),
    ):
        with a_test():
            writes(text, *arguments)
            assert bool(found(folder)) is leaks


def test_a_test_may_say_what_it_means_to_show(folder: Path) -> None:
    with a_test():
        writes(PASSWORD)
        record.means_to_show(PASSWORD, "this is the test of it")
        assert found(folder) == []
