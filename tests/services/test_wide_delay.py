"""The wide caps make the log-ins of a source take turns, and shut nobody out (design D9)."""

from collections import Counter

import pytest

from store.errors import Locked, SignInRefused, TooBusy
from store.rules.throttling import MOST_WAITING, SOURCE_FAILURES, STORE_FAILURES, WIDE_DELAY
from store.services.principals import Visitor
from tests.desk import HERE, PASSWORD, Desk
from tests.services.racers import race_at, waits_for_its_turn
from tests.services.tries import ELSEWHERE, WRONG, password_wait, wrong_passwords
from tests.tables import change, events, rows

DELAY = WIDE_DELAY.total_seconds()
FORTY = 40


def guess(desk: Desk, username: str, visitor: Visitor = ELSEWHERE) -> float:
    """Fail once and return how long that waited."""
    before = desk.clock.slept
    with pytest.raises(SignInRefused):
        desk.services.sign_in.check_password(visitor, username, WRONG)
    return desk.clock.slept - before


def fill_store(desk: Desk, failures: int) -> None:
    """Have the store's counter stand at so many failures in the present window."""
    guess(desk, "first", Visitor("somewhere"))
    change(desk, "UPDATE throttle SET window_failures = ? WHERE factor = 'store'", failures)


def flood(desk: Desk, visitor: Visitor = ELSEWHERE) -> None:
    """Have a source's counter stand at its cap."""
    guess(desk, "first", visitor)
    change(desk, "UPDATE throttle SET window_failures = ? WHERE factor = 'source'", SOURCE_FAILURES)


def fill_line(desk: Desk, visitor: Visitor = ELSEWHERE, waiting: int = MOST_WAITING) -> None:
    """Have so many log-ins wait at a source."""
    for _ in range(waiting):
        desk.services.sign_in._reserve(visitor, "somebody")
        change(desk, "DELETE FROM throttle WHERE factor = 'password'")


def counted(desk: Desk) -> list[tuple[object, ...]]:
    return rows(desk, "SELECT factor, subject, source, failures, window_failures FROM throttle")


def test_a_source_waits_from_its_fiftieth_failure_whatever_the_names(desk: Desk) -> None:
    waits = [guess(desk, f"name{number}") for number in range(SOURCE_FAILURES)]
    assert waits == [0.0] * SOURCE_FAILURES
    assert guess(desk, "another") == DELAY
    assert guess(desk, "alice") == DELAY
    assert guess(desk, "another", Visitor("third")) == 0.0, "other sources do not"


def test_the_store_waits_from_its_five_hundredth_failure(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES - 1)
    assert guess(desk, "a", Visitor("s1")) == 0.0
    assert guess(desk, "a", Visitor("s2")) == DELAY


def test_it_delays_who_is_right_and_lets_them_in(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES)
    before = desk.clock.slept
    desk.log_in(visitor=HERE)
    assert desk.clock.slept == before + DELAY


def test_at_one_source_every_name_waits_alike_whoever_logged_in_there(desk: Desk) -> None:
    """Else a try for each name would tell which exist (ASVS 6.3.8)."""
    desk.create("bob")
    desk.log_in("alice", visitor=HERE)
    for failures, wait in ((STORE_FAILURES, DELAY), (0, 0.0)):
        fill_store(desk, failures)
        assert {guess(desk, name, HERE) for name in ("alice", "bob", "nobody")} == {wait}
    flood(desk)
    assert {guess(desk, name, HERE) for name in ("alice", "bob", "nobody")} == {DELAY}


@pytest.mark.parametrize("flooded", ["source", "store"])
def test_of_forty_processes_at_a_flooded_source_eight_take_turns(desk: Desk, flooded: str) -> None:
    flood(desk) if flooded == "source" else fill_store(desk, STORE_FAILURES)
    before = Counter(row[0] for row in counted(desk))
    tries = [(ELSEWHERE.source, f"name{number}", WRONG) for number in range(FORTY)]
    outcomes = Counter(race_at(desk, waits_for_its_turn, tries))
    turns = {f"waited {DELAY * place:g}": 1 for place in range(1, MOST_WAITING + 1)}
    assert outcomes == {**turns, "TooBusy": FORTY - MOST_WAITING}
    after = Counter(row[0] for row in counted(desk))
    assert after["password"] - before["password"] == MOST_WAITING, "the others are not counted"
    assert sum("too many waiting" in each.detail for each in events(desk, "password checked")) == 1


def test_who_is_told_to_try_again_is_not_counted_and_leaves_the_line_as_it_is(desk: Desk) -> None:
    flood(desk)
    fill_line(desk)
    before = (
        rows(desk, "SELECT * FROM throttle WHERE factor <> 'source'"),
        rows(desk, "SELECT last_turn FROM throttle WHERE factor = 'source'"),
    )
    for name, password in (("alice", PASSWORD), ("alice", WRONG), ("nobody", WRONG)):
        with pytest.raises(TooBusy):
            desk.services.sign_in.check_password(ELSEWHERE, name, password)
    after = (
        rows(desk, "SELECT * FROM throttle WHERE factor <> 'source'"),
        rows(desk, "SELECT last_turn FROM throttle WHERE factor = 'source'"),
    )
    assert after == before
    desk.clock.move(WIDE_DELAY)
    desk.log_in(visitor=ELSEWHERE)


def test_what_is_locked_takes_no_turn(desk: Desk) -> None:
    """Else whoever asks at a locked door, which costs nothing, would keep all others waiting."""
    wrong_passwords(desk, 5, visitor=ELSEWHERE)
    flood(desk)
    turn = rows(desk, "SELECT last_turn FROM throttle WHERE factor = 'source'")
    for _ in range(2 * MOST_WAITING):
        password_wait(desk, visitor=ELSEWHERE)
    assert rows(desk, "SELECT last_turn FROM throttle WHERE factor = 'source'") == turn


def test_a_line_at_one_source_keeps_nobody_waiting_elsewhere(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES)
    fill_line(desk)
    with pytest.raises(TooBusy):
        desk.log_in(visitor=ELSEWHERE)
    before = desk.clock.slept
    desk.log_in(visitor=HERE)
    assert desk.clock.slept == before + DELAY


def test_a_clock_set_back_leaves_nobody_waiting_for_turns_of_the_future(desk: Desk) -> None:
    flood(desk)
    fill_line(desk)
    desk.clock.move(hours=-1)
    assert guess(desk, "a") == DELAY


def test_a_log_in_that_is_right_shows_in_no_window_of_its_source(desk: Desk) -> None:
    """A window that began with it would end earlier than one that begins with the first failure."""
    desk.log_in(visitor=HERE)
    desk.clock.move(minutes=9)
    for number in range(SOURCE_FAILURES):
        guess(desk, f"name{number}", HERE)
    desk.clock.move(minutes=2)
    desk.log_in(visitor=HERE)
    assert guess(desk, "a", HERE) == DELAY


def test_the_window_ends_after_ten_minutes(desk: Desk) -> None:
    fill_store(desk, STORE_FAILURES)
    desk.clock.move(minutes=10)
    assert guess(desk, "a") == 0.0


def test_what_was_no_failure_counts_for_no_cap(desk: Desk) -> None:
    desk.log_in()
    assert rows(desk, "SELECT window_failures FROM throttle WHERE factor IN ('source', 'store')") == []


def test_an_ipv6_source_is_counted_by_its_network_and_shown_whole(desk: Desk) -> None:
    """Who has one address of a /64 has them all."""
    one, other = Visitor("2001:db8:1:2:3:4:5:6"), Visitor("2001:db8:1:2:ffff::9")
    wrong_passwords(desk, 3, visitor=one)
    wrong_passwords(desk, 2, visitor=other)
    for visitor in (one, other):
        with pytest.raises(Locked):
            desk.services.sign_in.check_password(visitor, "alice", PASSWORD)
    desk.log_in(visitor=Visitor("2001:db8:1:3::1"))
    assert {source for _, _, source, *_ in counted(desk)} == {"", "2001:db8:1:2::/64"}
    shown = [each.source for each in events(desk, "password checked")]
    assert shown == [one.source] * 3 + [other.source] * 2 + [one.source, "2001:db8:1:3::1"]
    [session] = desk.services.sessions.list(desk.log_in(visitor=Visitor("2001:db8:1:3::1")))[:1]
    assert session.source == "2001:db8:1:3::1"
