"""Publications together: changes, bands and totals, from what was shown and from nothing else."""

import ast
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from analysis import coding
from analysis.answers import Publication
from analysis.coding import Coded
from analysis.comparisons import Comparison, Ledgers, Total, comparisons, pool, total_good
from analysis.statistics import SCORES, detectable_change, mean_interval, welch

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 9, 15)
SCALES = st.lists(st.integers(0, 20), min_size=5, max_size=5).filter(lambda counts: sum(counts) >= 10)


def row(measure: str, figure: Coded, n: int | None) -> Publication:
    """One published figure."""
    return Publication(
        block=1,
        department="hr",
        measure=measure,
        estimate=figure.estimate,
        low=figure.low,
        high=figure.high,
        spread=figure.spread,
        verdict=figure.verdict,
        n=n,
        released_on=TODAY,
    )


def block(*scores: int) -> list[Publication]:
    """What is published of a block in which so many people gave a 1, 2, 3, 4, 5."""
    counts, n = dict(zip(SCORES, scores, strict=True)), sum(scores)
    good = coding.share(counts["4"] + counts["5"], n)
    return [row("good", good, n if n >= 10 else None), row("received", coding.level(counts), n if n >= 10 else None)]


def received(mean: float, n: int = 20, spread: float = 1.0) -> list[list[Publication]]:
    """A cycle's only block, with this mean."""
    return [[row("received", Coded(mean, spread=spread), n)]]


POOR, FAIR, RICH = (9, 6, 3, 2, 1), (2, 4, 6, 5, 3), (1, 2, 3, 6, 9)


def figures(now: Ledgers, before: Ledgers, measure: str) -> dict[str, Coded]:
    """The comparisons of one kind: department → what is shown."""
    found = comparisons(now, before).items()
    return {department: one.figure for department, all_ in found for one in all_ if one.measure == measure}


# --- pooling ---------------------------------------------------------------------------------------------------


def test_pooling_by_hand() -> None:
    """Ten people at 3.0 ± 1 and twenty at 3.6 ± .5: 3.4, and (9 + 10·.16 + 4.75 + 20·.04) / 29 for the variance."""
    pooled = pool([*received(3.0, 10, 1.0), *received(3.6, 20, 0.5)])
    assert pooled is not None
    assert pooled.n == 30
    assert (pooled.mean, pooled.sd) == pytest.approx((3.4, (16.15 / 29) ** 0.5))


def test_words_enter_nothing() -> None:
    """A block that is only words, and one of fewer than ten people, are as if they were not there."""
    words, few = block(0, 0, 0, 0, 14), block(1, 2, 2, 2, 1)
    assert pool([words]) is pool([few]) is pool([]) is None
    assert pool([words, block(*FAIR), few]) == pool([block(*FAIR)])
    assert comparisons({"hr": [words]}, {"hr": [words]}) == {}
    assert comparisons({"hr": [block(*FAIR)]}, {"hr": [words]}) == {}


@given(SCALES)
def test_one_block_pools_to_what_was_published_of_it(scores: list[int]) -> None:
    """Also a spread that rounds to nothing stays above nothing."""
    shown = next(one for one in block(*scores) if one.measure == "received")
    pooled = pool([block(*scores)])
    if shown.estimate is None:
        assert pooled is None
        return
    assert pooled is not None
    assert pooled.n == sum(scores)
    assert pooled.mean == pytest.approx(shown.estimate)
    assert pooled.sd == pytest.approx(max(shown.spread or 0, 0.05))
    assert abs(pooled.mean - mean_interval(dict(zip(SCORES, scores, strict=True))).estimate) <= 0.05 + 1e-9


# --- changes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("now", "before", "verdict"), [(RICH, POOR, "better"), (POOR, RICH, "worse")])
def test_a_certain_change_is_told_with_its_size(now: tuple[int, ...], before: tuple[int, ...], verdict: str) -> None:
    found = comparisons({"hr": [block(*now)]}, {"hr": [block(*before)]})
    (change,) = found["hr"]
    assert (change.measure, change.n, change.figure.verdict) == ("change", 21, verdict)
    assert abs(change.figure.estimate or 0) == 2.0  # 3.95 and 2.05 were published as 4.0 and 2.0


def test_an_uncertain_change_says_what_could_have_been_seen() -> None:
    """Twelve people each, with a spread of .95: 1.1 points."""
    now, before = received(3.2, 12, 0.95), received(3.0, 12, 0.95)
    assert comparisons({"hr": now}, {"hr": before}) == {
        "hr": [Comparison("change", 12, Coded(verdict="none")), Comparison("detectable", 12, Coded(1.1))]
    }


def test_groups_of_different_sizes_see_as_much_as_two_of_their_harmonic_mean() -> None:
    """Twenty and sixty people see what thirty and thirty would."""
    seen = figures({"hr": received(3.0, 20)}, {"hr": received(3.0, 60)}, "detectable")
    assert seen == {"hr": Coded(round(detectable_change(30, 1.0).estimate, 1))}


def test_a_small_change_is_nothing_to_speak_of_however_certain() -> None:
    """A fifth of a point among thousands; three tenths are."""
    for size, verdict in ((0.2, "none"), (0.4, "better")):
        now, before = received(3.0 + size, 5000), received(3.0, 5000)
        assert figures({"hr": now}, {"hr": before}, "change")["hr"].verdict == verdict


def test_a_department_without_an_earlier_number_has_no_change() -> None:
    assert comparisons({"hr": received(4.0)}, {"ict": received(2.0)}) == {}


def test_changes_are_held_to_one_share_of_false_alarms() -> None:
    """p = .06 is believed beside others that are certain, and not alone."""
    alone = {"hr": received(3.6)}, {"hr": received(3.0)}
    assert 0.05 < welch(3.6, 1, 20, 3.0, 1, 20).p < 0.10
    others = [f"d{i}" for i in range(5)]
    still = {other: received(3.0) for other in others}
    moved = {other: received(4.2) for other in others}
    assert figures(*alone, "change")["hr"].verdict == "better"
    assert figures(alone[0] | still, alone[1] | still, "change")["hr"].verdict == "none"
    assert figures(alone[0] | moved, alone[1] | still, "change")["hr"].verdict == "better"


@given(st.lists(st.sampled_from([2.4, 2.8, 3.0, 3.3, 3.6, 3.9, 4.3]), min_size=1, max_size=12))
def test_the_family_is_all_departments_with_a_number_in_both_cycles(means: list[float]) -> None:
    """Those of one cycle only, or in words, are no part of it; statsmodels agrees about the rest."""
    now = {f"d{i}": received(mean) for i, mean in enumerate(means)} | {"new": received(4.4)}
    before = {f"d{i}": received(3.0) for i in range(len(means))} | {"new": [block(0, 0, 0, 0, 12)]}
    p = [welch(mean, 1, 20, 3.0, 1, 20).p for mean in means]
    believed, *_ = multipletests(p, alpha=0.10, method="fdr_bh")
    changes = figures(now, before, "change")
    assert [*changes] == [f"d{i}" for i in range(len(means))]
    for mean, certain, figure in zip(means, believed, changes.values(), strict=True):
        assert (figure.verdict != "none") == (certain and abs(mean - 3.0) > 0.29)


@given(st.lists(SCALES, min_size=12, max_size=12))
def test_a_change_shows_a_verdict_and_no_p_value(scales: list[list[int]]) -> None:
    """Nothing has an interval or a spread, and sizes have one decimal."""
    now, before = ({f"d{i}": [block(*s)] for i, s in enumerate(half)} for half in (scales[:6], scales[6:]))
    for one in (one for found in comparisons(now, before).values() for one in found):
        figure = one.figure
        assert figure.low is figure.high is figure.spread is None
        assert figure.estimate is None or figure.estimate == round(figure.estimate, 1)
        assert one.n >= 10
        known = {"change": ("better", "worse", "none"), "detectable": ("",), "band": ("above", "around", "below")}
        assert figure.verdict in known[one.measure]


# --- bands -----------------------------------------------------------------------------------------------------


def bands(*means: float, n: int = 40) -> list[str]:
    """The band of each department with such a mean."""
    found = figures({f"d{i}": received(mean, n) for i, mean in enumerate(means)}, {}, "band")
    return [figure.verdict for figure in found.values()]


def test_bands_need_six_departments_with_a_number() -> None:
    """Five and one in words are five."""
    five = {f"d{i}": received(mean) for i, mean in enumerate((2.0, 3.0, 3.0, 3.0, 4.0))}
    assert comparisons(five, {}) == {}
    assert comparisons(five | {"words": [block(0, 0, 0, 0, 12)]}, {}) == {}
    assert set(comparisons(five | {"sixth": received(3.1)}, {})) == {*five, "sixth"}


def test_only_who_is_far_from_the_organisation_is_above_or_below() -> None:
    assert bands(1.8, 3.0, 3.1, 3.0, 2.9, 4.2) == ["below", "around", "around", "around", "around", "above"]
    assert bands(3.2, 3.0, 3.1, 3.0, 2.9, 2.8) == ["around"] * 6


def test_a_band_is_no_place_in_a_row() -> None:
    """It comes with the department's own n, and without a number."""
    found = comparisons({f"d{i}": received(2.0 + 0.4 * i, 10 + i) for i in range(6)}, {})
    assert [[one.n for one in all_] for all_ in found.values()] == [[10 + i] for i in range(6)]
    assert all(one.figure == Coded(verdict=one.figure.verdict) for all_ in found.values() for one in all_)


# --- totals ----------------------------------------------------------------------------------------------------


def test_a_total_by_hand() -> None:
    """Eight of 20, at most 2 of 14, and all but at most 2 of 12: 8 + 2 + 10 of 46, about; without the one, at least."""
    few, most = block(0, 0, 14, 0, 0), block(0, 0, 0, 0, 12)
    assert total_good({"hr": [block(*FAIR), few], "ict": [most]}) == Total(20, 46, "about")
    assert total_good({"hr": [block(*FAIR), few]}) == Total(10, 34, "most")
    assert total_good({"hr": [block(*FAIR)], "ict": [most]}) == Total(18, 32, "least")
    assert total_good({"hr": [block(*FAIR)]}) == Total(8, 20, "")


def test_what_is_only_words_is_in_no_total() -> None:
    """Fewer than ten people: neither "some" of them nor "at most 2"."""
    for words in (block(1, 2, 2, 2, 1), block(0, 0, 9, 0, 0), block(0, 0, 0, 0, 9)):
        assert total_good({"hr": [words]}) == total_good({})
        assert total_good({"hr": [words, block(*FAIR)]}) == total_good({"hr": [block(*FAIR)]})


@given(st.lists(SCALES, min_size=1, max_size=5))
def test_a_total_is_at_most_two_off_for_each_coded_share(scales: list[list[int]]) -> None:
    """On the side that it says, and the same however many people a coded share really had."""
    total, goods = total_good({"hr": [block(*s) for s in scales]}), [s[3] + s[4] for s in scales]
    few = [good <= 2 for good in goods]
    most = [good > 2 and sum(s) - good <= 2 for good, s in zip(goods, scales, strict=True)]
    assert total.n == sum(map(sum, scales))
    assert -2 * sum(most) <= total.k - sum(goods) <= 2 * sum(few)
    assert total.bound == {(0, 0): "", (1, 0): "most", (0, 1): "least"}.get((any(few), any(most)), "about")


# --- what may know answers -------------------------------------------------------------------------------------

SOURCES = [path for folder in ("analysis", "bot", "config") for path in sorted((ROOT / folder).rglob("*.py"))]


def parsed(path: Path) -> list[ast.AST]:
    """Everything in a source file."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> set[str]:
    """What a file imports, with dots."""
    found = set()
    for node in parsed(path):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize(
    "name", ["comparisons", "findings", "charts", "totals", "themes", "priorities", "priorities_chart"]
)
def test_what_is_compared_and_judged_was_published(name: str) -> None:
    """Of the tables only publications are known there, no session to read others with, and no count."""
    names = imported(ROOT / "analysis" / f"{name}.py")
    assert {one for one in names if one.startswith("analysis.answers")} == {"analysis.answers.Publication"}
    assert "analysis.counts" not in names
    barred = ("analysis.counts", "sqlmodel", "sqlalchemy", "bot", "importlib", "pandas")
    assert not [one for one, start in product(names, barred) if one == start or one.startswith(f"{start}.")]


def makers(name: str) -> set[str]:
    """The files that construct one, also under another name for its module."""
    found = set()
    for path in SOURCES:
        for node in parsed(path):
            called = node.func if isinstance(node, ast.Call) else None
            if (isinstance(called, ast.Name) and called.id == name) or (
                isinstance(called, ast.Attribute) and called.attr == name
            ):
                found.add(path.relative_to(ROOT).as_posix())
            if isinstance(node, ast.ImportFrom):
                assert not [alias for alias in node.names if alias.name == name and alias.asname]
    return found


@pytest.mark.parametrize("name", ["Publication", "Publishable"])
def test_only_the_gate_publishes(name: str) -> None:
    """Nowhere else in the program is one made."""
    assert len(SOURCES) > 50
    assert makers(name) == {"analysis/disclosure.py"}
