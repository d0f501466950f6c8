"""After a whole journey no file, no argument and no byte that left the program holds a secret in clear."""

import base64
import re
from pathlib import Path

from tests.leaks.record import means_to_show
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

MISTYPED = "copper lantern orbit"
"""A password that is typed into Username, and one that is wrong."""
NEW_PASSWORD = "quiet marble harvest moon"
SEQUENCE = re.compile(rb"\x1b\[[0-9;?<=>]*[a-zA-Z]")


def test_no_secret_is_left_in_any_file_but_the_one_that_was_asked_for(machine: Machine) -> None:
    machine.run("account", "create", "alice", typed=f"{PASSWORD}\n")
    means_to_show(MISTYPED, "it is typed into Username, where it stands as it is typed")
    secrets: set[bytes] = forms(PASSWORD) | forms(MISTYPED) | forms(NEW_PASSWORD)
    with machine.open() as console:
        console.log_in(MISTYPED, MISTYPED)
        console.says("That did not work.")
        console.press("ctrl+q")
        console.wait_exit()
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        phone = console.begin_enrollment("alice")
        console.type("123456\r")
        console.says("Wrong code.")
        console.type_code(phone)
        codes = console.backup_codes()
        console.click("Save to file")
        console.says("Saved: ")
        console.agree()
        secrets |= forms(phone.key) | {
            base64.b32decode(phone.key),
            base64.b32decode(phone.key).hex().encode(),
        }
        for code in codes:
            secrets |= forms(code) | forms(code.replace("-", ""))
        console.log_in("alice", PASSWORD)
        console.wait_for("Authentication code")
        console.use_backup_code(codes[0])
        console.says("was used: cross it out")
        change_password(console)
        at_work = held(Path(f"/proc/{console.pid}"))
        everything = {path: path.read_bytes() for path in files(machine.folder)}
        console.quit()
        console.wait_exit()
        shown = bytes(console.raw)
    everything |= {path: path.read_bytes() for path in files(machine.folder)}
    saved = [path for path in everything if path.name.startswith("backup-codes-")]
    assert len(saved) == 1
    assert all(code.encode() in everything[saved[0]] for code in codes)
    for path, content in everything.items():
        if path not in saved:
            assert not [secret for secret in secrets if secret in content], path
    assert not [secret for secret in secrets if secret in at_work]
    for password in (PASSWORD, MISTYPED, NEW_PASSWORD):
        assert password.encode() not in shown, password


def change_password(console: Console) -> None:
    console.click("Settings")
    console.wait_for("Change password")
    console.click("Change password")
    console.wait_for("Present password")
    console.type(f"{PASSWORD}\r{NEW_PASSWORD}\r{NEW_PASSWORD}\r")
    console.says("The password is changed.")


def forms(text: str) -> set[bytes]:
    return {
        text.encode(),
        text.lower().encode(),
        text.encode().hex().encode(),
        base64.b64encode(text.encode()),
    }


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def held(process: Path) -> bytes:
    """The arguments and, where this user may see it, the environment of the running program."""
    content = (process / "cmdline").read_bytes()
    try:
        return content + (process / "environ").read_bytes()
    except PermissionError:
        return content


def test_setup_key_and_codes_leave_the_program_for_their_own_screens_only(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        console.choose("alice", "Settings")
        console.wait_for("Enable 2FA")
        before_key = len(console.raw)
        console.click("Enable 2FA")
        key = console.scan().key
        console.press("f1")
        console.wait_for("Help:")
        console.press("esc")
        phone = console.scan()
        console.type_code(phone)
        codes = console.backup_codes()
        after_key = len(console.raw)
        console.press("esc")
        console.wait_for("Back to the codes")
        console.press("enter")
        assert console.backup_codes() == codes
        console.agree()
        console.says("2FA is on.")
        after_codes = len(console.raw)
        console.log_in("alice", PASSWORD)
        console.wait_for("Authentication code")
        console.use_backup_code(codes[0])
        console.says("was used: cross it out")
        console.choose("alice", "Settings")
        console.click("New backup codes")
        newer = console.backup_codes()
        console.quit()
        assert console.wait_exit() == 0
        # Whoever comes next finds nothing on the terminal.
        assert not any(console.count(code) for code in newer)
    grouped = [f"{key[start : start + 4]} {key[start + 4 : start + 8]}" for start in (0, 8, 16, 24)]
    parts = {
        "until the key": console.raw[:before_key],
        "key": console.raw[before_key:after_key],
        "codes": console.raw[after_key:after_codes],
        "after": console.raw[after_codes:],
    }
    texts = {name: SEQUENCE.sub(b"", bytes(part)).decode(errors="replace") for name, part in parts.items()}
    assert {name for name, text in texts.items() if any(part in text for part in (key, *grouped))} == {"key"}
    assert {name for name, text in texts.items() if any(code in text for code in codes[1:])} <= {
        "key",
        "codes",
    }
    assert all(code in texts["key"] + texts["codes"] for code in codes)
