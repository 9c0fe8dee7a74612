"""Who is asked in which round, and which of the ticked departments."""

import random
from collections import Counter
from collections.abc import Iterable
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cohorts import (
    WAITING_WEIGHT,
    assign,
    draw,
    shuffled,
    weights,
)
from config.department import THEMES

FIVE = ("catering", "facilitair", "hr", "ict", "inkoop")
MANY = range(6000)  # ballots: a share of 0.4 has a standard error of 0.6 %
TOLERANCE = 0.025


# --- cohorts ---------------------------------------------------------------------------------------------------


@given(st.integers(0, 200), st.integers(1, 26), st.integers(0, 2**32))
def test_sizes_differ_by_at_most_one(people: int, cohorts: int, seed: int) -> None:
    """Everybody gets one cohort, and the cohorts are as even as can be."""
    names = [f"p{n}" for n in range(people)]
    drawn = assign(names, cohorts, {}, random.Random(seed))
    assert set(drawn) == set(names)
    sizes = Counter(dict.fromkeys(range(cohorts), 0))
    sizes.update(drawn.values())
    assert set(sizes) == set(range(cohorts))
    assert max(sizes.values()) - min(sizes.values()) <= 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(0, 60), st.integers(0, 2**32))
def test_smallest_first(taken: list[int], people: int, seed: int) -> None:
    """Whoever comes later goes to the smallest cohort: one that got somebody is never more than one above any."""
    sizes = dict(enumerate(taken))
    drawn = assign([f"p{n}" for n in range(people)], len(taken), sizes, random.Random(seed))
    after = Counter(sizes) + Counter(drawn.values())
    for cohort in set(drawn.values()):
        assert after[cohort] <= min(after[other] for other in sizes) + 1


def test_an_empty_cohort_is_filled_first() -> None:
    """With cohorts of 5, 5 and 0 people, five more all go to the last."""
    drawn = assign(["a", "b", "c", "d", "e"], 3, {0: 5, 1: 5}, random.Random(1))
    assert set(drawn.values()) == {2}


def test_same_seed_same_cohorts() -> None:
    """The same seed draws the same, in whatever order people come; another seed draws otherwise."""
    people = [f"p{n}" for n in range(40)]
    once = assign(people, 4, {}, random.Random(7))
    assert assign(people[::-1], 4, {}, random.Random(7)) == once
    assert assign(people, 4, {}, random.Random(8)) != once


def test_every_cohort_is_as_likely() -> None:
    """Nobody's place in the alphabet says which cohort they are in."""
    people = [f"p{n}" for n in range(8)]
    first = Counter(assign(people, 4, {}, random.Random(seed))["p0"] for seed in range(4000))
    assert all(900 < first[cohort] < 1100 for cohort in range(4))


# --- departments -----------------------------------------------------------------------------------------------


def test_weights() -> None:
    """A department that waits weighs three times one that was released."""
    assert weights(("hr", "ict"), ("ict",)) == {"hr": WAITING_WEIGHT, "ict": 1.0}
    assert weights(("hr", "ict"), ("elsewhere",)) == {"hr": WAITING_WEIGHT, "ict": WAITING_WEIGHT}
    assert WAITING_WEIGHT == 3.0


@given(st.permutations(FIVE), st.integers(0, 2**64 - 1))
def test_the_order_of_ticking_does_not_matter(order: list[str], lot: int) -> None:
    """The same ticked set draws the same, and everything ticked is in the draw once."""
    drawn = draw(order, lot, weights(FIVE, ("hr",)))
    assert drawn == draw(FIVE, lot, weights(FIVE, ("hr",)))
    assert sorted(drawn) == sorted(FIVE)
    assert draw([*order, *order], lot, weights(FIVE, ("hr",))) == drawn


def test_nothing_ticked() -> None:
    """Nothing ticked draws nothing."""
    assert draw((), 1, {}) == ()


def test_two_of_five() -> None:
    """Where all weigh the same, each of five is among the first two in two of five ballots, and so is each pair."""
    equal = weights(FIVE, ())
    drawn = [draw(FIVE, lot, equal)[:2] for lot in MANY]
    for department in FIVE:
        assert _share(department in two for two in drawn) == pytest.approx(2 / 5, abs=TOLERANCE)
    for pair in combinations(FIVE, 2):
        assert _share(set(two) == set(pair) for two in drawn) == pytest.approx(1 / 10, abs=TOLERANCE)


def test_waiting_departments_come_first_three_times_as_often() -> None:
    """A waiting department is drawn first three times as often as a released one."""
    weigh = weights(FIVE, ("catering", "facilitair", "hr", "ict"))
    first = Counter(draw(FIVE, lot, weigh)[0] for lot in MANY)
    assert first["inkoop"] / len(MANY) == pytest.approx(3 / 7, abs=TOLERANCE)
    for department in FIVE[:-1]:
        assert first[department] / len(MANY) == pytest.approx(1 / 7, abs=TOLERANCE)


def test_waiting_departments_among_the_first_two() -> None:
    """Among the first two it is drawn as often as sampling without replacement says."""
    weigh = weights(FIVE, ("catering", "facilitair", "hr", "ict"))
    expected = sum(
        weigh[a] / sum(weigh.values()) * weigh[b] / (sum(weigh.values()) - weigh[a])
        for a, b in permutations(FIVE, 2)
        if "inkoop" in (a, b)
    )
    drawn = [draw(FIVE, lot, weigh)[:2] for lot in MANY]
    assert _share("inkoop" in two for two in drawn) == pytest.approx(expected, abs=TOLERANCE)


def test_another_set_is_another_draw() -> None:
    """Ticking one more is a draw of its own: nobody can steer it by ticking one by one."""
    equal = weights(FIVE, ())
    kept = _share(
        draw(FIVE[:4], lot, equal) == tuple(d for d in draw(FIVE, lot, equal) if d != "inkoop") for lot in MANY
    )
    assert kept == pytest.approx(1 / 24, abs=TOLERANCE)


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found)


# --- themes ----------------------------------------------------------------------------------------------------


def test_every_theme_stands_first_as_often() -> None:
    """No theme profits from its place in the catalogue."""
    first = Counter(shuffled(THEMES, lot, "hr")[0] for lot in MANY)
    assert all(first[theme] / len(MANY) == pytest.approx(1 / 6, abs=TOLERANCE) for theme in THEMES)


def test_an_order_is_stable() -> None:
    """One ballot shows the themes of one department in the same order every time, another's in another."""
    assert shuffled(THEMES, 5, "hr") == shuffled(THEMES[::-1], 5, "hr")
    assert len({shuffled(THEMES, 5, department) for department in FIVE}) > 1
