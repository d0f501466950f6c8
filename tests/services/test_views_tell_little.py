"""What services hand out holds no more than is shown (ASVS 15.3.1), and no operator sets a password (ASVS 6.4.6)."""

import dataclasses
import inspect
import re

from store.models import Account
from store.services import views
from store.services.bundle import Services

SHOWN_ONCE = {
    "Enrollment.setup_key",
    "Enrollment.uri_parts",
    "BackupCodesShown.codes",
    "Activation.password",
}
"""Secrets that are made to be seen: by their owner, before they are in force, or to be handed over for one log-in."""
TOKENS = {"CodeNeeded.token", "ResetCodeNeeded.token", "LoggedIn.token"}
SECRET = ("password_hash", "secret", "digest", "token", "salt", "key", "codes", "uri_parts", ".password")
NEW_ACCOUNTS = {"Accounts.create", "Accounts.create_first_operator"}
OWN_PASSWORD = {
    "SignIn.check_password",
    "TwoFactor.disable",
    "Passwords.change",
    "Passwords.choose_first",
    "Covering.uncover",
    "Passwords.check",
    "Passwords.step_up",
}


def test_no_view_holds_a_secret_but_for_those_that_are_shown_once() -> None:
    fields = {
        f"{name}.{field.name}"
        for name, view in inspect.getmembers(views, dataclasses.is_dataclass)
        for field in dataclasses.fields(view)
        if f".{field.name}".endswith(SECRET) and field.type not in {int, bool}
    }
    assert fields == SHOWN_ONCE | TOKENS
    assert "password_hash" in Account.model_fields


def test_no_service_takes_values_by_a_name_that_comes_from_outside() -> None:
    """Neither any named arguments nor a map: what can be set stands in the signature (ASVS 15.3.3)."""
    found = []
    for field, kind in inspect.get_annotations(Services, eval_str=True).items():
        if field == "core" or not isinstance(kind, type):
            continue
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            for given in inspect.signature(method).parameters.values():
                is_map = re.search(r"dict|Mapping|object|Any", str(given.annotation))
                if not name.startswith("_") and (given.kind is given.VAR_KEYWORD or is_map):
                    found.append(f"{kind.__name__}.{name}: {given}")
    assert found == []


def test_nobody_gives_another_person_a_new_password() -> None:
    """What takes a password makes a new account or belongs to a session's own; none takes another's name too."""
    takes = {
        f"{kind.__name__}.{name}": {
            each for each, of in inspect.signature(method).parameters.items() if of.annotation is not bool
        }
        for field, kind in inspect.get_annotations(Services, eval_str=True).items()
        if field != "core" and isinstance(kind, type)
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }
    with_password = {name for name, given in takes.items() if given & {"password", "new", "current"}}
    assert with_password == NEW_ACCOUNTS | OWN_PASSWORD
    named = {name for name in with_password if "username" in takes[name]}
    assert named == NEW_ACCOUNTS | {"SignIn.check_password"}
