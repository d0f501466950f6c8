"""Numbers, lengths of time and moments, each said with its unit."""

from datetime import datetime, timedelta


def duration(length: timedelta) -> str:
    """Return a length of time with its unit: `45 s`, `4 min 10 s`, `1 h 02 min`; part seconds count whole."""
    seconds = -(-length // timedelta(seconds=1))
    minutes, rest = divmod(seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left:02} min"
    if minutes:
        return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"
    return f"{seconds} s"


def rough(length: timedelta) -> str:
    """Return a length of time in whole days where it has any: `6 days`; else as `duration` does."""
    days = length // timedelta(days=1)
    return counted(days, "day") if days else duration(length)


def about(length: timedelta) -> str:
    """Return a length of time in one unit, for a narrow column: `45 s`, `12 min`, `5 h`, `3 days`."""
    seconds = -(-length // timedelta(seconds=1))
    for unit, size, most in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 72)):
        if seconds < size * most:
            return f"{-(-seconds // size)} {unit}"
    return f"{-(-seconds // 86400)} days"


def day(moment: datetime) -> str:
    """Return the local date: `24 Nov 2026`."""
    local = moment.astimezone()
    return f"{local.day} {local:%b %Y}"


def minute(moment: datetime) -> str:
    """Return the local date and time: `24 Nov 2026 14:02`."""
    return f"{day(moment)} {moment.astimezone():%H:%M}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return the number with its noun: `1 code`, `9 codes`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
