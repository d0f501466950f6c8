"""Outside the demo its code is not even loaded."""

from __future__ import annotations

import subprocess
import sys

EVERYTHING = """
import importlib, pathlib, sys, tui
root = pathlib.Path(tui.__file__).parent
for path in sorted(root.rglob("*.py")):
    parts = ("tui", *path.relative_to(root).with_suffix("").parts)
    if "demo" not in parts and parts[-1] not in {"__init__", "__main__"}:
        importlib.import_module(".".join(parts))
print("tui.app" in sys.modules, *[name for name in sys.modules if name.startswith(("tui.demo", "zxingcpp"))])
"""


def test_no_other_module_imports_the_demo_or_a_qr_reader() -> None:
    done = subprocess.run(  # noqa: S603 - this Python, and the words above
        [sys.executable, "-I", "-X", "utf8", "-c", EVERYTHING], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True"]
