"""Digests of a deep cycle as departments read them, kept as files to be read aloud: tests/flow/golden/deep.

KLANKBORD_GOLDEN=1 writes the files anew; read them.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle as again
from itertools import islice
from pathlib import Path

import pytest
from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Publication, Record
from bot.flow.phrasing import Period
from bot.flow.wording import Digest, comparison, digest
from config.department import THEMES
from config.words import LANGUAGES, Language
from tests.analysis.deep import Scores, laid, person
from tests.analysis.desk import HR, desk

from .test_golden import numbers

GOLDEN = Path(__file__).parent / "golden" / "deep"
TODAY, PERIOD = date(2026, 10, 12), Period(date(2026, 9, 1), date(2026, 10, 9), 8)

MIXED: list[Scores] = [(4, 4), (3, 4), (4, 5), (3, 3), (5, 4), (2, 4), (4, 3), (3, 5), (4, 4), (3, 4)]
POOR: list[Scores] = [(2, 5), (1, 4), (2, 4), (3, 5), (2, 5), (4, 4), (2, 5), (1, 4), (3, 5), (4, 5)]
GOOD: list[Scores] = [(5, 5), (4, 4), (5, 4), (4, 5), (5, 5), (4, 4), (3, 5), (5, 5), (4, 3), (5, 4)]
ENOUGH: list[Scores] = [(4, 2), (5, 3), (4, 3), (5, 2), (4, 1), (3, 2), (5, 4), (4, 2), (5, 3), (4, 4)]


def several(n: int, department: str = "hr", most: list[Scores] = MIXED, **themes: list[Scores]) -> list[list[Record]]:
    """So many people whose scores on each theme come in turn; of themes not named in the manner of most."""
    turns = {theme: again(themes.get(theme, most)) for theme in THEMES}
    everything = islice(again(MIXED), n)
    return [person(scores, {theme: next(turns[theme]) for theme in THEMES}, department) for scores in everything]


def released(session: Session, people: list[list[Record]], cycle: int, *, ended: bool) -> list[Publication]:
    """HR's ledger of a cycle in which ICT was spoken of as well; with priorities once it ended."""
    others = several(30, "ict", speed=GOOD, systems=POOR)
    blocks, _ = laid(session, [*people, *others], cycle)
    if ended:
        disclosure.publish_comparisons(session, cycle, None, TODAY)
    return disclosure.publications(session, blocks["hr"].number)


CASES: dict[str, tuple[Callable[[], list[list[Record]]], bool]] = {  # people, whether the cycle is over
    "corners": (lambda: several(40, speed=POOR, expertise=GOOD, thinking=ENOUGH), True),
    "few": (lambda: several(11, speed=POOR, expertise=GOOD), True),
    "halfway": (lambda: several(23, speed=POOR, expertise=GOOD), False),
    "words": (lambda: several(14, most=[(5, 5)]), True),
}


@pytest.fixture(scope="module", params=CASES)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[Publication]]]:
    """A case's name and ledger."""
    people, ended = CASES[request.param]
    with desk(tmp_path_factory.mktemp("deep")) as session:
        yield request.param, released(session, people(), 1, ended=ended)


def told(made: Digest) -> str:
    """First screen and details, as they are posted."""
    return "\n".join((*made.lines, "", *made.details)) + "\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_reads_as_it_was_read_aloud(case: tuple[str, list[Publication]], language: Language) -> None:
    """Word for word, in either language, and its first screen within 120 words."""
    name, ledger = case
    file, text = GOLDEN / f"{name}.{language}.txt", told(digest(ledger, HR, None, PERIOD, language))
    if os.environ.get("KLANKBORD_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert len(text.partition("\n\n")[0].split()) <= 120


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_a_publication(case: tuple[str, list[Publication]], language: Language) -> None:
    """Beside days, weeks, "a 4 or 5" and the 80 % of the margin no number is told that is not in the ledger."""
    _, ledger = case
    known = {"1", "9", "8", "4", "5", "2", "80"} | {str(row.n) for row in ledger}
    for row in ledger:
        for value in (row.estimate, row.low, row.high, row.spread):
            known |= {f"{value:.1f}", f"{value:.0f}", f"{100 * value:.0f}"} if value is not None else set()
        if row.measure == "good" and row.estimate is not None and row.n is not None:
            known.add(f"{100 * row.estimate / row.n:.0f}")
    assert numbers(told(digest(ledger, HR, None, PERIOD, language))) <= known


def test_the_last_message_of_who_was_told_before(case: tuple[str, list[Publication]]) -> None:
    """After the cycle it says what comes first, with the themes in its details; without priorities nothing of it."""
    name, ledger = case
    made = comparison(ledger, HR, None, PERIOD, "en")
    assert made.lines[1].startswith(("**Goes well:**", "**Goes best:**"))
    if name == "corners":
        assert any("What comes first" in line for line in made.lines)
        assert "The middle" in made.details[-1]
    if name == "halfway":
        assert made.details == ()
    if name == "words":
        assert not any("What comes first" in line for line in made.lines)
