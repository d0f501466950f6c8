"""Accounts as text, and as JSON for programs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from store.rules.text import visible
from store.services.views import AccountView
from tui.units import counted, duration

MEASURED = 1000
"""Rows read before the first is written, for the widths; more would be slow to begin with and cost memory."""

HEADINGS = ("USERNAME", "ROLE", "2FA", "CODES LEFT", "LOCKED FOR", "LAST LOG-IN", "NAME")


def table(views: Iterable[AccountView]) -> Iterator[str]:
    """Return a heading and one line for each account, in columns."""
    return columns(HEADINGS, map(_row, views))


def columns(headings: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """Return a heading and one line for each row, in columns; foreign text made fit for the terminal."""
    rows = ([visible(cell) for cell in row] for row in rows)
    first = [headings, *islice(rows, MEASURED)]
    widths = [max(map(len, column)) for column in zip(*first, strict=True)]
    for measured in (first, rows):
        for row in measured:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            yield "  ".join(cells).rstrip()


def aligned(lines: Mapping[str, str]) -> Iterator[str]:
    """Return each value behind its label, one below the other."""
    width = max(map(len, lines))
    for label, value in lines.items():
        yield f"{label.ljust(width)}  {value}"


def labelled(view: AccountView) -> Iterator[str]:
    """Return one account as labelled lines."""
    off = disabled_factors(view)
    lines = {
        "Username": visible(view.username),
        "Name": visible(view.display_name) or "none",
        "Role": view.role,
        "Account": "enabled" if view.enabled else "disabled",
        "2FA": _second_factor(view),
        "Locked": ", ".join(locks(view)) or "no",
        "Recovery": _case(view),
        "Switched off": f"{', '.join(off)} (100 wrong tries in a row; needs reset-2fa)" if off else "nothing",
        "Password": _password(view),
        "Sessions": f"{view.open_sessions} open",
        "Own number": visible(view.own_number or "none"),
        "Created": local(view.created_at),
        "Last log-in": local(view.last_login_at),
    }
    yield from aligned(lines)


def as_dict(view: AccountView) -> dict[str, object]:
    """Return one account for JSON: times in UTC, locks in seconds."""
    return {
        "username": view.username,
        "display_name": view.display_name,
        "role": view.role,
        "enabled": view.enabled,
        "second_factor": view.second_factor,
        "second_factor_since": utc(view.two_factor_since),
        "backup_set": view.set_number,
        "backup_codes_left": view.codes_left,
        "own_number": view.own_number,
        "created_at": utc(view.created_at),
        "last_login_at": utc(view.last_login_at),
        "locked_seconds": {
            "password": _seconds(view.password_locked_for),
            "authenticator": _seconds(view.code_locked_for),
            "backup_code": _seconds(view.backup_code_locked_for),
            "operator": _seconds(view.locked_for),
        },
        "lock_reason": view.lock_reason,
        "must_change_password": view.must_change_password,
        "activation_ends_at": utc(view.activation_ends),
        "activation_spent": view.activation_spent,
        "password_chosen_once": view.password_chosen,
        "open_sessions": view.open_sessions,
        "recovery_case": view.case.number if view.case else None,
        "switched_off": {
            "authenticator": view.authenticator_disabled,
            "backup_codes": view.backup_set_disabled,
        },
    }


def locks(view: AccountView) -> list[str]:
    """Return the locks in force and how long each still lasts."""
    waits = {
        "password": view.password_locked_for,
        "authentication code": view.code_locked_for,
        "backup code": view.backup_code_locked_for,
    }
    found = [f"{factor} (for {duration(wait)})" for factor, wait in waits.items() if wait > timedelta()]
    if view.locked_for > timedelta():
        found.insert(
            0, f"by an operator (for {duration(view.locked_for)}: {visible(view.lock_reason or '')})"
        )
    return found


def disabled_factors(view: AccountView) -> list[str]:
    """Return which factors are off until 2FA is set up anew."""
    factors = {"authentication codes": view.authenticator_disabled, "backup codes": view.backup_set_disabled}
    return [factor for factor, disabled in factors.items() if disabled]


def _row(view: AccountView) -> tuple[str, ...]:
    return (
        view.username,
        view.role if view.enabled else f"{view.role}, disabled",
        view.second_factor,
        "-" if view.codes_left is None else str(view.codes_left),
        _locked_for(view),
        local(view.last_login_at),
        view.display_name,
    )


def _second_factor(view: AccountView) -> str:
    if view.second_factor == "reset":
        return "reset; waits for the reset code and a new set-up"
    if view.two_factor_since is None or view.codes_left is None:
        return view.second_factor
    since = f"{view.second_factor} since {local(view.two_factor_since)}"
    return f"{since}, {counted(view.codes_left, 'backup code')} left of set {view.set_number}"


def _case(view: AccountView) -> str:
    if view.case is None:
        return "none"
    return f"case {view.case.number}{', phone stolen: 2FA is suspended' if view.case.stolen else ''}"


def _locked_for(view: AccountView) -> str:
    if view.locked_for > timedelta():
        return f"{duration(view.locked_for)} by an operator"
    longest = max(view.password_locked_for, view.code_locked_for, view.backup_code_locked_for)
    return duration(longest) if longest > timedelta() else "-"


def _password(view: AccountView) -> str:
    if view.activation_spent:
        return f"none: the activation password is used up (twofold account activate {view.username})"
    if view.activation_ends is not None:
        return f"waits to be activated until {local(view.activation_ends)}"
    return "has to be changed at the next log-in" if view.must_change_password else "in force"


def local(moment: datetime | None) -> str:
    """Return the local time to the minute."""
    return moment.astimezone().isoformat(" ", "minutes") if moment else "never"


def utc(moment: datetime | None) -> str | None:
    """Return the time in UTC, as programs read it."""
    return moment.astimezone(UTC).isoformat() if moment else None


def _seconds(length: timedelta) -> int:
    return -(-length // timedelta(seconds=1))
