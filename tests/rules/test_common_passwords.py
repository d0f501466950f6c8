"""The passwords that people are known to take are refused, once they are long enough to be asked about (ASVS 6.2.4)."""

import itertools

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from store.errors import PasswordFault, WeakPassword
from store.rules import passwords

LISTED = [each for each in FREQUENCY_LISTS["passwords"] if len(each) >= passwords.MIN_LENGTH]
MOST_USED = [*itertools.islice(FREQUENCY_LISTS["passwords"], 300)]
KNOWN = [
    "123456789012345", "1234567890123456", "111111111111111", "qwertyuiopasdfg", "1qaz2wsx3edc4rfv", "passwordpassword",
    "password12345678", "iloveyouiloveyou", "1q2w3e4r5t6y7u8i9o0p", "abcdefghijklmno",
    "aaaaaaaaaaaaaaa", "michaelmichael1", "footballfootball",
]  # fmt: skip


def fault_of(password: str) -> PasswordFault | None:
    try:
        passwords.check(password, context=("alice", "Twofold"))
    except WeakPassword as refused:
        return refused.fault
    return None


def test_each_long_password_of_the_guessers_own_list_is_refused() -> None:
    assert len(FREQUENCY_LISTS["passwords"]) >= 3000
    assert LISTED
    assert [each for each in LISTED if fault_of(each) is None] == []


def test_the_most_used_ones_are_refused_when_they_are_only_repeated() -> None:
    """Said again and again until they are long enough."""
    repeated = [word * -(-passwords.MIN_LENGTH // len(word)) for word in MOST_USED]
    assert [each for each in repeated if fault_of(each) is None] == []


@pytest.mark.parametrize("password", KNOWN)
def test_well_known_long_ones_are_refused(password: str) -> None:
    assert len(password) >= passwords.MIN_LENGTH
    assert fault_of(password) is PasswordFault.GUESSABLE
