"""The claim: every publication of all time and one's own answers make nothing certain of anybody else.

Not another person's value, not its being good (4-5) or not, nor a sum or count over fewer than threshold - 1 people
chosen without looking at their answers.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from analysis import coding, disclosure
from analysis.answers import FEWEST_RESPONDENTS, Block, Publication, Record, delete_waiting, deposit, open_blocks
from analysis.coding import Coded
from analysis.comparisons import Total
from analysis.disclosure import publish, settle
from analysis.statistics import LOST_HOURS, SCORES
from analysis.totals import Response, coded_response, overall

from .attackers import (
    Counts,
    Ledger,
    breaches,
    gap_breaches,
    is_certain,
    is_good,
    joint_tables,
    needed_shown,
    received_shown,
    tables,
)
from .desk import EXTRA, ORGANISATION, desk, person

THRESHOLD = 10
TODAY = date(2026, 9, 15)
DEPARTMENTS = ("hr", "ict", "catering")
Scores = tuple[int, int]  # received, needed


# --- one block: every table there is ---------------------------------------------------------------------------


@pytest.mark.parametrize("n", [7, 8, 9, 10, 11, 12, 13, 16])
def test_the_headline_and_the_means_single_nobody_out(n: int) -> None:
    """Whoever answered knows of no colleague whether they were good or not, whatever was shown."""
    assert breaches(tables(SCORES, n), received_shown, is_good) == []
    assert breaches(tables(SCORES, n), needed_shown, is_good) == []


@pytest.mark.parametrize("n", [7, 9, 10, 11, 13])
def test_received_needed_and_gap_together_single_nobody_out(n: int) -> None:
    """Needed 4.2 and "above what was needed" once made all who were only "high" certainly good."""
    assert gap_breaches(n) == []


def test_whoever_gets_less_than_all_others_does_not_know_that_they_got_the_same() -> None:
    """Ten people on three scores: nobody knows by how much another's received differs from their needed."""
    numbers = (pairs for pairs in joint_tables("234", 10) if gap_shown(pairs)[0].estimate is not None)
    assert breaches(numbers, gap_shown, lambda pair: int(pair[0]) - int(pair[1])) == []


def gap_shown(pairs: Mapping[tuple[str, str], int]) -> tuple[Coded, Coded, Coded]:
    """Both means and the gap; without a number where either has none."""
    sides: tuple[dict[str, int], dict[str, int]] = ({}, {})
    for pair, times in pairs.items():
        for side, value in zip(sides, pair, strict=True):
            side[value] = side.get(value, 0) + times
    received, needed = (coding.level(side) for side in sides)
    if received.estimate is None or needed.estimate is None:
        return Coded(), Coded(), Coded()
    return received, needed, coding.gap(pairs, received, needed)


@pytest.mark.parametrize("good", [False, True])
@pytest.mark.parametrize("side", [0, 1])
def test_themes_beside_the_means_single_nobody_out(side: int, good: bool) -> None:
    """Where all others were good, or none was: that one of them was not fits all that is shown just as well."""
    rng = Random(2 * side + good)
    for _ in range(60):
        some = rng.sample(list(SCORES), rng.randint(1, 3))
        others = [(rng.choice("45" if good else "123"), rng.choice(some)) for _ in range(9)]
        own = (rng.choice(list(SCORES)), rng.choice(list(SCORES)))
        pairs = Counter([own, *(pair if side == 0 else pair[::-1] for pair in others)])
        missed = sum(times for (received, needed), times in pairs.items() if received < needed)
        told = (0, 2) if missed <= 2 else (8, 10) if missed >= 8 else (missed, missed)
        assert not is_certain(pairs, own, side, told), pairs


def test_a_counted_theme_would_have_told_what_words_do_not() -> None:
    """Half needed a 3 and half a 4, and all received less: were that known of all, nobody was good."""
    pairs = Counter({("2", "3"): 5, ("3", "4"): 5})
    assert is_certain(pairs, ("2", "3"), 0, (10, 10))
    assert not is_certain(pairs, ("2", "3"), 0, (8, 10))


# --- one block: categories -------------------------------------------------------------------------------------

EXPECTED = ("better", "as-expected", "worse", "unknown")
THEMES = ("helped.speed", "helped.promises", "missed.speed", "missed.promises", "missed.clarity")


@pytest.mark.parametrize("n", range(7, 17))
@pytest.mark.parametrize("values", [EXPECTED, ("better", "same", "worse")])
def test_choices_and_their_direction_single_nobody_out(values: tuple[str, ...], n: int) -> None:
    """Of nine people the one who says "worse" once knew from "better" that all others said so."""

    def shown(counts: Counts) -> Hashable:
        direction = coding.direction(counts.get("better", 0), counts.get("worse", 0))
        return tuple(coding.categories(counts, values).items()), direction

    assert breaches(tables(values, n), shown, lambda value: value) == []


@pytest.mark.parametrize("n", range(7, 14))
def test_themes_never_tell_that_everybody_else_received_less_than_they_needed(n: int) -> None:
    """Who names a theme as missed did; with nobody needing a 5, nobody of them received a 4 or 5."""

    def shown(counts: Counts) -> Hashable:
        return tuple(coding.categories(counts, THEMES).items())

    assert breaches(tables(THEMES, n), shown, lambda theme: theme.partition(".")[0]) == []


@pytest.mark.parametrize("n", [10, 11, 13])
def test_lost_time_singles_nobody_out(n: int) -> None:
    """Of nobody whether it was more than an hour: a total of 2.2 hours once told that it was nobody's."""

    def shown(counts: Counts) -> Hashable:
        return coding.middle(counts, tuple(LOST_HOURS)), coding.over_an_hour(counts), coding.hours(counts)

    assert breaches(tables(LOST_HOURS, n), shown, lambda value: value in coding.LONG) == []


@pytest.mark.parametrize("asked", [10, 11, 12, 13, 40])
def test_the_response_tells_of_nobody_whether_they_took_part(asked: int) -> None:
    """Whatever is said fits with two people who did not take part, and with three who did."""
    found: dict[Response | None, set[int]] = defaultdict(set)
    for responded in range(asked + 1):
        found[coded_response(asked, responded)].add(responded)
    for possible in found.values():
        assert min(possible) <= asked - 2
        assert max(possible) >= 3


# --- all blocks of all time ------------------------------------------------------------------------------------


class Town:
    """An organisation through the real gate, and an attacker who knows who answered about what and when."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.said: dict[tuple[int, str], Scores] = {}
        self.published: list[tuple[list[Publication], list[str]]] = []
        self.totals: list[tuple[Total, list[tuple[list[Publication], list[str]]]]] = []

    def round(self, cycle: int, number: int, ballots: Mapping[str, Mapping[str, Scores]]) -> None:
        """One round: person → department → scores; counted, and published where a block has enough people."""
        blocks = open_blocks(self.session, cycle, number, DEPARTMENTS)
        if len(ballots) >= FEWEST_RESPONDENTS:
            for name, answers in ballots.items():
                for department, scores in answers.items():
                    self.said[blocks[department].number, name] = scores
                    deposit(self.session, blocks, about(department, scores))
        for block in settle(self.session, blocks, EXTRA.key, THRESHOLD):
            self.publish(block)

    def publish(self, block: Block) -> None:
        """Release a block, and remember who is in it."""
        department = ORGANISATION.by_key[block.department]
        rows = publish(self.session, [(block, department)], EXTRA, THRESHOLD, TODAY)
        self.published.append((rows, [name for number, name in self.said if number == block.number]))

    def end(self, cycle: int) -> None:
        """The cycle is over: what waits is deleted, and the organisation reads what all come to together."""
        delete_waiting(self.session, cycle)
        disclosure.publish_comparisons(self.session, cycle, None, TODAY)
        ledgers = disclosure.of_cycle(self.session, cycle)
        numbers = {block[0].block for blocks in ledgers.values() for block in blocks}
        held = [(rows, names) for rows, names in self.published if rows[0].block in numbers]
        self.totals.append((overall(ledgers, DEPARTMENTS).good, held))

    def found_by(self, attacker: str, rng: Random) -> list[str]:
        """What the attacker, who knows their own answers and all publications, is certain of."""
        ledger = Ledger(list(self.said))
        for rows, people in self.published:
            ledger.read(rows, people)
        for total, held in self.totals:
            ledger.read_total(total, held)
        for giver, scores in self.said.items():
            if giver[1] == attacker:
                ledger.know(giver, *scores)
        return [found for rows, people in self.published for found in certain(ledger, rows, people, attacker, rng)]


def about(department: str, scores: Scores) -> list[Record]:
    """One person's answers about a department, cut as counting cuts them."""
    service = ORGANISATION.by_key[department].services[0].key
    return [Record(department, record.values) for record in person(*scores, service=service)]


def certain(ledger: Ledger, rows: list[Publication], people: list[str], attacker: str, rng: Random) -> Iterator[str]:
    """What is certain of one other person in a block, and of a few others together."""
    givers = [(rows[0].block, name) for name in people if name != attacker]
    for what in ("received", "needed"):
        for name in {rng.choice(givers), givers[-1]}:  # the one who came last, too
            low, high = ledger.range([name], f"{what}_good")
            if high < 1 - 1e-6 or low > 1e-6:
                yield f"{name} {what} is good or not: {low}-{high}"
        few = rng.sample(givers, rng.randint(1, THRESHOLD - 2))
        low, high = ledger.range(few, what)
        if high - low < 0.99:
            yield f"{few} {what}: {low}-{high}"


SCORE = st.integers(1, 5)
BALLOT = st.dictionaries(st.sampled_from(DEPARTMENTS), st.tuples(SCORE, SCORE), min_size=1)
ALIKE = st.builds(lambda d, s: {d: (s, s)}, st.just("hr"), st.just(4))  # everybody says the same


@st.composite
def rounds(draw: st.DrawFn) -> list[list[dict[str, dict[str, Scores]]]]:
    """Cycles of rounds of ballots: in a cycle everybody is asked once, in the next one most of them again."""
    ballots = draw(st.sampled_from([BALLOT, ALIKE]))
    cycles = []
    for _ in range(draw(st.integers(1, 2))):
        people = [f"p{i}" for i in range(draw(st.integers(10, 13)) + draw(st.integers(0, 14)))]
        cut = draw(st.integers(0, len(people)))
        cycles.append([{name: draw(ballots) for name in part} for part in (people[:cut], people[cut:]) if part])
    return cycles


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for the module; every town has cycles of its own in it."""
    with ExitStack() as stack:
        yield stack.enter_context(desk(tmp_path_factory.mktemp("town")))


CYCLES = iter(range(1, 1_000_000))


@settings(max_examples=25, deadline=None)
@given(rounds(), st.integers(0, 2**32).map(Random))
def test_nothing_can_be_subtracted(
    session: Session, cycles: list[list[dict[str, dict[str, Scores]]]], rng: Random
) -> None:
    """Departments, rounds and cycles with the same and other people: nobody is certain of anything about another."""
    town = Town(session)
    for parts in cycles:
        cycle = next(CYCLES)
        for number, ballots in enumerate(parts, 1):
            town.round(cycle, number, ballots)
        town.end(cycle)
    for attacker in ("p0", "p9"):
        assert town.found_by(attacker, rng) == []


def crowd(first: int, last: int, scores: Scores = (4, 3)) -> dict[str, dict[str, Scores]]:
    """People who say the same about HR, but for the third of them: so that there are numbers."""
    return {f"p{i}": {"hr": scores if i % 3 else (2, 5)} for i in range(first, last)}


def test_one_person_more_is_in_no_block_alone(session: Session) -> None:
    """Ten people are released; one more, and again in the next cycle: nothing can be taken from anything."""
    town, cycle = Town(session), next(CYCLES)
    town.round(cycle, 1, crowd(0, 10))
    town.round(cycle, 2, crowd(10, 11, (1, 5)) | crowd(20, 25))
    assert len(town.published) == 1
    assert set(delete_waiting(session, cycle)) == set(DEPARTMENTS)
    town.round(next(CYCLES), 1, crowd(0, 11))
    assert len(town.published) == 2
    assert town.found_by("p0", Random(1)) == []


def test_one_person_less_is_not_the_difference_of_two_cycles(session: Session) -> None:
    """Eleven people, and ten in the next cycle: who left may have said anything, and so may who stayed."""
    town = Town(session)
    town.round(next(CYCLES), 1, crowd(0, 11))
    town.round(next(CYCLES), 1, crowd(0, 10))
    assert len(town.published) == 2
    assert town.found_by("p0", Random(1)) == town.found_by("p10", Random(1)) == []


@pytest.mark.parametrize("score", [1, 3, 5])
def test_unanimity_is_not_told(session: Session, score: int) -> None:
    """Everybody says the same about everything: nobody can be sure of it, not even of one of them."""
    town = Town(session)
    town.round(next(CYCLES), 1, {f"p{i}": dict.fromkeys(DEPARTMENTS, (score, score)) for i in range(12)})
    assert len(town.published) == 3
    assert town.found_by("p0", Random(1)) == []


def test_a_block_released_twice_would_tell(session: Session) -> None:
    """The attack is able: the figures of ten people and of the same with one more single that one out."""
    town, cycle = Town(session), next(CYCLES)
    town.round(cycle, 1, crowd(0, 5))
    town.round(cycle, 2, crowd(5, 10))
    blocks = {"hr": session.get_one(Block, town.published[0][0][0].block)}
    town.said[blocks["hr"].number, "p10"] = (1, 5)
    deposit(session, blocks, about("hr", (1, 5)))
    (again,) = settle(session, blocks, EXTRA.key, THRESHOLD)
    town.publish(again)
    assert any("p10" in found for found in town.found_by("p0", Random(1)))


@pytest.mark.parametrize("score", [1, 3, 5])
def test_the_total_of_unanimous_departments_tells_no_more_than_they(session: Session, score: int) -> None:
    """Each is at its bound, and so is their sum."""
    town, cycle = Town(session), next(CYCLES)
    town.round(cycle, 1, {f"p{i}": dict.fromkeys(DEPARTMENTS, (score, score)) for i in range(12)})
    town.end(cycle)
    (total, held) = town.totals[0]
    assert (total.bound, len(held)) == ("least" if score == 5 else "most", 3)
    assert town.found_by("p0", Random(1)) == []


def test_a_total_of_answers_would_tell(session: Session) -> None:
    """The attack is able: beside a number and an "at most 2", an exact sum tells that it was nobody."""
    town, cycle = Town(session), next(CYCLES)
    town.round(cycle, 1, {name: said | {"ict": (1, 3)} for name, said in crowd(0, 12).items()})
    town.end(cycle)
    assert town.found_by("p0", Random(1)) == []
    total, held = town.totals[0]
    town.totals = [(Total(total.k - coding.FEW, total.n, ""), held)]
    assert any("received is good or not" in found for found in town.found_by("p0", Random(1)))
