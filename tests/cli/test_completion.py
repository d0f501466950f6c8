"""A shell completes what can be asked for, and no names of people."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from tests.cli.shell import Shell

ASK = """
source /dev/stdin
COMP_WORDS=(twofold "$@"); COMP_CWORD=$#
_shtab_twofold
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""What bash does when Tab is pressed: it calls the function with the words so far, and offers what comes back."""


@pytest.fixture
def tab(shell: Shell) -> Callable[..., list[str]]:
    """Press Tab in bash after some words; the last one is what is being typed."""
    script = shell.run("completion", "bash")
    assert (script.status, script.err) == (0, "")

    def press(*words: str) -> list[str]:
        bash = shutil.which("bash")
        assert bash
        done = subprocess.run(  # noqa: S603 - bash, and the script under test
            [bash, "--norc", "-c", ASK, "bash", *words],
            input=script.out,
            capture_output=True,
            text=True,
            cwd=shell.home,
            check=True,
        )
        assert done.stderr == ""
        return sorted(filter(None, done.stdout.split("\n")))

    return press


def test_bash_completes_commands_options_and_files(shell: Shell, tab: Callable[..., list[str]]) -> None:
    assert tab("acc") == ["account"]
    assert tab("account", "dis") == ["disable"]
    assert tab("account", "disable", "--r") == ["--reason"]
    assert tab("audit", "export", "x", "--format", "") == ["csv", "jsonl"]
    assert tab("completion", "") == ["bash", "fish", "zsh"]
    (shell.home / "people.csv").touch()
    assert tab("audit", "export", "peo") == ["people.csv"]
    assert "people.csv" in tab("--config", "peo")


def test_bash_is_told_no_usernames_and_asks_no_store(shell: Shell, tab: Callable[..., list[str]]) -> None:
    shell.create("disraeli")
    assert tab("account", "show", "dis") == []


@pytest.mark.parametrize(("name", "begins"), [("bash", "#"), ("zsh", "#compdef twofold"), ("fish", "#")])
def test_each_script_is_plain_and_makes_no_store(shell: Shell, name: str, begins: str) -> None:
    script = shell.run("completion", name)
    assert (script.status, script.err) == (0, "")
    assert script.out.startswith(begins)
    assert "reset-2fa" in script.out
    assert "<U+" not in script.out
    assert not shell.store.parent.exists()


def test_another_shell_is_named_with_those_there_are(shell: Shell) -> None:
    refused = shell.run("completion", "tcsh")
    assert (refused.status, refused.out) == (2, "")
    assert all(name in refused.err for name in ("bash", "zsh", "fish"))
