"""No key, variable or button leads out of the console: no palette, picture, shell, browser or editor."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.outside import files, is_fine
from tests.attacks.steps import catch_up
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

LETTERS = b"".join(bytes([code]) for code in range(1, 32) if code not in {9, 13, 17, 27})
"""Every Ctrl+letter but Tab, Enter, Ctrl+Q and Escape; among them Ctrl+P, Ctrl+Z, Ctrl+\\ and Ctrl+D."""
FUNCTIONS = b"".join(
    b"\x1b[%d~" % number for number in (2, 3, 5, 6, 15, 17, 18, 19, 20, 23, 24, 25, 26, 28, 29, 31, 34)
)
"""Insert to Page Down, F5 to F20, but F10."""
KITTY = b"".join(
    b"\x1b[%d;%du" % (code, modifiers)
    for code in (97, 99, 100, 108, 111, 112, 115, 116, 122, 92, 57358, 57361, 57363, 57399, 57430)
    for modifiers in (3, 4, 5, 6, 7, 9, 17, 33)
)
ALT = b"".join(b"\x1b" + bytes([code]) for code in range(0x21, 0x7F) if chr(code) not in "[O]PX^_")
EVERY_KEY = LETTERS + FUNCTIONS + KITTY + ALT

FORBIDDEN = {
    "subprocess",
    "webbrowser",
    "pty",
    "multiprocessing",
    "shlex",
    "code",
    "codeop",
    "pdb",
    "ftplib",
    "telnetlib",
}
FORBIDDEN_CALLS = {
    "system",
    "popen",
    "posix_spawn",
    "startfile",
    "spawnv",
    "spawnl",
    "eval",
    "exec",
    "breakpoint",
}


def press_everything(console: Console, headline: str) -> None:
    """Press what there is, on a screen that is then the same."""
    console.wait_for(headline)
    console.wait_still()
    console.send(EVERY_KEY)
    catch_up(console)
    is_fine(console)
    assert console.headline() == headline


def test_no_key_opens_a_palette_a_picture_or_a_shell(machine: Machine) -> None:
    """T6, T7, T10: at the front door, at the code, in a session, at the setup key."""
    with machine.open() as console:
        press_everything(console, "Welcome")
        before = files(machine.folder)
        console.press("f1")
        console.wait_for("Help: ")
        console.send(EVERY_KEY.replace(b"\x0b", b""))
        console.wait_still()
        is_fine(console)
        console.press("esc")
        console.wait_for("[ Log in ]")
        assert console.headline() == "Welcome"
        console.press("ctrl+q")
        assert console.wait_exit() == 0
    with machine.open() as console:
        console.log_in("bob", PASSWORD)
        press_everything(console, "One more step")
        console.press("esc")
        console.wait_for("[ Log in ]")
        console.log_in("alice", PASSWORD)
        press_everything(console, "Home")
        console.choose("alice", "Settings")
        press_everything(console, "Your account")
        console.click("Enable 2FA")
        console.wait_for("Setup key")
        console.send(EVERY_KEY)
        catch_up(console)
        console.wait_for("Setup key")
        is_fine(console)
        console.quit()
        assert console.wait_exit() == 0
    assert set(files(machine.folder)) - set(before) == set()


def names(tree: ast.AST) -> set[str]:
    """The modules that are imported, and what is called by name or attribute."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            base = node.func.value
            if isinstance(base, ast.Name) and base.id == "os":
                found.add(node.func.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found.add(node.func.id)
    return found


def test_nothing_in_the_program_starts_another(source_files: Callable[[], list[Path]]) -> None:
    """T10: no editor, pager, browser or shell, nor anything that runs text as code."""
    for path in source_files():
        used = names(ast.parse(path.read_text()))
        assert not used & (FORBIDDEN | FORBIDDEN_CALLS), path
        assert not any(name.startswith(("exec", "spawn", "fork")) for name in used - {"exec_driver_sql"}), (
            path
        )


DRAWN = {"Static", "Label", "update", "notify", "Button", "from_markup"}
PUT_TOGETHER = (ast.JoinedStr, ast.BinOp)
STORED = (ast.BoolOp, ast.Attribute, ast.Subscript)
"""On a screen: a value of a view, or one with something to say where there is none."""
FOREIGN = {
    *("username", "display_name", "own_number", "lock_reason", "source", "detail", "actor", "proof"),
    *("opened_by", "approved_by", "closed_by", "forwarding_to"),
}
"""What somebody typed once, by its name in the views."""
HARMLESS = {"visible", "display", "masked"}


def is_content(node: ast.AST) -> bool:
    """Whether it is text that knows no markup, or knows that of the source alone."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[0].startswith("Content")


def laid_bare(node: ast.AST) -> Iterator[str]:
    """Foreign text that is given to a Content as it is stored."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in HARMLESS:
        return
    if isinstance(node, ast.Attribute) and node.attr in FOREIGN:
        yield ast.unparse(node)
    inside = [node.body, node.orelse] if isinstance(node, ast.IfExp) else ast.iter_child_nodes(node)
    for each in inside:
        yield from laid_bare(each)


def test_no_foreign_text_is_read_as_markup(source_files: Callable[[], list[Path]]) -> None:
    """T4: text that is put together stands in Content, which knows no markup, and went through `visible`."""
    for path in source_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if is_content(node):
                assert [*laid_bare(node)] == [], str(path)
            if not (isinstance(node, ast.Call) and node.args):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in DRAWN:
                first = node.args[0]
                assert not isinstance(first, PUT_TOGETHER), f"{path}:{node.lineno}"
                assert "screens" not in path.parts or not isinstance(first, STORED), f"{path}:{node.lineno}"
                assert called not in {"from_markup", "notify"}, f"{path}:{node.lineno}"


@pytest.mark.parametrize("arguments", [(), ("demo",), ("--kiosk",)])
@pytest.mark.parametrize("without", ["<", ">", "2>"])
def test_without_a_terminal_it_refuses_in_one_line(
    machine: Machine, arguments: tuple[str, ...], without: str
) -> None:
    """T9: `ssh -T`, `ssh host command` and sftp give it pipes; nothing stays behind."""
    line = f"exec '{machine.launcher}' {' '.join(arguments)} {without} /dev/null"
    with Console(["/bin/sh", "-c", line], env=machine.env, cwd=machine.home) as console:
        assert console.wait_exit() == 1
        assert b"\x1b" not in console.raw
        assert console.raw.count(b"\n") == (without != "2>")
        assert b"Traceback" not in console.raw
