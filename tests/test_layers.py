"""What no file may do, read from the source; and what no door may load."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "tui").rglob("*.py"), *(ROOT / "store").rglob("*.py")])
HEAVY = {
    "sqlmodel", "sqlalchemy", "argon2", "segno", "zxcvbn", "phonenumbers", "alembic", "cryptography", "pyotp",
}  # fmt: skip


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def nodes(
    *, but: tuple[str, ...] = (), only: tuple[str, ...] = ("tui/", "store/")
) -> Iterator[tuple[str, ast.AST]]:
    """Every node of the source, with the file and the line where it stands."""
    for path in FILES:
        name = named(path)
        if name.startswith(only) and not name.startswith(but or ("-",)):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield f"{name}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str:
    """The dotted name of what is called, as it is written."""
    if not isinstance(node, ast.Call):
        return ""
    return ast.unparse(node.func)


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


def first_parts(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def test_only_the_command_line_becomes_the_shell() -> None:
    made = {place.partition(":")[0] for place, node in nodes() if called(node).endswith("Shell")}
    assert made
    assert all(name.startswith("tui/cli/") for name in made)


def test_no_text_that_is_put_together_is_drawn_as_markup() -> None:
    widgets = {"Static", "Label", "Button", "Checkbox"}
    composed = (ast.JoinedStr, ast.BinOp, ast.Call)
    found = [
        place
        # The demo's paper is a set of words that were read, and updates itself.
        for place, node in nodes(only=("tui/",), but=("tui/demo/paper.py",))
        if isinstance(node, ast.Call)
        and (called(node).split(".")[-1] in widgets or called(node).endswith((".update", "border_title")))
        and any(
            isinstance(given, composed)
            and called(given).split(".")[-1] not in {"assemble", "Content", "_words"}
            and called(given) != "Content.assemble"
            for given in node.args[:1]
        )
    ]
    assert found == []


def test_nothing_turns_text_into_markup_on_purpose() -> None:
    calls = {"Content.from_markup", "Text.from_markup", "escape"}
    assert [place for place, node in nodes(only=("tui/",)) if called(node) in calls] == []
    given = [
        place
        for place, node in nodes(only=("tui/",))
        if isinstance(node, ast.keyword)
        and node.arg == "markup"
        and not (isinstance(node.value, ast.Constant) and node.value.value is False)
    ]
    assert given == []


@pytest.mark.parametrize(
    "name", ["subprocess", "webbrowser", "pty", "pickle", "marshal", "shelve", "runpy", "yaml", "random"]
)
def test_nothing_imports_what_leads_out_or_must_not_be_trusted(name: str) -> None:
    # The demo's calls are made up, the same ones each time.
    but = ("tui/demo/calls.py",) if name == "random" else ()
    assert [place for place, node in nodes(but=but) if name in first_parts(imported(node))] == []


def test_no_module_is_loaded_by_a_name_that_was_read() -> None:
    loaders = {
        "import_module",
        "__import__",
        "spec_from_file_location",
        "run_path",
        "run_module",
        "load_module",
    }
    used = {
        place
        for place, node in nodes()
        if called(node).rpartition(".")[2] in loaders
        or loaders & {name.rpartition(".")[2] for name in imported(node)}
    }
    assert used == set()


def test_nothing_turns_debugging_on() -> None:
    keywords = {"echo", "echo_pool", "set_debug", "watch_css"}
    names = {
        "set_trace",
        "settrace",
        "setprofile",
        "basicConfig",
        "faulthandler",
        "breakpoint",
        "set_debug",
        "putenv",
    }
    found = [
        place
        for place, node in nodes()
        if (isinstance(node, ast.keyword) and node.arg in keywords)
        # What the toolkit hands to the driver is handed on.
        or (isinstance(node, ast.keyword) and node.arg == "debug" and ast.unparse(node.value) != "debug")
        or (isinstance(node, ast.Attribute) and node.attr in names)
        or names & {name.rpartition(".")[2] for name in imported(node)}
        or (
            isinstance(node, ast.Subscript)
            and isinstance(node.ctx, ast.Store)
            and "environ" in ast.unparse(node)
        )
        or (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr == "features")
    ]
    assert found == []


def test_nothing_starts_a_program_or_a_toast() -> None:
    ends = ("os.system", "os.popen", ".notify", ".suspend", ".open_url", "deliver_text", "deliver_binary")
    starts = ("os.exec", "os.spawn", "os.posix_spawn", "asyncio.create_subprocess")
    found = [
        f"{place} {called(node)}"
        for place, node in nodes()
        if called(node).endswith(ends)
        or called(node).startswith(starts)
        or called(node) in {"eval", "exec", "print"}
    ]
    assert found == []
    # By whatever name it was imported, or handed on without a call.
    used = {
        f"{place} {name}"
        for place, node in nodes()
        for name in (
            {node.attr}
            if isinstance(node, ast.Attribute)
            else {each.rpartition(".")[2] for each in imported(node)}
            if isinstance(node, ast.ImportFrom)
            else set()
        )
        if re.match(r"(create_)?subprocess(_|$)|(posix_)?spawn|fork|exec[lv]|system$|popen", name)
    }
    assert used == set()


def test_colours_stand_in_the_themes_and_beside_the_qr_alone() -> None:
    styles = (ROOT / "screens.tcss").read_text("utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\s*[;%]", styles) == []
    names = r"\b(black|white|red|green|blue|yellow|cyan|magenta|rgb\(|hsl\(|ansi_\w+)"
    assert [line for line in styles.splitlines() if ":" in line and re.search(f":.*{names}", line)] == []
    literal = re.compile(r"^#[0-9a-fA-F]{3,8}$")
    found = {
        place.partition(":")[0]
        for place, node in nodes(only=("tui/",))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and literal.match(node.value)
    }
    assert found <= {"tui/themes.py", "tui/widgets/qr_cells.py"}


def test_there_is_one_stylesheet() -> None:
    sheets = [path for path in ROOT.glob("[st]*/**/*.tcss") if ".venv" not in path.parts]
    assert [*sheets, *ROOT.glob("*.tcss")] == [ROOT / "screens.tcss"]
    inline = [
        place
        for place, node in nodes(only=("tui/",))
        if isinstance(node, ast.Assign)
        and any(
            isinstance(target, ast.Name) and target.id in {"CSS", "DEFAULT_CSS"} for target in node.targets
        )
    ]
    assert {place.partition(":")[0] for place in inline} <= {"tui/widgets/qr_code.py"}


def test_time_is_read_in_one_place() -> None:
    readers = {"now", "utcnow", "today", "time", "monotonic", "perf_counter", "sleep", "time_ns"}
    found = {
        place.partition(":")[0]
        for place, node in nodes()
        if re.match(r"^(datetime\.|date\.|time\.)", called(node)) and called(node).split(".")[-1] in readers
    }
    assert found == {"store/clock.py"}


def test_randomness_for_secrets_comes_from_secrets() -> None:
    assert [place for place, node in nodes() if called(node).startswith(("random.rand", "uuid."))] == []
    # The demo's calls are made up, the same ones each time.
    others = {"random", "uuid", "numpy"}
    assert [
        place for place, node in nodes(but=("tui/demo/calls.py",)) if first_parts(imported(node)) & others
    ] == []


def test_rules_and_errors_know_no_database_no_clock_and_no_screen() -> None:
    beyond = {"sqlmodel", "sqlalchemy", "alembic", "textual", "rich", "sqlite3", "tui"}
    only = ("store/rules/", "store/errors/", "store/clock.py")
    assert [place for place, node in nodes(only=only) if first_parts(imported(node)) & beyond] == []
    clocks = {
        name for _, node in nodes(only=("store/rules/",)) for name in imported(node) if "store.clock" in name
    }
    assert clocks == set()


def test_the_store_knows_no_screen_and_screens_know_no_table() -> None:
    assert [
        place
        for place, node in nodes(only=("store/",))
        if first_parts(imported(node)) & {"textual", "rich", "tui"}
    ] == []
    tables = {"store.models", "store.columns", "store.database", "store.vault", "store.migrations"}
    found = [
        place
        for place, node in nodes(only=("tui/",))
        if imported(node) & tables or first_parts(imported(node)) & {"sqlmodel", "sqlalchemy", "alembic"}
    ]
    assert found == []


def test_every_file_is_made_for_its_owner_alone() -> None:
    made = [
        (place, ast.unparse(node.args[2]) if len(node.args) > 2 else "")
        for place, node in nodes()
        if isinstance(node, ast.Call)
        and called(node) == "os.open"
        and re.search("O_CREAT|flags", ast.unparse(node.args[1]))
        and not (place.startswith("tui/cli/own_files.py") and len(node.args) == 2)
    ]
    assert len(made) >= 6
    assert [place for place, mode in made if mode not in {"0o600", "384"}] == []
    other_ways = [
        place
        for place, node in nodes()
        if isinstance(node, ast.Call)
        and re.search(
            r"(^|\.)(open|write_text|write_bytes|touch|mkstemp|NamedTemporaryFile|copy2?|copyfile)$",
            called(node),
        )
        and not called(node).startswith(("os.", "self._core.", "vault.", "services."))
        and (
            not called(node).endswith("open")
            or any(
                isinstance(each, ast.Constant) and set(str(each.value)) & set("wax+")
                for each in node.args[:2]
            )
        )
    ]
    assert other_ways == []


def test_no_handler_swallows_every_error_in_silence() -> None:
    found = [
        place
        for place, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and all(isinstance(line, (ast.Pass, ast.Continue)) for line in node.body)
    ]
    assert found == []


def loaded_by(code: str) -> set[str]:
    """The top modules that a fresh Python has loaded after some code."""
    program = f"import sys\n{code}\nprint(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run(  # noqa: S603 - this Python, and a program that stands in this file
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_the_command_line_loads_no_toolkit() -> None:
    assert loaded_by("import tui.cli") & ({"textual", "rich", "asyncio"} | HEAVY) == set()


def test_the_console_loads_no_library_of_the_store_before_its_first_frame() -> None:
    front_door = "import tui.app, tui.flows, tui.screens.log_in, tui.screens.help"
    assert loaded_by(front_door) & HEAVY == set()


def test_the_first_page_is_drawn_with_no_library_of_the_store() -> None:
    program = """
import asyncio, pathlib, tempfile
from store.settings import Settings
from tui.app import TwofoldApp
class Waits(TwofoldApp):
    async def services(self):
        await asyncio.Event().wait()
async def draw():
    folder = pathlib.Path(tempfile.mkdtemp())
    app = Waits(Settings(f"sqlite:///{folder}/x.db", folder), source="here")
    app.is_first_run = False
    async with app.run_test() as pilot:
        while not getattr(app.screen, "drawn", False):
            await asyncio.sleep(0.01)
        await pilot.press("a")
        assert app.screen.query_one("#username").value == "a"
asyncio.run(draw())
"""
    assert loaded_by(program) & HEAVY == set()
