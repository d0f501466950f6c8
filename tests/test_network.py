"""The program speaks to its terminal and to its files alone (ASVS 13.1.1, 13.2.4, 14.2.3)."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted([*(ROOT / "store").rglob("*.py"), *(ROOT / "tui").rglob("*.py")])
OUTWARD = {
    "aiohttp", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socketserver", "ssl", "telnetlib",
    "urllib.request", "urllib3", "websockets", "xmlrpc",
}  # fmt: skip


def test_nothing_is_imported_that_connects_to_anywhere() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            assert not {name for name in names if name in OUTWARD or name.partition(".")[0] in OUTWARD}, path


REACHES = {
    *("open_connection", "start_server", "open_unix_connection", "start_unix_server", "create_connection"),
    *("create_server", "create_unix_connection", "create_datagram_endpoint", "getaddrinfo", "urlopen"),
}


def test_nothing_opens_a_connection_by_any_name() -> None:
    used = {
        f"{path.name} {name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            {node.attr}
            if isinstance(node, ast.Attribute)
            else {alias.name for alias in node.names}
            if isinstance(node, ast.ImportFrom)
            else set()
        )
        if name in REACHES
    }
    assert used == set()


def test_of_sockets_only_the_name_of_this_machine_is_asked_for() -> None:
    used = {
        node.attr
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "socket"
    }
    assert used == {"gethostname"}
