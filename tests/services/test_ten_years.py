"""No password grows old: nobody is made to change one (ASVS 6.2.10, SP 800-63B-4 section 3.1.1.2)."""

from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, Desk


def test_a_password_is_good_for_ten_years_and_opens_everything(desk: Desk) -> None:
    changed_at = desk.services.home.look(desk.log_in()).password_changed_at
    desk.clock.move(days=3653)
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, LoggedIn)
    assert outcome.notices == ()
    home = desk.services.home.look(outcome.token)
    assert home.password_changed_at == changed_at
    desk.services.call_forwarding.forward(outcome.token, "+306971234567")
    desk.enable()
    desk.clock.move(days=3653)
    desk.services.home.look(desk.log_in())
