"""Every security event is one link of a chain that shows any change to it (D12)."""

from contextlib import suppress

import pytest

from store.errors import Locked, NotAllowed, StepUpNeeded, StoreNotFresh, TwofoldError, UsernameTaken
from store.services.audit_verify import verify
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import ACTS, Act
from tests.services.tries import wrong_passwords
from tests.tables import change, content, events, one, rows


def whole(desk: Desk) -> bool:
    with desk.services.core.database.read() as session:
        return not verify(session, desk.services.core.vault).findings


BY_SHELL = {
    *("create", "unlock", "reset", "disable an account", "enable an account"),
    *("end a session", "end all sessions", "set the policy"),
    *("open a case", "open a case of a theft", "complete a case", "cancel a case"),
    *("import accounts", "import calls", "lock an account", "activate", "renew an activation", "edit"),
    *("make an operator", "require a change", "reset a password"),
}

OF_BOB = {"create", "import accounts", "activate", "renew an activation", "change an activation password"}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_each_act_leaves_one_event_of_its_own_with_who_and_where(desk: Desk, act: Act) -> None:
    do = act.ready(desk)
    before = len(events(desk))
    with suppress(*([] if act.done else [TwofoldError])):
        do()
    added = events(desk)[before:]
    [matching] = [each for each in added if each.event == act.event]
    assert matching.outcome == ("done" if act.done else "refused")
    whose = {"set the policy": None, **dict.fromkeys(OF_BOB, 2)}
    assert matching.account_id == whose.get(act.name, 1)
    owner = "bob" if act.name in OF_BOB else "alice"
    shells = {**dict.fromkeys(BY_SHELL, "shell:root@host"), "approve a case": "shell:backup@host"}
    assert matching.actor == shells.get(act.name, "(nobody)" if act.name == "wrong password" else owner)
    assert matching.source == shells.get(act.name, HERE.source)
    assert len(added) <= 2
    assert whole(desk)


def test_a_full_story_leaves_an_unbroken_chain(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    wrong_passwords(desk, 5)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    desk.services.sessions.end(token)
    assert whole(desk)
    count = one(desk, "SELECT count(*) FROM audit_event")
    assert [row[0] for row in rows(desk, "SELECT seq FROM audit_event ORDER BY seq")] == list(
        range(1, count + 1)
    )
    assert one(desk, "SELECT seq FROM audit_head") == count


CHANGES = [
    "UPDATE audit_event SET actor = 'mallory' WHERE seq = 2",
    "UPDATE audit_event SET at = at + 1 WHERE seq = 2",
    "UPDATE audit_event SET event = 'x' WHERE seq = 2",
    "UPDATE audit_event SET outcome = 'refused' WHERE seq = 2",
    "UPDATE audit_event SET account_id = NULL WHERE seq = 2",
    "UPDATE audit_event SET source = '' WHERE seq = 2",
    "UPDATE audit_event SET detail = 'x' WHERE seq = 2",
    "UPDATE audit_event SET key_id = 0 WHERE seq = 2",
    "UPDATE audit_event SET key_id = 7 WHERE seq = 2",
    "UPDATE audit_event SET key_id = -1 WHERE seq = 2",
    "UPDATE audit_event SET prev = zeroblob(32) WHERE seq = 2",
    "UPDATE audit_event SET mac = zeroblob(32) WHERE seq = 2",
    "UPDATE audit_event SET mac = x'' WHERE seq = 2",
    "DELETE FROM audit_event WHERE seq = 1",
    "DELETE FROM audit_event WHERE seq = 2",
    "DELETE FROM audit_event WHERE seq = (SELECT max(seq) FROM audit_event)",
    "DELETE FROM audit_event WHERE seq >= 2",
    "DELETE FROM audit_event",
    "UPDATE audit_event SET seq = seq + 100 WHERE seq >= 2",
    "UPDATE audit_head SET seq = seq - 1",
    "UPDATE audit_head SET mac = zeroblob(32)",
    "DELETE FROM audit_head",
]


def test_any_change_is_seen(desk: Desk) -> None:
    desk.log_in()
    desk.log_in()
    kept = {table: rows(desk, f"SELECT * FROM {table}") for table in ("audit_event", "audit_head")}  # noqa: S608
    for sql in CHANGES:
        assert whole(desk)
        change(desk, sql)
        assert not whole(desk), sql
        for table, each in kept.items():
            change(desk, f"DELETE FROM {table}")  # noqa: S608
            for row in each:
                change(desk, f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)  # noqa: S608


def test_a_swap_of_two_events_is_seen(desk: Desk) -> None:
    desk.log_in()
    for sql in (
        "UPDATE audit_event SET seq = -1 WHERE seq = 1",
        "UPDATE audit_event SET seq = 1 WHERE seq = 2",
        "UPDATE audit_event SET seq = 2 WHERE seq = -1",
    ):
        change(desk, sql)
    assert not whole(desk)


def test_an_event_made_without_the_key_is_seen(desk: Desk) -> None:
    desk.log_in()
    change(
        desk,
        "INSERT INTO audit_event SELECT seq + 1, at, 'x', outcome, actor, account_id, source, detail, key_id,"
        " mac, mac FROM audit_event ORDER BY seq DESC LIMIT 1",
    )
    change(desk, "UPDATE audit_head SET seq = seq + 1")
    assert not whole(desk)


def test_refused_acts_are_recorded(desk: Desk) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    for principal in (HERE, half, full):
        before = len(events(desk))
        with pytest.raises(NotAllowed):
            desk.services.accounts.show(principal, "alice")
        assert [(each.event, each.outcome) for each in events(desk)[before:]] == [
            ("access refused", "refused")
        ]
    before = len(events(desk))
    with pytest.raises(NotAllowed):
        desk.services.home.look(SHELL)
    assert [(each.event, each.source) for each in events(desk)[before:]] == [("access refused", "host")]
    desk.clock.move(minutes=14)
    desk.services.sessions.check(full, active=True)
    desk.clock.move(minutes=1)
    before = len(events(desk))
    with pytest.raises(StepUpNeeded):
        desk.services.backup_codes.new_set(full)
    assert [(each.event, each.actor) for each in events(desk)[before:]] == [("step-up asked", "alice")]
    assert whole(desk)


def test_what_is_refused_for_its_form_is_no_event(desk: Desk) -> None:
    before = content(desk, but=())
    with pytest.raises(UsernameTaken):
        desk.services.accounts.create(SHELL, "alice", PASSWORD)
    with pytest.raises(StoreNotFresh):
        desk.services.accounts.create_first_operator(HERE, "bob", PASSWORD)
    assert content(desk, but=()) == before


def test_no_secret_of_the_whole_story_is_in_the_log(desk: Desk) -> None:
    secrets = [PASSWORD]
    for act in ACTS:
        if act.name in {"agree", "backup code", "agree to a new app", "reset code", "wrong current password"}:
            with suppress(TwofoldError):
                outcome = act.ready(desk)()
                secrets += [str(getattr(getattr(outcome, "token", outcome), "token", "no token"))]
            secrets += [*desk.codes.get("alice", ()), desk.secrets.get("alice", b"none yet").hex()]
            desk.clock.move(hours=2)
    logged = repr(rows(desk, "SELECT * FROM audit_event"))
    assert not [secret for secret in secrets if secret in logged]
