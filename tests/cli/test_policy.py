"""`twofold policy`: what is in force, what changed from what, and what it refuses."""

import pytest

from store.services.bundle import open_services
from store.settings import Settings
from tests.cli.shell import PASSWORD, Shell
from tests.cli.test_account import now_clock
from tests.cli.two import make_operators
from tests.desk import cheap_hashing


def test_without_any_change_it_shows_what_was_designed(shell: Shell) -> None:
    shell.create("root", "--operator")
    shell.create("alice")
    shown = shell.json("policy", "show")
    assert shown == {
        "second_factor_for": "operators",
        "grace_seconds": 0,
        "demanded_since": None,
        "second_approval": False,
        "idle_seconds": 900,
        "kiosk_idle_seconds": 105,
        "absolute_seconds": 43200,
        "step_up_seconds": 900,
        "name": "Twofold",
        "issuer": "Twofold",
        "must_have_it_and_do_not": 1,
    }
    out = shell.run("policy", "show").out
    assert "2FA is required of  operators" in out
    assert "1 account that must have 2FA has it off." in out


def test_a_change_says_what_it_was_and_for_how_many_it_matters(shell: Shell) -> None:
    for name in ("alice", "bob"):
        shell.create(name)
    alone = shell.run("policy", "set", "--second-approval", "yes")
    assert (alone.status, alone.out) == (1, "")
    assert "Too few operators with working 2FA for that." in alone.err
    services = open_services(Settings(f"sqlite:///{shell.store}", shell.keys), now_clock(), cheap_hashing())
    make_operators(services, PASSWORD)
    services.close()
    ended = shell.run(
        *("policy", "set", "--2fa", "everybody", "--grace", "14d", "--kiosk-idle", "60s"),
        *("--second-approval", "yes", "--name", "Acme phones", "--issuer", "Acme"),
    )
    assert (ended.status, ended.err) == (0, "")
    for line in (
        "2FA is required of  everybody (was operators)",
        "Time of grace       14 days (was none)",
        "In a kiosk          1 min (was 1 min 45 s)",
        "Second approval     yes (was no)",
        "Name                Acme phones (was Twofold)",
        "In force now, for sessions that are open too. 2 accounts that must have 2FA have it off.",
    ):
        assert line in ended.out
    assert "Ends in any case" not in ended.out
    again = shell.run("policy", "set", "--2fa", "everybody")
    assert (again.status, again.out) == (0, "Nothing was changed: all of it was so already.\n")
    log = shell.json("audit", "list", "--event", "policy changed")
    assert len(log) == 1
    assert log[0]["actor"].startswith("shell:")


@pytest.mark.parametrize(
    ("options", "status", "says"),
    [
        (("--idle", "2h"), 1, "Without a key: 1 to 60 minutes."),
        (("--issuer", "two words"), 1, "The app's name for it"),
        (("--name", "a\u202eb"), 1, "a character that can't be shown"),
        (("--grace", "a while"), 2, "is no length such as 60s, 10m, 8h or 14d"),
        (("--2fa", "some"), 2, "invalid choice"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    shell: Shell, options: tuple[str, ...], status: int, says: str
) -> None:
    shell.create()
    ended = shell.run("policy", "set", *options)
    assert ended.status == status
    assert says in ended.err
    assert shell.json("policy", "show")["issuer"] == "Twofold"
