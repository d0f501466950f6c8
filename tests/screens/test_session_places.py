"""Where a session is stands whole in the list, also where that is an IPv6 address."""

from store.services.views import OpenSession
from tests.clocks import START
from tests.desk import Desk
from tests.screens.pages import LONG, show, turn_to
from tui.screens.sessions import SessionsScreen

ADDRESS = "2001:db8:1234:5678:9abc:def0:1234:5678"


async def test_an_ipv6_address_is_shown_whole_beside_its_button(desk: Desk) -> None:
    here = OpenSession(1, START, START, "host/alice", this_one=True)
    others = [OpenSession(number, START, START, ADDRESS, this_one=False) for number in range(2, 11)]
    async with show(desk, "sessions, many") as console:
        await turn_to(console, SessionsScreen((here, *others), LONG))
        shown = [line for line in console.lines if ADDRESS in line]
        assert len(shown) == len(others)
        assert all(f"End {number}" in line for number, line in enumerate(shown, start=2))
