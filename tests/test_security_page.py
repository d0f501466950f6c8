"""docs/security.md answers every statement, each once, and names only tests that exist and run."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest

from store.rules import activation, hashing, passwords, sessions, throttling
from tests.honesty import NAMED, PAGE, ROOT, Row, statements, tables, untrue
from tui.units import duration

TEXT = PAGE.read_text("utf-8")
ROWS = statements(TEXT)

CHAPTERS = {
    1: (2, 10, 12, 3, 3), 2: (3, 3, 5, 2), 3: (1, 3, 5, 8, 8, 1, 5), 4: (5, 5, 2, 4), 5: (1, 6, 3, 3),
    6: (3, 12, 8, 6, 8, 4, 2, 4), 7: (3, 4, 2, 5, 3, 2), 8: (4, 4, 3, 2), 9: (3, 4), 10: (2, 3, 5, 16, 5, 2, 3),
    11: (4, 5, 5, 4, 2, 2, 2), 12: (5, 2, 5), 13: (4, 6, 4, 7), 14: (2, 8, 3), 15: (5, 5, 7, 4), 16: (1, 5, 4, 3, 4),
    17: (2, 8, 2),
}  # fmt: skip
"""How many statements each section of ASVS 5.0 has, by chapter."""
RFC = {
    "R6238-B", "R4226-D", "R4226-4-R6", "R6238-3-R5", "R6238-5.1", "R6238-4.2", "R6238-5.2-step", "R6238-5.2-once",
    "R6238-5.2-older", "R6238-6", "R4226-7.2", "R4226-7.3", "R4226-7.4", "R-odds", "R-digits", "R-zone",
}  # fmt: skip
COUNTED = {"C": 8, "N": 18, "K": 8, "A": 7, "T": 30}

REASON = re.compile(r"(?:Does not apply|Not built|Deviates \(D\d+\))[:. ]")
DECISIONS = range(1, 19)


def asvs(chapter: int) -> set[str]:
    return {
        f"{chapter}.{section}.{number}"
        for section, count in enumerate(CHAPTERS[chapter], start=1)
        for number in range(1, count + 1)
    }


def every_statement() -> set[str]:
    counted = {f"{letter}{number}" for letter, count in COUNTED.items() for number in range(1, count + 1)}
    return RFC | counted | {each for chapter in CHAPTERS for each in asvs(chapter)}


def answered(row: Row) -> Iterator[str]:
    """What a row answers: `V3` is the whole chapter."""
    for each in row.ids:
        if re.fullmatch(r"V\d+", each):
            yield from asvs(int(each[1:]))
        else:
            yield each


def test_the_list_of_statements_is_that_of_the_standards() -> None:
    assert sum(len(asvs(chapter)) for chapter in CHAPTERS) == 345
    assert len(every_statement()) == 345 + len(RFC) + sum(COUNTED.values())


def test_every_statement_has_one_row_and_no_row_is_of_another() -> None:
    found = Counter(each for row in ROWS for each in answered(row))
    assert {each for each, times in found.items() if times > 1} == set()
    assert every_statement() - set(found) == set()
    assert set(found) - every_statement() == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_row_is_empty_and_each_has_a_proof_or_a_reason(row: Row) -> None:
    assert row.id
    assert row.what
    assert row.tests or re.match(REASON, row.proof), "neither a proof nor a reason"
    assert row.proof.count("::") == len(row.tests), "a test that is not written as one"
    if not row.tests:
        reason = row.proof[REASON.match(row.proof).end() :]  # type: ignore[union-attr]
        assert len(reason.split()) >= 3, "no reason"
    if len([*answered(row)]) > 1:
        assert row.proof.startswith(("Does not apply: ", "Not built: ")), "what applies has a row of its own"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_what_deviates_names_a_decision_and_is_proven_instead(row: Row) -> None:
    decisions = re.findall(r"Deviates(?: \(D(\d+)\))?", row.proof)
    assert all(each and int(each) in DECISIONS for each in decisions)
    if decisions:
        assert row.tests


@pytest.mark.parametrize("row", [row for row in ROWS if row.tests], ids=lambda row: row.id)
def test_every_test_that_is_named_exists_and_runs(row: Row) -> None:
    assert [said for test in row.tests if (said := untrue(test))] == []
    named = [test.node for test in row.tests]
    assert len(set(named)) == len(named)


def test_no_test_is_named_outside_the_tables_but_as_a_file() -> None:
    assert len(NAMED.findall(TEXT)) == sum(len(row.tests) for row in ROWS)
    for path in re.findall(r"`(tests/[\w/]+(?:\.py)?)`", TEXT):
        assert (ROOT / path).exists(), path


# The numbers


def plain(length: timedelta) -> str:
    """A length of time as the page has it."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    if minutes >= 60 and not seconds and not minutes % 60:
        return f"{minutes // 60} h"
    return f"{minutes} min" if not seconds else f"{int(length.total_seconds())} s"


def numbers() -> dict[str, str]:
    """The table of numbers as it has to be, made from the code."""
    t, s, p, h = throttling, sessions, passwords, hashing
    first = plain(t.lock_length(t.FREE_FAILURES)).replace(" min", " minute")
    return {
        "wrong tries in a row, of one factor, before it locks": f"{t.FREE_FAILURES}",
        "lock": f"{first}, doubled by each further failure, {plain(t.MAX_LOCK).replace('1 h', '60')} at most",
        "failures of one factor in a day": f"{t.MAX_A_DAY}, then locked to its end",
        "failures in a row that switch an authenticator or a backup set off until bound anew": f"{t.MAX_IN_A_ROW}",
        "password failures are counted for": "the name as typed and the source, whether the name exists or not",
        f"failures of one source, of the store, in {plain(t.WIDE_WINDOW).replace('min', 'minutes')}, before log-ins wait "
        f"{plain(t.WIDE_DELAY)}, those of a source one after the other": f"{t.SOURCE_FAILURES}, {t.STORE_FAILURES}",
        "log-ins of a source that wait then; one more is told to try again, not counted": f"{t.MOST_WAITING}",
        "a row of wrong passwords is forgotten": "a day after its first failure, by no log-in (why: below)",
        "ended sessions are kept for": f"{s.KEPT.days} days",
        "spent codes in a half session that cost nothing": f"{t.SPENT_PER_SESSION}",
        "wrong codes that end an enrollment": f"{t.ENROLLMENT_MISSES}",
        "session: idle, in a kiosk (a half one too), absolute, half": ", ".join(
            map(plain, (s.IDLE, s.KIOSK_IDLE, s.ABSOLUTE, s.HALF))
        ),
        "enrollment, backup codes on the screen, reset code": ", ".join(
            map(plain, (s.ENROLLMENT, s.CODES, s.RESET_CODE))
        ),
        "in a kiosk, secrets without a key: covered, codes never sooner than, warned before": (
            f"{plain(s.KIOSK_COVER)} (or {plain(s.KIOSK_WARNING)} before the kiosk's limit), "
            f"{plain(s.CODES_IN_SIGHT)}, {plain(s.KIOSK_WARNING)}"
        ),
        "step-up lasts": f"{plain(s.STEP_UP)}; for a session begun with a backup code, its life",
        "and for an operator's acts on others": plain(s.OPERATOR_STEP_UP),
        "parallel sessions of an account": "no limit; each is listed in Settings and can be ended there",
        "password": f"{p.MIN_LENGTH} to {p.MAX_LENGTH} characters, 10^{len(str(p._MIN_GUESSES)) - 1} guesses by zxcvbn",
        "words that count for nothing in a password": "the username and its parts, the issuer, `Twofold`",
        "activation password, and how long it is good": (
            f"{5 * activation.LENGTH} random bits, {activation.VALID_FOR // timedelta(hours=1)} h"
        ),
        "hashes at a time on a host": f"{t.HASHES_AT_ONCE}",
        "password hash; backup code digest": (
            f"Argon2id {h.PASSWORD_COST.memory_kib // 1024} MiB, {h.PASSWORD_COST.passes} passes; "
            f"{h.CODE_COST.memory_kib // 1024} MiB, {h.CODE_COST.passes} passes, 80-bit code, sealed"
        ),
    }


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    [rows] = [rows for heading, rows in tables(TEXT) if heading == ["what", "number", "where"]]
    assert {what: number for _, (what, number, _) in rows} == numbers()
    for _, (_, _, where) in rows:
        for path in re.findall(r"`([\w/]+\.py)`", where):
            assert (ROOT / path).is_file()
    assert duration(sessions.HALF) == plain(sessions.HALF)


def test_the_page_says_when_the_key_is_changed() -> None:
    text = " ".join(TEXT.split())
    assert (
        "(`twofold key rotate`) once a year and whenever somebody who could read the key file leaves" in text
    )
    operations = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert "After `twofold key rotate` the copy of the key file that you have is too old" in operations
    assert "the store and the key file, kept apart" in operations


def test_neither_this_page_nor_the_readme_claims_aal2() -> None:
    said = re.findall(r"[^.]*AAL[23][^.]*\.", " ".join(TEXT.partition("## Every statement")[0].split()))
    assert len(said) == 1
    assert "this is no AAL2 with phishing resistance" in said[0]
    others = [ROOT / "README.md", ROOT / "docs" / "operations.md", ROOT / "docs" / "architecture.md"]
    assert not [path for path in others if "AAL" in path.read_text("utf-8")]
