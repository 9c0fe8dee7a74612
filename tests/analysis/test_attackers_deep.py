"""The attackers on a deep cycle: whoever answered, and saw all figures of all themes and all priorities.

A theme is a level without a share; its answers are bound by nothing to those of other themes. So each theme is attacked
as the headline is: every table of answers there is, then all blocks of all time at once.
"""

from collections.abc import Iterator, Mapping
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from analysis import coding
from analysis.answers import Publication, delete_waiting
from analysis.disclosure import publish_comparisons
from config.department import THEMES

from .attackers import Ledger, breaches, gap_breaches, is_good, needed_shown, tables
from .deep import RELEASED, Scores, laid, of_theme, person
from .desk import desk

THRESHOLD = 10
CYCLES = iter(range(1, 1_000_000))
TWO = THEMES[:2]  # of which the attacker works out all


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for the module; every town has cycles of its own in it."""
    with desk(tmp_path_factory.mktemp("attacked")) as opened:
        yield opened


@pytest.mark.parametrize("n", [7, 9, 10, 11, 13])
def test_both_levels_of_a_theme_and_their_gap_single_nobody_out(n: int) -> None:
    """Without a share of 4-5 beside received no less is possible of the others than with it."""
    assert gap_breaches(n, needed_shown) == []


@pytest.mark.parametrize("n", [7, 10, 11])
def test_a_mean_of_one_more_decimal_would_tell(n: int) -> None:
    """The attack is able: were the bare mean published, an end of the scale would give all others away."""

    def bare(counts: Mapping[str, int]) -> float:
        return round(sum(int(value) * times for value, times in counts.items()) / n, 2)

    assert breaches(tables("12345", n), bare, is_good)


class Town:
    """HR through the real gate in deep cycles, and an attacker who knows who answered what about and when."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.said: dict[str, dict[tuple[int, str], Scores]] = {theme: {} for theme in TWO}
        self.people: dict[int, list[str]] = {}
        self.published: list[Publication] = []

    def round(self, cycle: int, number: int, ballots: Mapping[str, Mapping[str, Scores]]) -> None:
        """One round: person → theme → scores, of themes not in it the first one's; counted and published."""
        people = [person((3, 4), {t: said.get(t, said[TWO[0]]) for t in THEMES}) for said in ballots.values()]
        blocks, rows = laid(self.session, people, cycle, number, THRESHOLD)
        block = blocks["hr"].number
        self.people.setdefault(block, []).extend(ballots)
        for name, said in ballots.items():
            for theme in TWO:
                self.said[theme][block, name] = said[theme]
        self.published += rows

    def end(self, cycle: int, before: int | None) -> None:
        """What still waits is deleted; priorities, changes and bands are published."""
        delete_waiting(self.session, cycle)
        self.published += publish_comparisons(self.session, cycle, before, RELEASED)

    def found_by(self, attacker: str, rng: Random) -> list[str]:
        """What is certain of one other person in a block, or of a few together, on one theme."""
        return [found for theme in TWO for found in self._found_on(theme, attacker, rng)]

    def _found_on(self, theme: str, attacker: str, rng: Random) -> Iterator[str]:
        ledger = Ledger(list(self.said[theme]))
        blocks = {row.block for row in self.published}
        for block in blocks:
            rows = of_theme([row for row in self.published if row.block == block], theme)
            ledger.read(rows, self.people[block])
        self._read_places(ledger, theme)
        for giver, scores in self.said[theme].items():
            if giver[1] == attacker:
                ledger.know(giver, *scores)
        for block in blocks:
            givers = [(block, name) for name in self.people[block] if name != attacker]
            for what in ("received", "needed"):
                low, high = ledger.range([rng.choice(givers)], f"{what}_good")
                if high < 1 - 1e-6 or low > 1e-6:
                    yield f"somebody's {theme} {what} is good or not: {low}-{high}"
                few = rng.sample(givers, rng.randint(1, THRESHOLD - 2))
                low, high = ledger.range(few, what)
                if high - low < 0.99:
                    yield f"{few} {theme} {what}: {low}-{high}"

    def _read_places(self, ledger: Ledger, theme: str) -> None:
        """A place is a mean once more, to one decimal, of the people of all blocks of its cycle with a number."""
        for row in self.published:
            axis = row.measure.removeprefix("place_")
            if row.measure in ("place_received", "place_needed") and row.subject == theme and row.estimate is not None:
                blocks = self._pooled(row, f"theme_{axis}", theme)
                givers = [((block, name), axis) for block in blocks for name in self.people[block]]
                rounding = 0.05 + 0.05  # of the blocks' own means, and of the pooled one
                ledger.between(dict.fromkeys(givers, 1 / len(givers)), row.estimate - rounding, row.estimate + rounding)

    def _pooled(self, place: Publication, measure: str, theme: str) -> list[int]:
        """The blocks behind a place: those of its cycle, which come after the place before, with a number."""
        places = [row.block for row in self.published if row.measure == place.measure and row.subject == theme]
        earlier = max((block for block in places if block < place.block), default=0)
        return [
            row.block
            for row in self.published
            if (row.measure, row.subject) == (measure, theme)
            and row.estimate is not None
            and earlier < row.block <= place.block
        ]


SCORE = st.integers(1, 5)
PAIR = st.tuples(SCORE, SCORE)
BALLOT = st.fixed_dictionaries(dict.fromkeys(TWO, PAIR))
ALIKE = st.just(dict.fromkeys(TWO, (4, 4)))  # everybody says the same


@st.composite
def rounds(draw: st.DrawFn) -> list[list[dict[str, dict[str, Scores]]]]:
    """Deep cycles of two rounds: in a cycle everybody is asked once, in the next one most of them again."""
    ballots = draw(st.sampled_from([BALLOT, ALIKE]))
    cycles = []
    for _ in range(draw(st.integers(1, 2))):
        people = [f"p{i}" for i in range(draw(st.integers(10, 24)))]
        cut = draw(st.integers(0, len(people)))
        cycles.append([{name: draw(ballots) for name in part} for part in (people[:cut], people[cut:]) if part])
    return cycles


@settings(max_examples=15, deadline=None)
@given(rounds(), st.integers(0, 2**32).map(Random))
def test_nothing_can_be_subtracted(
    session: Session, cycles: list[list[dict[str, dict[str, Scores]]]], rng: Random
) -> None:
    """Themes, blocks, cycles and priorities together: nobody is certain of anything about another."""
    town, before = Town(session), None
    for parts in cycles:
        cycle = next(CYCLES)
        for number, ballots in enumerate(parts, 1):
            town.round(cycle, number, ballots)
        town.end(cycle, before)
        before = cycle
    for attacker in ("p0", "p9"):
        assert town.found_by(attacker, rng) == []


def test_a_second_figure_of_the_same_people_and_one_more_would_tell() -> None:
    """The attack is able: two means of a theme that differ by one person give that person's answer."""
    people = [f"p{i}" for i in range(11)]
    ledger = Ledger([(1, name) for name in people])
    for n in (10, 11):
        exact = dict.fromkeys([((1, name), "received") for name in people[:n]], 1.0)
        ledger.between(exact, 30 + (n - 10), 30 + (n - 10))
    assert ledger.range([(1, "p10")], "received") == pytest.approx((1, 1), abs=1e-6)


def test_words_stay_words_in_the_priorities(session: Session) -> None:
    """Where a theme is words only, no place, line or quadrant tells more of it."""
    town, cycle = Town(session), next(CYCLES)
    town.round(cycle, 1, {f"p{i}": {TWO[0]: (4, 4), TWO[1]: (2 + i % 3, 3 + i % 2)} for i in range(14)})
    town.end(cycle, None)
    rows = {(row.measure, row.subject) for row in town.published}
    coded = {row.subject for row in town.published if row.measure == "theme_received" and row.estimate is None}
    assert TWO[0] in coded
    assert not {(measure, theme) for measure, theme in rows if theme in coded and not measure.startswith("theme_")}
    assert coding.level({"4": 14}).estimate is None
