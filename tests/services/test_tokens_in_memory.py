"""A session's token is in the memory of its console alone: no file gives it back after a restart (SP 800-63B-4 5.1)."""

from tests.desk import Desk
from tests.services.tries import fresh_code


def test_no_file_holds_a_token(desk: Desk) -> None:
    desk.enable()
    half, full = desk.half(), desk.log_in()
    renewed = desk.services.second_factor.verify(full, fresh_code(desk)).token
    desk.services.home.look(renewed)
    everything = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"alice" in everything
    for token in (half, full, renewed):
        assert token.token.encode() not in everything
