"""A number is said with its unit, and time as a duration."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.units import counted, day, duration, minute

lengths = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2))
moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(lengths)
def test_a_duration_says_hours_minutes_and_seconds_and_never_too_little(length: timedelta) -> None:
    text = duration(length)
    parts = text.split()
    units = {"h": 3600, "min": 60, "s": 1}
    said = timedelta(
        seconds=sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))
    )
    resolution = timedelta(minutes=1) if "h" in parts else timedelta(seconds=1)
    assert abs(said - length) < resolution
    assert "h" in parts or said >= length
    assert len(text) <= 11


@given(lengths, lengths)
def test_a_longer_time_is_never_said_shorter(one: timedelta, other: timedelta) -> None:
    def said(length: timedelta) -> int:
        parts = duration(length).split()
        units = {"h": 3600, "min": 60, "s": 1}
        return sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))

    shorter, longer = sorted((one, other))
    assert said(shorter) <= said(longer)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.2, "1 s"),
        (45, "45 s"),
        (60, "1 min"),
        (250, "4 min 10 s"),
        (3600, "1 h 00 min"),
        (3720, "1 h 02 min"),
    ],
)
def test_durations_as_they_are_said(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text


@given(moments)
def test_a_day_and_a_minute_are_local_and_can_be_read_back(moment: datetime) -> None:
    local = moment.astimezone()
    assert datetime.strptime(day(moment), "%d %b %Y").date() == local.date()  # noqa: DTZ007
    assert minute(moment) == f"{day(moment)} {local:%H:%M}"
    assert not day(moment).startswith("0")


@given(st.integers(min_value=0, max_value=10**6))
def test_one_is_one_and_anything_else_is_many(number: int) -> None:
    assert counted(number, "call") == f"{number} call{'' if number == 1 else 's'}"
    assert counted(number, "is", "are") == f"{number} {'is' if number == 1 else 'are'}"
