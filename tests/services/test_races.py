"""What may happen once happens once, however many processes try at the same moment (D3, D6, D7, D9)."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import HEAD
from store.rules import totp
from store.services.audit_verify import verify
from store.services.principals import SessionToken
from store.settings import Settings
from tests.bound import spend
from tests.clocks import FakeClock
from tests.desk import SHELL, Desk
from tests.services.racers import (
    Run,
    enrolls,
    guesses,
    makes_first_operator,
    opens,
    race,
    race_at,
    uses_backup_code,
    verifies,
)
from tests.services.tries import NO_CODE, WRONG, fresh_code, wrong_code
from tests.tables import events, one, rows

SIXTEEN = 16


def halves(desk: Desk, count: int) -> list[SessionToken]:
    return [desk.half() for _ in range(count)]


def details(desk: Desk, event: str) -> Counter[str]:
    return Counter(each.detail for each in events(desk, event))


def whole(desk: Desk) -> bool:
    with desk.services.core.database.read() as session:
        return not verify(session, desk.services.core.vault).findings


def test_one_right_code_lets_one_of_sixteen_processes_in(desk: Desk) -> None:
    desk.enable()
    code = fresh_code(desk)
    outcomes = Counter(race_at(desk, verifies, [(half.token, code) for half in halves(desk, SIXTEEN)]))
    assert outcomes["LoggedIn"] == 1
    assert set(outcomes) <= {"LoggedIn", "SpentCode", "Locked"}
    assert one(desk, "SELECT count(*) FROM session WHERE kind = 'full' AND ended_at IS NULL") == 1
    assert one(desk, "SELECT last_step FROM authenticator") == totp.step_at(desk.clock.now())
    assert whole(desk)


def test_one_right_code_in_one_session_is_accepted_once(desk: Desk) -> None:
    desk.enable()
    half, code = desk.half(), fresh_code(desk)
    outcomes = Counter(race_at(desk, verifies, [(half.token, code)] * 8))
    assert outcomes["LoggedIn"] == 1
    assert set(outcomes) <= {"LoggedIn", "SpentCode", "Locked", "SessionEnded"}


def test_one_backup_code_lets_one_of_sixteen_processes_in(desk: Desk) -> None:
    codes = desk.enable()
    outcomes = Counter(
        race_at(desk, uses_backup_code, [(half.token, codes[4]) for half in halves(desk, SIXTEEN)])
    )
    assert outcomes["LoggedIn"] == 1
    assert set(outcomes) <= {"LoggedIn", "UsedBackupCode", "Locked"}
    assert rows(desk, "SELECT number FROM backup_code WHERE used_at IS NOT NULL") == [(5,)]
    assert whole(desk)


def test_of_the_two_last_backup_codes_one_is_spent_and_one_is_kept(desk: Desk) -> None:
    codes = desk.enable()
    spend(desk.services, range(1, 9))
    given = [(half.token, code) for half, code in zip(halves(desk, 2), codes[8:], strict=True)]
    assert sorted(race_at(desk, uses_backup_code, given)) == ["LastBackupCode", "LoggedIn"]
    assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL") == 1


@pytest.mark.parametrize(
    ("part", "event", "many"), [(verifies, "code checked", 30), (uses_backup_code, "backup code checked", 8)]
)
def test_of_many_wrong_codes_at_once_five_are_verified(
    desk: Desk, part: Callable[..., Run], event: str, many: int
) -> None:
    desk.enable()
    half = desk.half()
    code = wrong_code(desk) if part is verifies else NO_CODE
    outcomes = Counter(race_at(desk, part, [(half.token, code)] * many))
    wrong = "WrongCode" if part is verifies else "WrongBackupCode"
    assert outcomes == {wrong: 5, "Locked": many - 5}
    assert details(desk, event) == {"wrong code": 5, "locked": 1}
    assert whole(desk)


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_of_many_wrong_passwords_at_once_five_are_verified(desk: Desk, name: str) -> None:
    outcomes = Counter(race_at(desk, guesses, [("host/x", name, WRONG)] * 8))
    assert outcomes == {"SignInRefused": 5, "Locked": 3}
    found = Counter(each.detail.split(", ")[-1] for each in events(desk, "password checked"))
    assert found == {"wrong password": 5, "locked": 1}


def test_of_two_processes_that_agree_at_once_one_enables_2fa(desk: Desk) -> None:
    outcomes = race_at(desk, enrolls, [(), ()])
    [won] = [each for each in outcomes if each.startswith("set ")]
    [lost] = [each for each in outcomes if each != won]
    assert lost in {"SessionEnded", "ChangedElsewhere"}
    assert one(desk, "SELECT count(*) FROM authenticator") == 1
    assert one(desk, "SELECT count(*) FROM backup_code") == 10
    assert won == f"set {desk.services.accounts.show(SHELL, 'alice').set_number}"
    assert one(desk, "SELECT count(*) FROM session WHERE ended_at IS NULL") == 0
    assert len(events(desk, "2FA enabled")) == 1


def test_sixteen_processes_that_open_a_new_store_make_one(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'data' / 'twofold.db'}", tmp_path / "keys")
    outcomes = Counter(race(settings, FakeClock(), opens, [()] * SIXTEEN))
    assert outcomes == {"upgraded": 1, "opened": SIXTEEN - 1}
    desk = Desk.__new__(Desk)
    desk.settings = settings
    assert one(desk, "SELECT count(*) FROM store") == 1
    assert one(desk, "SELECT count(*) FROM audit_head") == 1
    assert rows(desk, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert len(list((tmp_path / "keys").iterdir())) == 1


def test_of_eight_processes_one_makes_the_first_operator(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    outcomes = race_at(desk, makes_first_operator, [(f"root{number}",) for number in range(8)])
    assert sorted(outcomes)[:7] == ["StoreNotFresh"] * 7
    assert one(desk, "SELECT count(*) FROM account") == 1
    assert len(events(desk, "account created")) == 1
    desk.services.close()
