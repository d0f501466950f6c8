"""What processes must not do at once, threads of one process must not do either."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from store.errors import TwofoldError
from store.services.principals import SessionToken
from tests.desk import HERE, PASSWORD, Desk
from tests.services.tries import WRONG, fresh_code, wrong_code
from tests.tables import events, one


def at_once(calls: Iterable[Callable[[], object]]) -> list[str]:
    """Do all of it at the same moment; return the names of what was returned or raised."""
    waiting = list(calls)
    gate = threading.Barrier(len(waiting))

    def run(call: Callable[[], object]) -> str:
        gate.wait()
        try:
            return type(call()).__name__
        except TwofoldError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))


def agreeing(desk: Desk, tokens: Iterable[SessionToken]) -> list[Callable[[], object]]:
    return [partial(desk.services.backup_codes.agree, token) for token in tokens]


def test_of_thirty_wrong_codes_at_once_five_are_verified(desk: Desk) -> None:
    desk.enable()
    half, code = desk.half(), wrong_code(desk)
    outcomes = Counter(at_once([lambda: desk.services.second_factor.verify(half, code)] * 30))
    assert outcomes == {"WrongCode": 5, "Locked": 25}
    assert Counter(each.detail for each in events(desk, "code checked")) == {"wrong code": 5, "locked": 1}


def test_of_thirty_wrong_passwords_at_once_five_are_verified(desk: Desk) -> None:
    outcomes = at_once([lambda: desk.services.sign_in.check_password(HERE, "alice", WRONG)] * 30)
    assert Counter(outcomes) == {"SignInRefused": 5, "Locked": 25}


def test_one_right_code_is_accepted_once(desk: Desk) -> None:
    desk.enable()
    tokens = [desk.half() for _ in range(8)]
    code = fresh_code(desk)
    outcomes = at_once([partial(desk.services.second_factor.verify, token, code) for token in tokens])
    assert outcomes.count("LoggedIn") == 1
    assert set(outcomes) <= {"LoggedIn", "SpentCode", "Locked"}


def test_spent_codes_at_once_leave_neither_a_failure_nor_a_lock(desk: Desk) -> None:
    desk.enable()
    tokens = [desk.half() for _ in range(5)]
    code = desk.code()
    at_once([partial(desk.services.second_factor.verify, token, code) for token in tokens])
    assert one(desk, "SELECT failures FROM throttle WHERE factor = 'authenticator'") == 0
    assert one(desk, "SELECT lock_length FROM throttle WHERE factor = 'authenticator'") == 0
    desk.services.second_factor.verify(tokens[0], fresh_code(desk))


def test_of_two_sessions_that_agree_at_once_one_wins(desk: Desk) -> None:
    tokens = [desk.log_in(), desk.log_in()]
    for token in tokens:
        desk.show_codes(token)
    assert sorted(at_once(agreeing(desk, tokens))) == ["NoneType", "SessionEnded"]
    assert one(desk, "SELECT count(*) FROM authenticator") == 1
    assert one(desk, "SELECT count(*) FROM backup_set") == 1


def test_of_two_replacements_at_once_one_wins(desk: Desk) -> None:
    desk.enable()
    tokens = [desk.log_in(), desk.log_in()]
    for token in tokens:
        desk.show_codes(token)
    assert sorted(at_once(agreeing(desk, tokens))) == ["SessionEnded", "SessionToken"]
    assert one(desk, "SELECT count(*) FROM authenticator") == 1


def test_agreeing_twice_at_once_in_one_session_agrees_once(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    assert sorted(at_once(agreeing(desk, [token, token]))) == ["NoneType", "SessionEnded"]
    assert len(events(desk, "2FA enabled")) == 1


def test_of_two_changes_of_password_at_once_one_wins(desk: Desk) -> None:
    tokens = [desk.log_in(), desk.log_in()]
    new = ["marble ladder comet soup", "copper window basil train"]
    outcomes = at_once(
        [
            partial(desk.services.passwords.change, token, PASSWORD, each)
            for token, each in zip(tokens, new, strict=True)
        ]
    )
    assert sorted(outcomes) == ["SessionEnded", "SessionToken"]
    assert one(desk, "SELECT epoch FROM account") == 1


def test_one_of_two_threads_makes_the_first_operator(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    make = desk.services.accounts.create_first_operator
    outcomes = at_once([lambda: make(HERE, "root", PASSWORD), lambda: make(HERE, "admin", PASSWORD)])
    assert sorted(outcomes) == ["StoreNotFresh", "str"]
    assert one(desk, "SELECT count(*) FROM account") == 1
    desk.services.close()


def test_one_of_two_threads_gets_a_name(desk: Desk) -> None:
    from tests.desk import SHELL

    outcomes = at_once([lambda: desk.services.accounts.create(SHELL, "bob", PASSWORD)] * 2)
    assert sorted(outcomes) == ["UsernameTaken", "str"]
