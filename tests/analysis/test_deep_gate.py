"""The gate in a deep cycle: every theme's pair needs enough people, and its figures are as coarse as the headline's."""

from collections.abc import Iterator
from itertools import cycle as again
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from analysis.answers import Publication, delete_waiting
from config.deep import THEME_PAIRS
from config.department import THEMES

from .deep import Scores, alike, laid, of_theme, person
from .desk import desk

CYCLES = iter(range(1, 1_000_000))
SCORE = st.integers(1, 5)
MIXED: list[Scores] = [(4, 4), (2, 4), (5, 5), (3, 4), (1, 3), (4, 5), (4, 3), (2, 5), (3, 3), (5, 4)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for the module; every test has cycles of its own in it."""
    with desk(tmp_path_factory.mktemp("deep")) as opened:
        yield opened


def shown(row: Publication) -> tuple[object, ...]:
    """A figure without its name."""
    return row.estimate, row.low, row.high, row.spread, row.verdict, row.n


@pytest.mark.parametrize("theme", [None, *THEMES])
def test_one_theme_with_too_few_people_keeps_all_waiting(session: Session, theme: str | None) -> None:
    """Twelve people of whom three left one pair out: no block, until a later round brings one more of it."""
    cycle = next(CYCLES)
    several = [person(scores, dict.fromkeys(THEMES, scores)) for scores in islice(again(MIXED), 9)]
    left_out = THEME_PAIRS[theme] if theme is not None else ("received", "needed")
    halves = [[one for one in alike((3, 4)) if set(one.values) != set(left_out)] for _ in range(3)]
    blocks, rows = laid(session, [*several, *halves], cycle)
    assert rows == []
    _, rows = laid(session, [alike((4, 4))], cycle, number=2)
    assert {row.block for row in rows} == {blocks["hr"].number}
    numbers = {row.subject: row.n for row in rows if row.measure == "theme_received"}
    assert numbers == {one: 10 if one == theme else 13 for one in THEMES}


def test_what_is_published_and_nothing_else(session: Session) -> None:
    """The headline's four figures, and three of each theme in catalogue order: no service, no theme, no extra."""
    _, rows = laid(session, [alike(scores) for scores in islice(again(MIXED), 15)], next(CYCLES))
    names = [(row.measure, row.subject) for row in rows]
    figures = ("theme_received", "theme_needed", "theme_gap")
    headline = [("good", ""), ("received", ""), ("needed", ""), ("gap", "")]
    assert names == [*headline, *((figure, theme) for theme in THEMES for figure in figures)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(SCORE, SCORE), min_size=7, max_size=40), st.sampled_from([7, 10]))
def test_a_theme_is_coded_as_the_headline_is(session: Session, scores: list[Scores], threshold: int) -> None:
    """Whoever gives the same scores everywhere gets the same figures everywhere: words where those are words."""
    if len(scores) < threshold:
        scores = list(islice(again(scores), threshold))
    _, rows = laid(session, [alike(pair) for pair in scores], next(CYCLES), threshold=threshold)
    headline = {row.measure: shown(row) for row in rows if not row.subject}
    for theme in THEMES:
        of_it = {row.measure: shown(row) for row in of_theme(rows, theme)}
        assert of_it == {measure: headline[measure] for measure in ("received", "needed", "gap")}


def test_themes_are_counted_apart(session: Session) -> None:
    """Of two themes with other scores each has its own figures, of its own pairs."""
    people = [
        person((3, 3), {theme: (got if theme == "speed" else wanted, wanted) for theme in THEMES})
        for got, wanted in islice(again(MIXED), 20)
    ]
    _, rows = laid(session, people, next(CYCLES))
    received = {row.subject: row.estimate for row in rows if row.measure == "theme_received"}
    assert received == {theme: 3.3 if theme == "speed" else 4.0 for theme in THEMES}


def test_what_waits_is_deleted_with_the_cycle(session: Session) -> None:
    """Nine people about HR: nothing of them is left."""
    cycle = next(CYCLES)
    _, rows = laid(session, [alike(scores) for scores in MIXED[:9]], cycle)
    assert rows == []
    assert delete_waiting(session, cycle) == ["hr"]
