"""What the board reads of a cycle as data: three lists, sums of what was published, and what cannot be concluded."""

from collections.abc import Sequence
from datetime import date

import pytest

from analysis.answers import Publication
from analysis.coding import Coded
from analysis.comparisons import Total
from analysis.totals import Bands, Response, coded_response, overall

DEPARTMENTS = ("catering", "finance", "hr", "ict", "legal", "purchasing", "safety")
HOURS, MANY = Coded(13.4, 9.0, 21.8), Coded(12.0)


def row(department: str, measure: str, figure: Coded, n: int | None = 20) -> Publication:
    """One published figure."""
    values = {name: getattr(figure, name) for name in ("estimate", "low", "high", "spread", "verdict")}
    return Publication(
        block=1, department=department, measure=measure, n=n, released_on=date(2026, 10, 12), subject="", **values
    )


def block(department: str, band: str = "", good: Coded = MANY, lost: Coded | None = None) -> list[Publication]:
    """What is published of a block: a number, unless the headline has none."""
    received = Coded(3.5, spread=1.0) if good.estimate is not None else Coded(verdict="high")
    rows = [row(department, "good", good), row(department, "received", received)]
    rows += [row(department, "lost", Coded(verdict="quarter"))]
    rows += [row(department, "lost_total", lost)] if lost else []
    return [*rows, row(department, "band", Coded(verdict=band))] if band else rows


def cycle(*blocks: Sequence[Publication]) -> dict[str, list[Sequence[Publication]]]:
    """The ledgers of a cycle."""
    found: dict[str, list[Sequence[Publication]]] = {}
    for one in blocks:
        found.setdefault(one[0].department, []).append(one)
    return found


def test_each_band_is_a_list_in_catalogue_order() -> None:
    """Whatever the order of the ledgers; and a department in words is in none of them."""
    bands = dict(zip(DEPARTMENTS, ("below", "around", "above", "below", "around", "around", ""), strict=True))
    blocks = [block(department, band) for department, band in reversed(bands.items()) if band]
    made = overall(cycle(*blocks, block("safety", good=Coded(verdict="all_but_2"))), DEPARTMENTS)
    assert made.bands == Bands(above=("hr",), around=("finance", "legal", "purchasing"), below=("catering", "ict"))
    assert made.in_words == ("safety",)
    assert (made.heard, made.unheard) == (DEPARTMENTS, ())


def test_without_published_bands_there_are_none() -> None:
    """They are published with six departments or more: nothing is compared here."""
    made = overall(cycle(*(block(department) for department in DEPARTMENTS[:5])), DEPARTMENTS)
    assert made.bands is None
    assert (made.heard, made.unheard) == (DEPARTMENTS[:5], DEPARTMENTS[5:])


def test_lost_hours_are_the_sum_of_what_was_published() -> None:
    """Over all blocks: least to least, most to most; it says how many departments have a total."""
    blocks = [
        block("hr", lost=HOURS),
        block("hr", lost=HOURS),
        block("ict", lost=Coded(30.0, 20.0, 45.0)),
        block("legal"),
    ]
    made = overall(cycle(*blocks), DEPARTMENTS)
    assert made.lost is not None
    assert (made.lost.departments, made.lost.is_whole) == (2, False)
    assert (made.lost.hours, made.lost.low, made.lost.high) == pytest.approx((56.8, 38.0, 88.6))
    assert made.asked_lost
    whole = overall(cycle(block("hr", lost=HOURS)), DEPARTMENTS).lost
    assert whole is not None
    assert whole.is_whole


def test_where_no_department_has_a_total_there_is_none() -> None:
    """Asked but not told; and in a cycle with another question, not asked."""
    assert (overall(cycle(block("hr")), DEPARTMENTS).lost, overall(cycle(block("hr")), DEPARTMENTS).asked_lost) == (
        None,
        True,
    )
    other = [one for one in block("hr") if one.measure != "lost"]
    assert overall(cycle(other), DEPARTMENTS).asked_lost is False


def test_a_cycle_without_a_single_block() -> None:
    """Every department is named as one without a figure, and nothing is added up."""
    made = overall({}, DEPARTMENTS)
    assert (made.heard, made.unheard, made.in_words) == ((), DEPARTMENTS, ())
    assert (made.good, made.bands, made.lost) == (Total(0, 0, ""), None, None)


@pytest.mark.parametrize(
    ("asked", "responded", "shown"),
    [
        (9, 5, None),
        (10, 10, "all_but_2"),
        (10, 8, "all_but_2"),
        (10, 7, "few"),
        (80, 9, "few"),
        (80, 10, 10.0),
        (80, 77, 77.0),
        (80, 78, "all_but_2"),
    ],
)
def test_the_response_is_told_from_ten_people_on(asked: int, responded: int, shown: str | float | None) -> None:
    """And in words where all but at most two took part."""
    made = coded_response(asked, responded)
    if shown is None:
        assert made is None
        return
    assert made == Response(asked, Coded(verdict=shown) if isinstance(shown, str) else Coded(shown))
