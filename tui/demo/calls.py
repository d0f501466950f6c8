"""A plausible call history: the same pattern each time, told backwards from now."""

from datetime import datetime, timedelta
from random import Random

from store.services.call_history import NewCall

DAYS = 255
MOST_A_DAY = 3
WEEKEND = 5
WORKING_MINUTES = range(8 * 60, 20 * 60, 45)
"""So far apart that no call begins during another."""
ANSWERED_LENGTHS = ((15, 90), (60, 400), (300, 2400))
"""Seconds: a word, a talk, a long talk."""

# Who calls, and how often of a hundred calls. Office, family, two customers abroad, who withholds the number.
CIRCLE: dict[str | None, int] = {
    "+302105550163": 22,
    "+306945550127": 20,
    "+306985550111": 14,
    "+302310555019": 10,
    "+302610555018": 7,
    "+442079460018": 8,
    "+493023125000": 6,
    "+306955550184": 5,
    "+302105550190": 3,
    None: 5,
}


def history(now: datetime) -> list[NewCall]:
    """Return about 200 calls of the last months, in working hours mostly, the oldest first."""
    chance = Random(301)  # noqa: S311 - a story, not a secret
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    calls = []
    for days_ago in range(DAYS, -1, -1):
        day = midnight - timedelta(days=days_ago)
        most = 1 if day.weekday() >= WEEKEND else MOST_A_DAY
        # Not every day is a busy one.
        count = chance.randint(0, most) if chance.random() < 0.7 else 0
        minutes = sorted(chance.sample(WORKING_MINUTES, count))
        calls += [
            _call(chance, day + timedelta(minutes=minute, seconds=chance.randint(0, 59)))
            for minute in minutes
        ]
    return [call for call in calls if call.at < now]


def _call(chance: Random, at: datetime) -> NewCall:
    number = chance.choices(list(CIRCLE), weights=list(CIRCLE.values()))[0]
    # A withheld number can be called back by nobody.
    directions = ("in", "missed") if number is None else ("in", "in", "out", "out", "out", "missed")
    direction = chance.choice(directions)
    length = chance.randint(*chance.choice(ANSWERED_LENGTHS))
    match direction:
        case "missed":
            return NewCall(at, "missed", number, None)
        case "in":
            return NewCall(at, "in", number, length)
        case _:
            return NewCall(at, "out", number, length)
