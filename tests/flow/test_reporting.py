"""The messages about a whole cycle, kept as files to be read aloud: tests/flow/golden/cycle.

Each comes through the real gate from answers laid on a desk. KLANKBORD_GOLDEN=1 writes the files anew; read them.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pytest
from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Record, Turnout, deposit, open_blocks
from analysis.totals import Overall, Response, overall
from bot.flow import reporting
from bot.flow.reporting import Told
from config.words import LANGUAGES, Language
from tests.analysis.desk import EXTRA, ORGANISATION, desk, person

from .test_golden import GOLDEN, People, mixed, satisfied

CYCLE = GOLDEN / "cycle"
TODAY, OPENS = date(2026, 10, 27), date(2026, 10, 27)
CARDLESS = "informatie"
KEYS = [department.key for department in ORGANISATION.departments]
SCORES = re.compile(r"\d")


def unanimous(n: int, score: int = 5) -> People:
    """So many people who all gave the same, and lost no time."""
    return [person(score, score, "helped.expertise") for _ in range(n)]


def poor(n: int) -> People:
    """So many people of whom few were helped."""
    return mixed(n, received="1231242131")


CASES: dict[str, tuple[Mapping[str, Callable[[], People]], tuple[int, int]]] = {  # department -> answers; turnout
    "bands": (
        {
            "catering": lambda: satisfied(40),
            "communicatie": lambda: unanimous(12),
            "facilitair": lambda: mixed(24),
            "financien": lambda: mixed(20),
            "hr": lambda: mixed(31),
            "ict": lambda: poor(60),
            CARDLESS: lambda: mixed(23),
            "inkoop": lambda: mixed(4),
        },
        (600, 345),
    ),
    "five-departments": ({key: lambda: mixed(20) for key in KEYS[:5]}, (90, 88)),
    "words-only": ({key: lambda: unanimous(14, 2) for key in KEYS[:7]}, (120, 98)),
    "no-blocks": ({key: lambda: mixed(6) for key in KEYS}, (80, 9)),
}


def published(session: Session, answers: Mapping[str, Callable[[], People]], turnout: tuple[int, int]) -> None:
    """One cycle of one round through the gate, to its end."""
    blocks = open_blocks(session, 1, 1, KEYS)
    for key, people in answers.items():
        records = [Record(key, _served(key, record.values)) for said in people() for record in said]
        deposit(session, blocks, records)
    closed = disclosure.settle(session, blocks, EXTRA.key, 10)
    of = [(block, ORGANISATION.by_key[block.department]) for block in closed]
    disclosure.publish(session, of, EXTRA, 10, TODAY)
    disclosure.publish_comparisons(session, 1, None, TODAY)
    session.add(Turnout(cycle=1, round=1, invited=turnout[0], responded=turnout[1]))
    session.flush()


def _served(key: str, values: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """The same about the first service of this department."""
    served = {"service": (ORGANISATION.by_key[key].services[0].key,)}
    return {**values, **served} if "service" in values else values


@pytest.fixture(scope="module", params=CASES)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Overall, Response | None]]:
    """A case's name, and what there is to tell."""
    with desk(tmp_path_factory.mktemp("cycle")) as session:
        published(session, *CASES[request.param])
        yield request.param, overall(disclosure.of_cycle(session, 1), KEYS), disclosure.response(session, 1)


def told(language: Language) -> Told:
    """Of the example organisation, one department of which has no card."""
    departments = [
        department.model_copy(update={"card": None}) if department.key == CARDLESS else department
        for department in ORGANISATION.departments
    ]
    organisation = ORGANISATION.changed(language=language, departments=departments)
    return Told(organisation, organisation.surveys[0], date(2026, 9, 1), date(2026, 10, 26))


def kept(name: str, language: Language, text: str) -> str:
    """What is in the file."""
    file = CYCLE / f"{name}.{language}.txt"
    if os.environ.get("KLANKBORD_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_board_reads_as_it_was_read_aloud(
    case: tuple[str, Overall, Response | None], language: Language
) -> None:
    """Word for word, in either language, and its first screen within 120 words."""
    name, overall, response = case
    made = reporting.board(told(language), overall, response)
    text = "\n".join((*made.lines, "", *made.details)) + "\n"
    assert text == kept(f"board-{name}", language, text)
    assert len(" ".join(made.lines).split()) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_everyone_reads_as_it_was_read_aloud(
    case: tuple[str, Overall, Response | None], language: Language
) -> None:
    """Word for word; and without its days not one figure is in it, nor anything but who was heard."""
    name, overall, _ = case
    text = "\n".join(reporting.everyone(told(language), overall.heard, OPENS)) + "\n"
    assert text == kept(f"everyone-{name}", language, text)
    days = {"nl": r"\d+ (september|oktober)", "en": r"\d+ (September|October)"}
    assert not SCORES.search(re.sub(days[language], "", text))
    named = {key for key in KEYS if ORGANISATION.by_key[key].name.in_(language) in text}
    assert named == set(overall.heard)


def test_of_fewer_than_ten_people_no_response_is_told(case: tuple[str, Overall, Response | None]) -> None:
    """The heading ends with its days."""
    heading = reporting.board(told("nl"), case[1], None).lines[0]
    assert heading.endswith("tot en met 26 oktober**")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_promised_a_round_that_does_not_come(language: Language) -> None:
    """While the survey is paused."""
    lines = reporting.everyone(told(language), KEYS, None)
    assert lines == reporting.everyone(told(language), KEYS, OPENS)[:-1]


def test_promises_are_told_in_any_case(case: tuple[str, Overall, Response | None]) -> None:
    """Once, to the board and to everyone: also where no department has a figure, for a promise needs none."""
    _, overall, response = case
    promised = ["**Beloftes:** 1 gehaald."]
    assert reporting.board(told("nl"), overall, response, promised).lines.count(promised[0]) == 1
    assert reporting.everyone(told("nl"), overall.heard, OPENS, promised).count(promised[0]) == 1
