"""What colleagues did not know: when a digest says that explaining helps, and in which words.

The golden files are read aloud as those of test_golden.py; KLANKBORD_GOLDEN=1 writes them anew.
"""

import os
from collections.abc import Iterator

import pytest
from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Publication, Record, deposit, open_blocks
from analysis.findings import ENOUGH_TO_EXPLAIN, to_explain
from bot.flow.wording import Digest, digest
from config.questions import PickOne, PickSeveral
from config.texts import say
from config.words import LANGUAGES, Language
from tests.analysis.desk import HR, desk, person
from tests.analysis.visibility import (
    EXPECTED,
    NOTICED,
    RELEASED,
    WHERE,
    Visibility,
    answered,
    published,
    round_of,
    several,
)

from .test_golden import GOLDEN, PERIOD, mixed, numbers, published_numbers

CASES: dict[str, tuple[Visibility, dict[str, int]]] = {
    "searched": (WHERE, {"knew": 11, "searched": 8, "wrong-desk": 4}),
    "not-expected": (EXPECTED, {"better": 3, "as-expected": 9, "worse": 1, "unknown": 7}),
}


def read(ledger: list[Publication], question: Visibility, language: Language) -> Digest:
    """The digest of one block."""
    return digest(ledger, HR, question, PERIOD, language)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database; every case is a cycle of its own."""
    with desk(tmp_path_factory.mktemp("explaining")) as opened:
        yield opened


CYCLES = iter(range(1, 1000))


@pytest.mark.parametrize("name", CASES)
def test_a_digest_asks_for_explaining_as_it_was_read_aloud(session: Session, name: str) -> None:
    """Word for word in both languages, within 120 words, and no number in it that was not published."""
    question, counts = CASES[name]
    values = several(counts)
    people = [answered(question, value, *records) for value, records in zip(values, mixed(len(values)), strict=True)]
    _, ledger = round_of(session, question, people, next(CYCLES), 1, 10)
    for language in LANGUAGES:
        made, file = read(ledger, question, language), GOLDEN / f"{name}.{language}.txt"
        text = "\n".join((*made.lines, "", *made.details)) + "\n"
        if os.environ.get("KLANKBORD_GOLDEN"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8")
        assert len(" ".join(made.lines).split()) <= 120
        assert numbers(text) <= {"1", "9", "4", "5"} | published_numbers(ledger)


@pytest.mark.parametrize(
    ("question", "counts", "subjects"),
    [
        (WHERE, {"knew": 7, "searched": 3}, ["where.searched"]),
        (WHERE, {"knew": 9, "searched": 3}, ["where.searched"]),  # exactly a quarter
        (WHERE, {"knew": 10, "searched": 3}, []),
        (WHERE, {"knew": 18, "searched": 3, "wrong-desk": 3}, ["where.searched", "where.wrong-desk"]),  # together
        (WHERE, {"knew": 19, "searched": 3, "wrong-desk": 3}, []),
        (WHERE, {"knew": 6, "searched": 2, "wrong-desk": 2}, ["where.other"]),  # who did not know, one way or the other
        (WHERE, {"knew": 8, "searched": 4, "wrong-desk": 1}, ["where.other"]),
        (WHERE, {"knew": 1, "searched": 6, "wrong-desk": 5}, ["where.searched"]),  # the others may have known
        (EXPECTED, {"better": 6, "worse": 2, "unknown": 2}, []),
        (WHERE, {"knew": 2, "wrong-desk": 8}, ["where.wrong-desk"]),  # chosen most, without a number
        (WHERE, {"knew": 12}, []),
        (EXPECTED, {"better": 3, "as-expected": 6, "unknown": 3}, ["expected.unknown"]),
        (EXPECTED, {"better": 3, "as-expected": 7, "unknown": 3}, []),
        (EXPECTED, {"worse": 12}, []),
    ],
)
def test_a_quarter_of_who_answered_is_enough_to_speak_of(
    session: Session, question: Visibility, counts: dict[str, int], subjects: list[str]
) -> None:
    """By what was published alone: of each named answer that asks for explaining, or of these together."""
    ledger = published(session, question, counts, next(CYCLES))
    assert [row.subject for row in to_explain(ledger, question)] == subjects
    for language in LANGUAGES:
        made = read(ledger, question, language)
        told = [any(word in line for word in ("**Uitleggen helpt:**", "**Explaining helps:**")) for line in made.lines]
        assert told.count(True) == bool(subjects)
        sentence = say("explaining.details", language)
        assert [sentence in line for line in made.details[-2:]] == [bool(subjects), False]


@pytest.mark.parametrize(
    ("question", "counts", "shown"),
    [
        (WHERE, {"knew": 20, "searched": 3}, "“Ja, meteen” 20 keer, “Ja, na zoeken of vragen” 3 keer."),
        (WHERE, {"knew": 20, "searched": 2, "wrong-desk": 1}, "“Ja, meteen” 20 keer, de rest 3 keer."),
        (NOTICED, {"noticed": 4, "a-little": 5, "not-noticed": 9}, "“Een beetje” 5 keer, “Nee” 9 keer."),
        (NOTICED, {"noticed": 1, "a-little": 1, "not-noticed": 9}, ""),  # the first screen says all that may be said
        (NOTICED, {"not-noticed": 12}, ""),
    ],
)
def test_how_often_each_answer_was_given_is_in_the_details(
    session: Session, question: Visibility, counts: dict[str, int], shown: str
) -> None:
    """Whether it asks for explaining or not: where to go, what was expected, whether a promise is noticed."""
    ledger = published(session, question, counts, next(CYCLES))
    found = [line for line in read(ledger, question, "nl").details if "“" in line]
    assert [line.endswith(shown) for line in found] == ([True] if shown else [])


WAYS = PickSeveral.model_validate(
    {"kind": "pick_several", "key": "ways", "ask": {"nl": "Hoe ging het contact met {department}?", "en": "How?"}}
    | {"options": [{"key": key, "label": {"nl": key, "en": key}} for key in ("desk", "phone", "mail")]}
)


@pytest.mark.parametrize(
    ("counts", "threshold", "first", "shown"),
    [
        ((1, 6, 11), 10, "“mail”.", "“desk” hooguit 2 keer, “phone” 6 keer, “mail” door bijna iedereen"),
        ((1, 6, 4), 10, "“phone” (6 keer)", "“desk” hooguit 2 keer, “phone” 6 keer, “mail” 4 keer."),
        ((1, 2, 11), 10, "“mail”.", ""),
        ((1, 2, 0), 10, "", ""),
        ((4, 5, 0), 7, "", ""),  # which of them was chosen more is not said of so few
    ],
)
def test_of_several_choices_each_is_a_share_of_its_own(
    session: Session, counts: tuple[int, ...], threshold: int, first: str, shown: str
) -> None:
    """What at most two people chose is never told as what was chosen most."""
    n = 12 if threshold == 10 else 8
    chosen = [tuple(key for key, k in zip(WAYS_KEYS, counts, strict=True) if i < k) or ("else",) for i in range(n)]
    people = [[*person()[:2], Record("hr", {WAYS.key: values})] for values in chosen]
    blocks = open_blocks(session, next(CYCLES), 1, ["hr"])
    deposit(session, blocks, [record for records in people for record in records])
    closed = disclosure.settle(session, blocks, WAYS.key, threshold)
    ledger = disclosure.publish(session, [(one, HR) for one in closed], WAYS, threshold, RELEASED)
    made = digest(ledger, HR, WAYS, PERIOD, "nl")
    (line,) = [one for one in made.lines if "Hoe ging" in one] or [""]
    (details,) = [one for one in made.details if "Hoe ging" in one] or [""]
    assert (first in line, bool(line)) == (True, bool(first))
    assert (shown in details, bool(details)) == (True, bool(shown))


WAYS_KEYS = ("desk", "phone", "mail")


def test_with_a_threshold_of_seven_it_is_said_without_numbers(session: Session) -> None:
    """Eight people, five of whom came to the wrong desk: chosen most, and no number stands beside it."""
    ledger = published(session, WHERE, {"knew": 3, "wrong-desk": 5}, next(CYCLES), threshold=7)
    made = read(ledger, WHERE, "en")
    assert "**Did you know where to go at HR?** mostly “No, I came to the wrong place”." in made.details[-2]
    assert any(line.startswith("**Explaining helps:**") for line in made.lines)


def test_what_is_chosen_most_without_a_number_is_enough_for_the_rule() -> None:
    """Of so few answers the one chosen most has at least the share that the rule asks for."""
    assert all(1 / len(question.values) >= ENOUGH_TO_EXPLAIN for question in (WHERE, EXPECTED))


def test_what_goes_well_still_comes_first(session: Session) -> None:
    """The line follows the answers to its own question."""
    made = read(published(session, WHERE, CASES["searched"][1], next(CYCLES)), WHERE, "en")
    places = [next(i for i, line in enumerate(made.lines) if line.startswith(word)) for word in FIRST_WORDS]
    assert places == sorted(places)
    assert places[-1] == places[-2] + 1


FIRST_WORDS = ("**Goes well:**", "**Judgement:**", "**Did you know where to go", "**Explaining helps:**")


def test_a_list_of_ones_own_with_the_same_words_is_not_explained() -> None:
    """An organisation's own question may have an option "searched": what it asks for is for them to say."""
    options = [{"key": key, "label": {"nl": key, "en": key}} for key in WHERE.values]
    own = PickOne.model_validate({"key": "where", "ask": {"nl": "Waar?", "en": "Where?"}, "options": options})
    row = Publication(
        block=1, department="hr", measure="choice", subject="where.searched", estimate=9.0, n=12, released_on=RELEASED
    )
    assert to_explain([row], WHERE) == [row]
    assert to_explain([row], own) == []


@pytest.mark.parametrize(("skipped", "told"), [(0, False), (2, True)])
def test_it_is_said_that_not_everybody_answered_every_question(session: Session, skipped: int, told: bool) -> None:
    """Where the numbers of a list do not add up to those in the heading: nobody has to wonder who is missing."""
    asked = [answered(WHERE, value, *records) for value, records in zip(["knew"] * 14, mixed(14), strict=True)]
    people = [records[:2] if number < skipped else records for number, records in enumerate(asked)]
    _, ledger = round_of(session, WHERE, people, next(CYCLES), 1, 10)
    line = say("details.not_everybody", "nl", n=14)
    assert [line in read(ledger, WHERE, "nl").details, "14 collega's" in line] == [told, True]
