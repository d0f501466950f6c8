"""Where a console stands is what this machine knows of the peer, never what a person there can choose."""

import os
import pwd
import socket

import pytest

from tui.source import find_source

HOST_USER = f"{socket.gethostname()}/{pwd.getpwuid(os.getuid()).pw_name}"


def behind(monkeypatch: pytest.MonkeyPatch, connection: str) -> str:
    monkeypatch.setenv("SSH_CONNECTION", connection)
    return find_source(kiosk=False, kiosk_name=None)


@pytest.fixture(autouse=True)
def local(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("SSH")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("first", "source"),
    [
        ("10.0.0.9", "10.0.0.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.9", "10.0.0.9"),
    ],
)
def test_behind_openssh_it_is_the_peers_address_whole_and_in_one_spelling(
    monkeypatch: pytest.MonkeyPatch, first: str, source: str
) -> None:
    assert behind(monkeypatch, f"{first} 50022 10.0.0.1 22") == source


def test_no_port_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {behind(monkeypatch, f"10.0.0.9 {port} 10.0.0.1 22") for port in (1, 50022, 65535)}
    assert found == {"10.0.0.9"}


@pytest.mark.parametrize(
    "value",
    ["", " ", "UNKNOWN 65535 UNKNOWN 65535", "10.0.0 1 2 3", "10.0.0.09 1 2 3", "1234 1 2 3", "alice 1", "::g 1 2 3",
     "10.0.0.9/24 1 2 3", "\t10.0.0.9 1 2 3", "[::1] 1 2 3", "%eth0 1 2 3", "host/alice", "kiosk:hall 1 2 3"],
)  # fmt: skip
def test_what_is_no_address_counts_as_host_and_os_user(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert behind(monkeypatch, value) == HOST_USER


def test_no_other_variable_says_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_CLIENT", "SSH_TTY", "REMOTEHOST", "REMOTE_ADDR", "USER", "LOGNAME", "HOSTNAME", "TTY"):
        monkeypatch.setenv(name, "10.0.0.9 1 2")
    assert find_source(kiosk=False, kiosk_name=None) == HOST_USER


def test_a_kiosk_is_its_name_and_without_one_its_host() -> None:
    assert find_source(kiosk=True, kiosk_name="front-desk") == "kiosk:front-desk"
    assert find_source(kiosk=True, kiosk_name=None) == f"kiosk:{socket.gethostname()}"
    assert find_source(kiosk=False, kiosk_name="front-desk") == HOST_USER, "not in a kiosk"


def test_kiosks_behind_openssh_are_told_apart_by_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.9 50022 10.0.0.1 22")
    assert find_source(kiosk=True, kiosk_name=None) == "10.0.0.9"
    assert find_source(kiosk=True, kiosk_name="front-desk") == "kiosk:front-desk"


def test_an_os_user_without_a_name_has_a_source_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such(_uid: int) -> pwd.struct_passwd:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", no_such)
    assert find_source(kiosk=False, kiosk_name=None) == f"{socket.gethostname()}/uid {os.getuid()}"
