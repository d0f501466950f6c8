"""What can be asked for, the exit codes, and what never stands on a screen or in an argument."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import PASSWORD, Shell

BUILT = {
    "demo",
    "account",
    "session",
    "recovery",
    "approval",
    "audit",
    "call-history",
    "policy",
    "store",
    "key",
    "completion",
}
OTHERS = [
    ("session", "list"),
    ("session", "end"),
    *(("recovery", step) for step in ("open", "list", "show", "approve", "complete", "cancel")),
    *(("approval", step) for step in ("list", "show", "approve", "decline")),
    ("audit", "list"),
    ("audit", "export"),
    ("audit", "verify"),
    ("call-history", "import"),
    ("policy", "show"),
    ("policy", "set"),
    ("store", "upgrade"),
    ("store", "check"),
    ("store", "backup"),
    ("key", "rotate"),
    ("completion",),
]
ACCOUNT = {
    *("create", "activate", "list", "show", "edit", "role"),
    *(
        "lock",
        "unlock",
        "disable",
        "enable",
        "reset-2fa",
        "require-password-change",
        "reset-password",
        "import",
        "export",
    ),
}
HEAVY = {
    *("sqlmodel", "sqlalchemy", "alembic", "argon2", "cryptography"),
    *("phonenumbers", "pyotp", "segno", "zxcvbn", "zxingcpp"),
}


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("account",),
        ("account", "frobnicate"),
        ("account", "create"),
        ("account", "show"),
        ("account", "list", "--yaml"),
        ("account", "create", "alice", PASSWORD),
        ("--store", "mysql://host/x", "account", "list"),
        ("--store", "sqlite:///", "account", "list"),
        ("--config", "nowhere.toml", "account", "list"),
        ("store",),
        ("--sto", "sqlite:///x", "account", "list"),
        ("--kiosk", "account", "list"),
        ("--kiosk", "demo"),
        ("--store", "sqlite:///x.db", "demo"),
        ("demo", "--store", "sqlite:///x.db"),
    ],
)
def test_what_makes_no_sense_ends_with_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    ended = shell.run(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert "Traceback" not in ended.err
    assert not shell.store.parent.exists()


def test_arguments_are_not_sent_back_to_the_terminal_raw(shell: Shell) -> None:
    assert "\x1b" not in shell.run("account", "list", "\x1b]0;T\x07").err


def test_only_what_is_built_can_be_asked_for(shell: Shell) -> None:
    everything = shell.run("--help")
    assert everything.status == 0
    listed = everything.out.partition("commands:")[2].split("example:")[0].splitlines()
    assert {line.split()[0] for line in listed if line.startswith("    ") and line[4] != " "} == BUILT
    accounts = shell.run("account", "--help").out.partition("commands:")[2].splitlines()
    assert {line.split()[0] for line in accounts if line.startswith("    ") and line[4] != " "} == ACCOUNT


@pytest.mark.parametrize("command", [("demo",), *(("account", name) for name in sorted(ACCOUNT)), *OTHERS])
def test_every_command_has_an_example(shell: Shell, command: tuple[str, ...]) -> None:
    shown = shell.run(*command, "--help")
    assert shown.status == 0
    assert f"example: twofold {' '.join(command)}" in shown.out


def test_the_version(shell: Shell) -> None:
    shown = shell.run("--version")
    assert (shown.status, shown.out.split()[0]) == (0, "twofold")


def test_only_create_makes_a_store(shell: Shell) -> None:
    for command in (("account", "list"), ("account", "unlock", "alice"), ("store", "upgrade")):
        ended = shell.run(*command)
        assert (ended.status, ended.out) == (3, "")
        assert f"There is no store at {shell.store}" in ended.err
        assert "twofold account create NAME --operator" in ended.err
    assert not shell.store.parent.exists()
    # An empty file that never was a store is none either.
    shell.store.parent.mkdir(parents=True)
    shell.store.touch(0o600)
    ended = shell.run("account", "list")
    assert (ended.status, ended.out) == (3, "")
    assert f"There is no store at {shell.store}" in ended.err
    assert shell.store.stat().st_size == 0
    assert not shell.keys.exists()


def test_the_store_is_the_arguments_then_the_variables(shell: Shell) -> None:
    one, two = (f"sqlite:///{shell.home / name}" for name in ("one.db", "two.db"))
    assert shell.run("account", "create", "ann", "--store", one, typed=PASSWORD).status == 0
    assert shell.run("account", "create", "ben", typed=PASSWORD, env={"TWOFOLD_STORE": two}).status == 0
    listed = [
        shell.run("account", "list", env={"TWOFOLD_STORE": one}),
        shell.run("--store", two, "account", "list", env={"TWOFOLD_STORE": one}),
        shell.run("account", "list", "--store", two, env={"TWOFOLD_STORE": one}),
    ]
    assert [ended.out.splitlines()[1].split()[0] for ended in listed] == ["ann", "ben", "ben"]
    assert not shell.store.parent.exists()


def test_the_configuration_counts(shell: Shell) -> None:
    config = shell.home / "other.toml"
    config.write_text('issuer = "My Company"\n')
    refused = shell.run("account", "list", "--config", str(config))
    assert refused.status == 2
    assert "ssuer takes 1 to 15 letters" in refused.err
    config.write_text('issuer = "orchestra"\n')
    refused = shell.run("account", "create", "ann", "--config", str(config), typed="orchestra-orchestra")
    assert (refused.status, "little more than the username" in refused.err) == (1, True)


def test_an_unusable_store_ends_with_3_and_is_not_touched(shell: Shell) -> None:
    shell.store.parent.mkdir(parents=True)
    shell.store.write_bytes(b"My diary. " * 1000)
    shell.store.chmod(0o600)
    ended = shell.run("account", "list")
    assert (ended.status, ended.out, ended.err.count("\n")) == (3, "", 1)
    assert shell.store.read_bytes() == b"My diary. " * 1000
    shell.store.unlink()
    shell.create()
    shell.store.chmod(0o644)
    assert "chmod 600" in shell.run("account", "list").err


def test_an_unusable_key_ends_with_4_and_is_never_made_anew(shell: Shell) -> None:
    shell.create()
    [key] = shell.keys.iterdir()
    kept = key.read_bytes()
    key.chmod(0o644)
    ended = shell.run("account", "list")
    assert (ended.status, ended.out, ended.err.count("\n")) == (4, "", 1)
    assert f"chmod 600 {key}" in ended.err
    key.unlink()
    assert shell.run("account", "create", "bob", typed=PASSWORD).status == 4
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    assert shell.run("account", "list").status == 0


def test_upgrade_says_whether_it_did_anything(shell: Shell) -> None:
    shell.create()
    done = shell.run("store", "upgrade")
    assert (done.status, done.out) == (0, "The store is up to date; nothing was done.\n")
    with sqlite3.connect(shell.store) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    newer = shell.run("store", "upgrade")
    assert (newer.status, newer.out) == (3, "")
    assert "newer Twofold" in newer.err


@pytest.mark.parametrize("command", [(), ("demo",), ("--kiosk",)])
def test_without_a_terminal_the_console_refuses_in_one_line(shell: Shell, command: tuple[str, ...]) -> None:
    ended = shell.run(*command)
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "needs a terminal" in ended.err
    assert not shell.store.parent.exists()


def test_a_fault_is_one_line_with_an_id_and_no_secret(shell: Shell) -> None:
    shell.create()
    script = (
        "import sys; import tui.cli.accounts as accounts\n"
        "def create(asked):\n"
        f"    password = {PASSWORD!r}\n"
        "    raise KeyError(password)\n"
        "accounts.create = create\n"
        "import tui.cli; sys.exit(tui.cli.main(['account', 'create', 'ann']))"
    )
    ended = shell.run_any([str(shell.launcher.parent / "python"), "-I", "-c", script])
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
    assert "KeyError" in ended.err
    assert "violet" not in ended.err
    assert "Traceback" not in ended.err


def test_the_console_is_reached_without_anything_heavy(shell: Shell) -> None:
    script = (
        "import sys, types\n"
        "app = types.ModuleType('tui.running')\n"
        "app.run_console = lambda settings: print(*sys.modules) or 0\n"
        "sys.modules['tui.running'] = app\n"
        "import tui.cli.console\n"
        "tui.cli.console._require_terminal = lambda: None\n"
        "import tui.cli; sys.exit(tui.cli.main([]))"
    )
    ended = shell.run_any([sys.executable, "-I", "-c", script])
    assert ended.status == 0, ended.err
    loaded = {name.partition(".")[0] for name in ended.out.split()}
    assert not loaded.intersection(HEAVY)
    assert not any(name.startswith("store.services") for name in ended.out.split())


def test_the_app_itself_starts_without_anything_heavy(shell: Shell) -> None:
    script = "import sys, tui.app; print(*sys.modules)"
    ended = shell.run_any([sys.executable, "-I", "-c", script])
    assert ended.status == 0, ended.err
    assert not {name.partition(".")[0] for name in ended.out.split()}.intersection(HEAVY)


@pytest.mark.long
def test_the_wheel_brings_the_launcher(shell: Shell, tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    venv = tmp_path / "another venv"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    run = subprocess.run
    run([*pip, "wheel", "--no-deps", "-w", str(tmp_path), str(root)], check=True, timeout=300)
    run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=300)
    [wheel] = tmp_path.glob("twofold-*.whl")
    run([*pip, "--python", str(venv / "bin" / "python"), "install", "--no-deps", str(wheel)], check=True)
    [packages] = venv.glob("lib/python3*/site-packages")
    own = root / ".venv" / "lib" / packages.parent.name / "site-packages"
    (packages / "dependencies.pth").write_text(f"{own}\n")
    (tmp_path / "twofold").symlink_to(venv / "bin" / "twofold")
    installed = Shell(shell.home, tmp_path / "twofold")
    assert installed.run("--version").status == 0
    installed.create()
    where = installed.run_any([str(venv / "bin" / "python"), "-I", "-c", "import tui; print(tui.__file__)"])
    assert where.out.startswith(str(venv))
