"""How many places one account may be logged in at is not limited; each is listed (ASVS 7.1.2)."""

from store.services.principals import Visitor
from tests.desk import Desk

MANY = 40


def test_no_number_of_sessions_is_too_many_and_each_is_listed(desk: Desk) -> None:
    tokens = [desk.log_in(visitor=Visitor(f"10.0.0.{place}")) for place in range(MANY)]
    for token in tokens:
        desk.services.home.look(token)
    listed = desk.services.sessions.list(tokens[0])
    assert {each.source for each in listed} == {f"10.0.0.{place}" for place in range(MANY)}
    desk.services.sessions.end_others(tokens[0])
    assert [each.this_one for each in desk.services.sessions.list(tokens[0])] == [True]
