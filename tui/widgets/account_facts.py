"""One account in words; stands beside the list where there is room, and on its own page."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from store.rules.phone_numbers import display
from store.rules.text import visible
from tui.units import about, counted, day, duration, minute

if TYPE_CHECKING:
    from store.clock import Clock
    from store.services.views import AccountView, RecoveryCaseView


class AccountFacts(Static):
    """Tells about the account that the line is on."""

    def __init__(self, clock: "Clock") -> None:
        """Say nothing yet."""
        super().__init__("", id="account-facts")
        self._clock = clock
        self._account: AccountView | None = None

    def show(self, account: "AccountView | None") -> None:
        """Tell about one account, or nothing."""
        self._account = account
        self.tick()

    def tick(self) -> None:
        """Say how long its locks last now."""
        text = self._text()
        if text != self.content:
            self.update(text)

    def _text(self) -> Content:
        if self._account is None:
            return Content("")
        account = as_of_now(self._account, self._clock)
        lines = [Content.styled(visible(account.username), "bold")]
        if account.display_name:
            lines.append(Content(visible(account.display_name)))
        lines += [Content(""), *(Content(trouble) for trouble in troubles(account))]
        if troubles(account):
            lines.append(Content(""))
        for label, value in facts(account):
            lines += [Content.styled(label, "dim"), Content(f"  {value}")]
        return Content("\n").join(lines)


def as_of_now(account: "AccountView", clock: "Clock") -> "AccountView":
    """Return an account that was seen a moment ago, its locks as long as they still last."""
    gone = max(clock.now() - account.at, timedelta())
    return replace(
        account,
        locked_for=max(account.locked_for - gone, timedelta()),
        password_locked_for=max(account.password_locked_for - gone, timedelta()),
        code_locked_for=max(account.code_locked_for - gone, timedelta()),
        backup_code_locked_for=max(account.backup_code_locked_for - gone, timedelta()),
    )


def facts(account: "AccountView") -> list[tuple[str, str]]:
    """Return what is known of an account, each with its label."""
    return [
        ("Role", f"{account.role}, since {day(account.created_at)}"),
        ("2FA", second_factor(account)),
        ("Number", visible(display(account.own_number)) if account.own_number else "none"),
        ("Last log-in", last_log_in(account)),
    ]


def last_log_in(account: "AccountView") -> str:
    """Return when somebody was last logged in, and in how many places still is."""
    last = minute(account.last_login_at) if account.last_login_at else "never"
    return f"{last}; {counted(account.open_sessions, 'session')} open" if account.open_sessions else last


def second_factor(account: "AccountView") -> str:
    """Return how 2FA stands."""
    if account.second_factor == "reset":
        return "reset; waits for the reset code"
    if account.two_factor_since is None:
        return account.second_factor
    since = f"{account.second_factor} since {day(account.two_factor_since)}"
    return f"{since}; {account.codes_left} of 10 codes unused (set {account.set_number})"


def troubles(account: "AccountView") -> list[str]:
    """Return what keeps somebody out, or will: each lock with its cause and how long it still lasts."""
    said = []
    if not account.enabled:
        said.append("Disabled: nobody can log in.")
    if account.locked_for > timedelta():
        why = f": {visible(account.lock_reason)}" if account.lock_reason else "."
        said.append(f"Locked by an operator for {left(account.locked_for)}{why}")
    waits = {
        "password": account.password_locked_for,
        "app's code": account.code_locked_for,
        "backup code": account.backup_code_locked_for,
    }
    locks = [f"{factor} for {left(wait)}" for factor, wait in waits.items() if wait > timedelta()]
    if locks:
        said.append(f"Locked after wrong tries: {', '.join(locks)}.")
    dead = {
        "authenticator app": account.authenticator_disabled,
        "backup codes": account.backup_set_disabled,
    }
    if any(dead.values()):
        off = " and ".join(factor for factor, is_off in dead.items() if is_off)
        said.append(f"Switched off after 100 wrong tries: {off}.")
    if account.case is not None:
        said.append(_about_case(account.case))
    if account.activation_spent:
        said.append("The password that was handed over is used up, and none was chosen: make another.")
    elif account.activation_ends is not None:
        which = "next" if account.last_login_at else "first"
        said.append(f"Waits for the {which} log-in, with the password that was handed over.")
    elif account.must_change_password:
        said.append("Has to choose a new password at the next log-in.")
    return said


def _about_case(case: "RecoveryCaseView") -> str:
    if case.stolen:
        return f"Phone stolen: no code opens anything until recovery case {case.number} is closed."
    if case.password and not case.approval_needed and case.live:
        return f"Recovery case {case.number} is open: next comes a password for one log-in."
    if case.approval_needed:
        return f"Recovery case {case.number} waits for a second operator."
    if not case.live:
        return f"Recovery case {case.number} is older than 7 days: a new one closes it."
    return f"Recovery case {case.number} is open: next comes the reset code."


def left(wait: timedelta) -> str:
    """Return how long a lock still lasts: to the second, where somebody may wait for its end."""
    return duration(wait) if wait < timedelta(hours=1) else about(wait)


def is_locked(account: "AccountView") -> bool:
    """Tell whether any lock is in force."""
    return longest_lock(account) > timedelta()


def longest_lock(account: "AccountView") -> timedelta:
    """Return how long the longest lock still lasts."""
    return max(
        account.locked_for,
        account.password_locked_for,
        account.code_locked_for,
        account.backup_code_locked_for,
    )
