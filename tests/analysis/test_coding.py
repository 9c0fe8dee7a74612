"""What a count becomes when it is shown: a number, or words where a number would tell too much of too few."""

from collections import Counter, defaultdict
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis import coding
from analysis.coding import OTHER, Coded
from analysis.statistics import LOST_HOURS, SCORES, gap_interval, mean, wilson
from config.department import THEMES

from .attackers import tables

SIZES = (10, 12, 23, 60)
CLASSES = tuple(LOST_HOURS)
SERVICES = ("one", "two", "three", "else")
MENTIONS = [f"{word}.{theme}" for word in ("helped", "missed") for theme in THEMES]
SCALE = st.dictionaries(st.sampled_from(list(SCORES)), st.integers(0, 30), min_size=1).filter(lambda c: any(c.values()))
CATEGORIES = st.lists(st.integers(0, 15), min_size=4, max_size=4).filter(any)
NUMBER, LOW, MIDDLE, HIGH = Coded(3.0), Coded(verdict="low"), Coded(verdict="middle"), Coded(verdict="high")


def scale(*counts: int) -> dict[str, int]:
    """So many 1s, 2s, 3s, 4s and 5s."""
    return dict(zip(SCORES, counts, strict=True))


# --- shares ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "k"), [(n, k) for n in SIZES for k in range(n + 1)])
def test_a_share_is_counted_out_only_with_three_on_each_side(n: int, k: int) -> None:
    """Else it says "at most 2", or "all but at most 2", and has no interval."""
    shown = coding.share(k, n)
    if 2 < k < n - 2:
        interval = wilson(k, n)
        assert shown == Coded(float(k), round(interval.low, 2), round(interval.high, 2))
    else:
        assert shown == Coded(verdict="at_most_2" if k <= 2 else "all_but_2")


@pytest.mark.parametrize(("n", "k"), [(n, k) for n in (7, 8, 9) for k in range(n + 1)])
def test_with_fewer_than_ten_people_a_share_is_words(n: int, k: int) -> None:
    """A threshold below ten gives no numbers."""
    words = "at_most_2" if k <= 2 else "all_but_2" if n - k <= 2 else "some"
    assert coding.share(k, n) == Coded(verdict=words)


# --- levels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (scale(0, 0, 3, 0, 10), "high_end"),  # 4.54
        (scale(0, 0, 3, 1, 9), ""),  # 4.46
        (scale(0, 0, 3, 0, 9), ""),  # 4.5 itself
        (scale(0, 0, 3, 0, 26), "high_end"),  # 29 people, 4.79
        (scale(0, 0, 3, 0, 27), ""),  # 30 people, 4.8 itself
        (scale(0, 0, 3, 0, 28), "high_end"),  # 31 people, 4.81
        (scale(20, 0, 0, 3, 0), "low_end"),  # 23 people, 1.39
        (scale(14, 0, 0, 3, 0), ""),  # 17 people, 1.53
        (scale(27, 0, 0, 3, 0), ""),  # 30 people, 1.3
        (scale(50, 0, 0, 3, 0), "low_end"),  # 53 people, 1.17
        (scale(42, 0, 0, 3, 0), ""),  # 45 people, 1.2 itself
    ],
)
def test_a_mean_at_the_end_of_the_scale_has_no_number(counts: dict[str, int], verdict: str) -> None:
    """Outside 1.5-4.5, and from 30 people outside 1.2-4.8."""
    shown = coding.level(counts)
    assert shown.verdict == verdict
    assert (shown.estimate is None) == (shown.low is None) == (shown.spread is None) == bool(verdict)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("good", [0, 1, 2])
def test_a_level_has_words_where_its_share_is_coded(n: int, good: int) -> None:
    """At most two good, or all but at most two."""
    assert coding.level({"3": n - good, "4": good}) == MIDDLE
    assert coding.level({"2": n - good, "4": good}) == LOW
    assert coding.level({"2": good, "5": n - good}) == HIGH
    assert coding.level({"2": n - 3, "4": 3}).verdict == ""


@pytest.mark.parametrize(("value", "word"), [("1", LOW), ("2", LOW), ("3", MIDDLE), ("4", HIGH), ("5", HIGH)])
@pytest.mark.parametrize("n", [7, 9, *SIZES])
def test_unanimity_is_words(n: int, value: str, word: Coded) -> None:
    assert coding.level({value: n}) == word
    assert coding.is_nearly_unanimous({value: n, "1" if value != "1" else "2": 2})
    assert not coding.is_nearly_unanimous({value: n, "1" if value != "1" else "2": 3})


@pytest.mark.parametrize("counts", [scale(1, 2, 3, 2, 1), scale(2, 1, 0, 2, 4), scale(3, 3, 0, 3, 0)])
def test_with_fewer_than_ten_people_a_level_is_words(counts: dict[str, int]) -> None:
    word = "low" if mean(counts) < 2.75 else "high" if mean(counts) > 3.25 else "middle"
    assert coding.level(counts) == Coded(verdict=word)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (scale(0, 1, 3, 0, 0), "middle"),  # 2.75 itself
        (scale(0, 0, 3, 1, 0), "middle"),  # 3.25 itself
        (scale(0, 2, 5, 0, 0), "low"),
        (scale(0, 0, 5, 2, 0), "high"),
    ],
)
def test_where_a_level_in_words_begins_and_ends(counts: dict[str, int], word: str) -> None:
    assert coding.level(counts).verdict == word


@given(SCALE)
def test_a_level_with_a_number_has_three_people_on_each_side(counts: dict[str, int]) -> None:
    """And everything shown has one decimal."""
    shown, n = coding.level(counts), sum(counts.values())
    good = counts.get("4", 0) + counts.get("5", 0)
    if shown.estimate is None:
        assert shown == Coded(verdict=shown.verdict)
        return
    assert n >= 10
    assert min(good, n - good) >= 3
    assert n - max(counts.values()) >= 3
    assert all(x == round(x, 1) for x in (shown.estimate, shown.low, shown.high, shown.spread) if x is not None)


# --- the gap ---------------------------------------------------------------------------------------------------

MIXED = {("5", "3"): 3, ("4", "4"): 3, ("2", "3"): 3, ("3", "2"): 3}


def test_a_gap_of_two_numbers_has_a_number_and_a_verdict() -> None:
    """Gaps of 2, 0, -1 and 1, three times each."""
    shown = coding.gap(MIXED, NUMBER, NUMBER)
    assert shown.estimate == 0.5
    assert shown.verdict == "about"
    assert shown.low is not None
    assert shown.low < 0


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ({("2", "4"): 6, ("4", "5"): 4}, "below"),
        ({("4", "2"): 6, ("5", "4"): 4}, "above"),
        ({("4", "2"): 5, ("2", "4"): 5}, "about"),
    ],
)
def test_the_verdict_of_a_gap_is_what_its_interval_excludes(pairs: dict[tuple[str, str], int], verdict: str) -> None:
    shown = coding.gap(pairs, NUMBER, NUMBER)
    assert shown.estimate is not None
    assert shown.verdict == verdict


def test_a_gap_is_judged_by_its_interval_as_printed() -> None:
    """An interval from -0.98 to -0.02 reads "-1.0 to 0.0": that is no gap below 0 to who reads it."""
    pairs = {("3", "4"): 5, ("4", "4"): 5}
    assert -0.05 < gap_interval(pairs).high < 0
    shown = coding.gap(pairs, NUMBER, NUMBER)
    assert (shown.high, shown.verdict) == (0, "about")


@pytest.mark.parametrize(("others", "is_number"), [(0, False), (2, False), (3, False), (4, True)])
def test_where_nearly_all_have_the_same_gap_it_is_words(others: int, is_number: bool) -> None:
    """One person more than elsewhere may differ: the two means tell what the gap is anyway."""
    pairs = {("4", "4"): 6, ("3", "3"): 6, ("3", "4"): others}
    assert (coding.gap(pairs, NUMBER, NUMBER).estimate is not None) == is_number


@pytest.mark.parametrize(
    ("received", "needed", "verdict"),
    [
        (HIGH, Coded(4.2), "unsaid"),
        (HIGH, Coded(3.2), "above"),
        (HIGH, Coded(2.7), "above"),
        (MIDDLE, Coded(4.2), "below"),
        (LOW, Coded(3.0), "below"),
        (Coded(2.5), LOW, "unsaid"),
        (Coded(2.5), HIGH, "below"),
        (Coded(verdict="high_end"), MIDDLE, "above"),
        (LOW, Coded(verdict="low_end"), "unsaid"),
    ],
)
def test_beside_a_number_a_gap_says_no_more_than_the_words(received: Coded, needed: Coded, verdict: str) -> None:
    """Whatever the answers were; and where the words are the same, it says nothing rather than "no difference"."""
    for pairs in (MIXED, {("5", "1"): 12}, {("1", "5"): 12}):
        assert coding.gap(pairs, received, needed) == Coded(verdict=verdict)


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        ({("5", "4"): 10}, "above"),
        ({("4", "5"): 10}, "below"),
        ({("4", "4"): 10}, "about"),
        ({("5", "4"): 3, ("4", "4"): 9}, "about"),  # .25 itself
        ({("4", "5"): 4, ("4", "4"): 8}, "below"),
    ],
)
def test_a_gap_of_two_levels_in_words_is_a_word(pairs: dict[tuple[str, str], int], verdict: str) -> None:
    assert coding.gap(pairs, HIGH, HIGH) == Coded(verdict=verdict)


# --- categories ------------------------------------------------------------------------------------------------


def named(*counts: int) -> dict[str, float | str]:
    """What is shown of so many times each service: a number, or the word in its place."""
    said = {value: n for value, n in zip(SERVICES, counts, strict=False) if n}
    return {
        value: one.estimate if one.estimate is not None else one.verdict
        for value, one in coding.categories(said, SERVICES).items()
    }


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((5, 4, 3, 3), {"one": 5, "two": 4, "three": 3, "else": 3}),
        ((6, 4, 2, 1), {"one": 6, "two": 4, OTHER: 3}),  # two small ones make three
        ((6, 4, 2, 0), {"one": 6, OTHER: 6}),  # two are joined by the smallest
        ((6, 4, 3, 1), {"one": 6, "two": 4, OTHER: 4}),
        ((4, 4, 2, 0), {"one": 4, OTHER: 6}),  # of equals the last in the catalogue
        ((8, 1, 1, 0), {"one": "most"}),
        ((9, 0, 0, 1), {"one": "most"}),
        ((0, 12, 0, 0), {"two": "most"}),
        ((8, 2, 1, 0), {"one": 8, OTHER: 3}),
        ((3, 3, 3, 0), {"one": "most"}),  # nine people
        ((2, 2, 2, 2), {}),
        ((0, 5, 2, 0), {"two": "most"}),
    ],
)
def test_what_is_named_of_categories(counts: tuple[int, ...], shown: dict[str, float | str]) -> None:
    assert named(*counts) == shown


@given(CATEGORIES)
def test_no_shown_category_is_of_one_or_two_people(counts: list[int]) -> None:
    """Nor all but one or two; the numbers add up to all; the order is the catalogue's."""
    shown, total = named(*counts), sum(counts)
    assert [*shown] == [value for value in (*SERVICES, OTHER) if value in shown]
    numbers = [n for n in shown.values() if isinstance(n, float)]
    assert all(2 < n < total - 2 for n in numbers)
    assert sum(numbers) in (0, total)
    assert (len(shown) > 1) == bool(numbers)
    assert total >= 10 or not numbers


@pytest.mark.parametrize("n", [10, 11, 12, 13, 16])
def test_nobody_who_is_alone_in_a_category_can_be_counted_out(n: int) -> None:
    """Whatever is shown, no category is certain to have been chosen by exactly one person."""
    possible: defaultdict[tuple[tuple[str, Coded], ...], list[Counter[str]]] = defaultdict(list)
    for counts in tables(SERVICES, n):
        possible[tuple(coding.categories(counts, SERVICES).items())].append(counts)
    for fitting, value in product(possible.values(), SERVICES):
        assert {counts[value] for counts in fitting} != {1}


def mentions(**counts: int) -> dict[str, float | None]:
    """What is shown of themes: helped_speed=3 …"""
    said = {key.replace("_", "."): n for key, n in counts.items()}
    return {value: one.estimate for value, one in coding.categories(said, MENTIONS).items()}


def test_themes_are_one_question_of_twice_six() -> None:
    assert mentions(helped_speed=5, missed_speed=4, missed_systems=3) == {
        "helped.speed": 5,
        "missed.speed": 4,
        "missed.systems": 3,
    }


@pytest.mark.parametrize("helped", [0, 1, 2])
def test_whether_all_or_nearly_all_missed_something_is_the_same_to_see(helped: int) -> None:
    """The smallest theme becomes "other" also where nobody, or up to two, found that anything helped."""
    shown = mentions(missed_speed=6, missed_promises=5 - helped, missed_systems=4, helped_speed=helped)
    assert [*shown][-1] == OTHER
    assert (shown[OTHER] or 0) >= 3
    assert mentions(missed_speed=12) == mentions(missed_speed=12, helped_speed=2) == {"missed.speed": None}


# --- a theme and its service -----------------------------------------------------------------------------------

THEME = "missed.speed"


@pytest.mark.parametrize(
    ("both", "rest_of_theme", "rest_of_service", "rest", "service"),
    [
        (6, 5, 5, 5, "one"),
        (5, 5, 5, 5, ""),  # half is not mostly
        (6, 4, 5, 5, ""),
        (6, 5, 4, 5, ""),
        (6, 5, 5, 4, ""),
        (4, 3, 9, 9, ""),
        (60, 0, 50, 50, ""),
    ],
)
def test_a_crossing_has_five_people_in_each_part(
    both: int, rest_of_theme: int, rest_of_service: int, rest: int, service: str
) -> None:
    crossed = {
        (THEME, "one"): both,
        (THEME, "two"): rest_of_theme,
        ("helped.speed", "one"): rest_of_service,
        ("helped.speed", "two"): rest,
    }
    assert coding.crossing(THEME, crossed, SERVICES) == service


@given(st.dictionaries(st.sampled_from(list(product((THEME, "helped.speed"), SERVICES))), st.integers(0, 12)))
def test_at_most_one_service_is_crossed(crossed: dict[tuple[str, str], int]) -> None:
    """The one that more than half of the theme is about."""
    found = coding.crossing(THEME, crossed, SERVICES)
    of_theme = sum(n for (theme, _), n in crossed.items() if theme == THEME)
    assert not found or crossed[THEME, found] > of_theme / 2
    assert not found or of_theme - crossed[THEME, found] >= 5


# --- lost time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counts", "is_shown"),
    [
        ({"hour": 7, "four": 3}, True),
        ({"hour": 6, "four": 3, "none": 20}, False),  # nine lost anything
        ({"hour": 7, "four": 3, "none": 20}, True),
        ({"quarter": 11, "hour": 1, "four": 2}, False),  # two lost more than an hour
        ({"quarter": 12, "four": 3}, True),  # the largest two are 57 %
        ({"quarter": 8, "two": 1, "more": 2}, False),  # 8 of 10.5 hours
        ({"quarter": 11, "two": 1, "more": 2}, True),  # 8 of 10.875 hours
        ({"hour": 2, "four": 8}, False),  # all but two lost more than an hour
        ({"hour": 2, "two": 12}, False),
        ({"none": 40, "two": 2}, False),
    ],
)
def test_hours_need_ten_losers_both_sides_of_an_hour_and_no_dominance(counts: dict[str, int], is_shown: bool) -> None:
    """The two largest losses are at most three quarters of a total."""
    assert (coding.hours(counts) is not None) == is_shown


def test_the_limits_of_dominance() -> None:
    """Three quarters for the two largest, a tenth of the largest for the others."""
    assert (coding.LOSERS, coding.DOMINANT, coding.REST) == (10, 0.75, 0.10)


@given(st.dictionaries(st.sampled_from(CLASSES), st.integers(0, 20), min_size=1).filter(lambda c: any(c.values())))
def test_hours_stand_within_their_range(counts: dict[str, int]) -> None:
    """And are shown only where the share over an hour is, too."""
    shown = coding.hours(counts)
    assume(shown is not None)
    assert shown is not None
    assert shown.low is not None
    assert shown.high is not None
    assert shown.low <= (shown.estimate or 0) <= shown.high
    assert coding.over_an_hour(counts).estimate is not None


@pytest.mark.parametrize(("long", "verdict"), [(0, "at_most_2"), (2, "at_most_2"), (3, ""), (10, "all_but_2")])
def test_over_an_hour_is_a_share(long: int, verdict: str) -> None:
    """Of all who said how long, also who lost nothing; "two hours" is more than one."""
    shown = coding.over_an_hour({"none": 12 - long, "two": long})
    assert shown.verdict == verdict
    assert shown.estimate == (None if verdict else long)


def test_the_middle_class_is_words_at_any_number() -> None:
    assert coding.middle({"none": 5, "two": 5}, CLASSES) == Coded(verdict="none")
    assert coding.middle({"none": 4, "two": 5}, CLASSES) == Coded(verdict="two")


# --- better or worse -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse", "verdict"),
    [
        (0, 0, "none"),
        (2, 0, "none"),
        (9, 0, "none"),  # at most two enter as two: seven against two
        (11, 0, "none"),
        (12, 0, "better"),
        (11, 1, "better"),
        (10, 2, "better"),
        (9, 2, "none"),
        (0, 12, "worse"),
        (11, 3, "none"),
        (12, 3, "better"),
        (3, 12, "worse"),
        (10, 10, "none"),
    ],
)
def test_a_direction_is_what_chance_would_not_make(better: int, worse: int, verdict: str) -> None:
    assert coding.direction(better, worse) == Coded(verdict=verdict)


@given(st.integers(0, 80), st.integers(0, 80))
def test_a_direction_turns_around(better: int, worse: int) -> None:
    turned = {"better": "worse", "worse": "better", "none": "none"}
    assert coding.direction(worse, better).verdict == turned[coding.direction(better, worse).verdict]
