"""Which key the secrets of a store are sealed under, and a log-in that needs one of them."""

from pathlib import Path

from store.rules import totp
from store.services.audit_verify import verify
from store.services.bundle import Services
from store.services.principals import SessionToken
from store.services.views import CodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import rows

SEALED = {
    "authenticator": "SELECT secret FROM authenticator",
    "backup code": "SELECT digest FROM backup_code",
    "reset code": "SELECT digest FROM reset_code",
    "check value": "SELECT key_check FROM store",
}


def key_ids(desk: Desk) -> dict[str, set[int]]:
    """Which keys the values of each kind are sealed under."""
    return {kind: {row[0][1] for row in rows(desk, sql)} for kind, sql in SEALED.items()}


def all_under(key_id: int) -> dict[str, set[int]]:
    return {kind: {key_id} for kind in SEALED}


def key_file(desk: Desk) -> Path:
    [path] = desk.settings.keys_folder.iterdir()
    return path


def whole(desk: Desk) -> bool:
    with desk.services.core.database.read() as session:
        return not verify(session, desk.services.core.vault).findings


def log_in(desk: Desk, services: Services, username: str = "alice") -> SessionToken:
    outcome = services.sign_in.check_password(HERE, username, PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    desk.clock.move(seconds=totp.STEP_SECONDS)
    return services.second_factor.verify(outcome.token, desk.code(username)).token


def people_at(desk: Desk) -> str:
    """Give alice and bob 2FA, and reset carol's; return her reset code."""
    desk.enable("alice")
    for name in ("bob", "carol"):
        desk.create(name)
        desk.enable(name)
    return desk.services.reset.reset_two_factor(SHELL, "carol", "lost phone and codes")
