"""What is installed is the program and nothing else, with every library it stands on pinned (ASVS 15.1.2, 15.2.3)."""

import re
import tomllib
from typing import Any

from tests.honesty import ROOT

PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[\w,-]+\])?==\S+", re.MULTILINE)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_library_is_pinned_to_one_version_and_no_index_is_named() -> None:
    text = (ROOT / "constraints.txt").read_text("utf-8")
    pinned = {plain(name) for name in PINNED.findall(text)}
    named = [*project()["project"]["dependencies"], *project()["project"]["optional-dependencies"]["test"]]
    wanted = {plain(re.split(r"[<>=~!\[; ]", each)[0]) for each in named}
    assert wanted <= pinned
    requirements = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert all(PINNED.match(line) for line in requirements)
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links", text)


def test_what_builds_it_is_pinned_to_one_version_each_and_has_its_hash() -> None:
    """pip's isolated build heeds no constraints, so the versions stand in pyproject.toml (ASVS 15.2.4)."""
    requires = project()["build-system"]["requires"]
    assert all(re.fullmatch(PINNED, each) for each in requires)
    text = (ROOT / "build.txt").read_text("utf-8")
    hashed = re.findall(r"^(\S+==\S+) \\\n    --hash=sha256:[0-9a-f]{64}$", text, re.MULTILINE)
    assert sorted(hashed) == sorted(requires)
    assert text.count("\n") == 2 * len(hashed)
    # And whatever one of them stands on is among them.
    assert {"hatchling", "packaging", "pathspec", "pluggy", "tomlkit", "trove-classifiers", "editables"} == {
        plain(each.partition("==")[0]) for each in requires
    }


def test_tests_and_benchmarks_are_not_shipped() -> None:
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["tui", "store"]
    assert wheel["force-include"] == {"screens.tcss": "tui/screens.tcss"}
    assert wheel["shared-scripts"] == {"tui/twofold.sh": "twofold"}
    shipped = [path for package in wheel["packages"] for path in (ROOT / package).rglob("*.py")]
    assert shipped
    assert [path for path in shipped if path.name.startswith(("test_", "conftest"))] == []
    tools = {re.split(r"[<>=]", each)[0] for each in project()["project"]["optional-dependencies"]["test"]}
    assert {"hypothesis", "pytest"} <= tools
    modules = {
        "tests",
        "bench",
        "cv2",
        "PIL",
        "importlinter",
        *(plain(tool).replace("-", "_") for tool in tools),
    }
    imports = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(modules)})\b", re.MULTILINE)
    assert imports.search("import hypothesis")
    assert [path for path in shipped if imports.search(path.read_text("utf-8"))] == []


def test_types_are_checked_strictly_and_the_store_has_no_exception() -> None:
    """The check itself is mypy's, in `.ci/run` (ASVS 15.3.5)."""
    mypy = project()["tool"]["mypy"]
    assert mypy["strict"] is True
    assert set(mypy["packages"]) >= {"store", "tui"}
    assert mypy["exclude"] == ["store/migrations/versions/"]
    assert ".venv/bin/mypy\n" in (ROOT / ".ci" / "run").read_text("utf-8")
    files = [*(ROOT / "store").rglob("*.py")]
    excepted = re.compile(r"type:\s*ignore|#\s*mypy:|no_type_check|pyright")
    assert [path for path in files if excepted.search(path.read_text("utf-8"))] == []
    for overrides in mypy["overrides"]:
        assert not [name for name in overrides["module"] if name.startswith(("store", "tui"))]


def test_the_program_holds_no_source_control_and_no_archive() -> None:
    for package in ("tui", "store"):
        names = {path.name for path in (ROOT / package).rglob("*")}
        assert not [name for name in names if name.startswith(".")]
        assert not [name for name in names if name.endswith((".db", ".key", ".pem", ".bak", ".orig"))]
