"""Priorities after a deep cycle: a crosshair fixed by a rule, and a quadrant only where both intervals take a side."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from analysis import priorities_chart
from analysis.answers import Publication
from analysis.comparisons import Comparison, Pooled
from analysis.priorities import CERTAIN, QUADRANTS, Crosshair, Span, crosshair_of, placed, priorities, quadrant
from analysis.statistics import mean_margin
from analysis.themes import of_each, praised, short_of_needed
from config.department import THEMES
from config.words import LANGUAGES, Language

from .deep import RELEASED
from .desk import HR


def row(measure: str, theme: str, estimate: float | None, verdict: str = "", n: int = 20) -> Publication:
    """One published figure of a theme."""
    low, high = (None, None) if estimate is None else (round(estimate - 0.4, 1), round(estimate + 0.4, 1))
    return Publication(
        block=1,
        department="hr",
        measure=measure,
        subject=theme,
        estimate=estimate,
        low=low,
        high=high,
        spread=None if estimate is None else 1.0,
        verdict=verdict,
        n=n,
        released_on=RELEASED,
    )


def block(**themes: tuple[float | str, float | str]) -> list[Publication]:
    """What was published of these themes: received and needed, each a mean or a word."""
    rows = []
    for theme, levels in themes.items():
        for axis, level in zip(("received", "needed"), levels, strict=True):
            number = level if isinstance(level, float) else None
            rows.append(row(f"theme_{axis}", theme, number, "" if number else str(level)))
        gap = levels[0] - levels[1] if isinstance(levels[0], float) and isinstance(levels[1], float) else None
        rows.append(row("theme_gap", theme, gap, "below" if gap is None or gap < 0 else "above"))
    return rows


def found(department: list[Comparison], measure: str) -> dict[str, Comparison]:
    """Those of one kind, by theme or axis."""
    return {one.subject: one for one in department if one.measure == measure}


FOUR = block(speed=(2.0, 4.5), expertise=(4.5, 4.4), thinking=(4.4, 2.0), systems=(2.1, 2.1))


def test_four_corners() -> None:
    """A theme clearly in each corner has its quadrant; the crosshair is the mean of what was published."""
    made = priorities({"hr": [FOUR]})["hr"]
    assert {axis: one.figure.estimate for axis, one in found(made, "crosshair").items()} == {
        "received": pytest.approx(3.2),
        "needed": pytest.approx(3.2),
    }
    assert {theme: one.figure.verdict for theme, one in found(made, "quadrant").items()} == {
        "speed": "work_on_this",
        "expertise": "keep_up",
        "thinking": "more_than_needed",
        "systems": "low_priority",
    }


def test_the_crosshair_is_that_of_all_departments_and_of_numbers_alone() -> None:
    """Two blocks of one department and one of another: each published mean once; words do not enter, on that axis."""
    ledgers = {
        "hr": [block(speed=(3.0, 4.0)), block(speed=(4.0, "high"))],
        "ict": [block(speed=("low", 5.0), clarity=(2.0, 3.0))],
    }
    assert crosshair_of(ledgers) == Crosshair(3.0, 4.0, (3, 3))


@pytest.mark.parametrize("ledgers", [{}, {"hr": []}, {"hr": [block(speed=("low", "high"))]}, {"hr": [[]]}])
def test_without_a_number_there_is_no_crosshair(ledgers: dict[str, list[list[Publication]]]) -> None:
    """Nor after an ordinary cycle, of which no theme was published so."""
    assert crosshair_of(ledgers) is None
    assert priorities(ledgers) == {}


def test_a_theme_in_words_has_no_place() -> None:
    """One coordinate without a number is enough; the others keep theirs, and the lines."""
    made = priorities({"hr": [block(speed=(2.0, "high"), clarity=(3.0, 4.0))], "ict": [block(speed=("high", "high"))]})
    assert set(made) == {"hr"}
    assert set(found(made["hr"], "quadrant")) == {"clarity"}
    assert set(found(made["hr"], "crosshair")) == {"received", "needed"}


@pytest.mark.parametrize(
    ("received", "needed", "where"),
    [
        (Span(4.0, 3.1, 4.9), Span(4.0, 3.1, 4.9), "keep_up"),
        (Span(4.0, 3.0, 4.9), Span(4.0, 3.1, 4.9), "on_the_line"),  # touches it
        (Span(4.0, 3.1, 4.9), Span(3.0, 2.5, 3.5), "on_the_line"),
        (Span(2.0, 1.5, 2.9), Span(4.0, 3.1, 4.9), "work_on_this"),
        (Span(2.0, 1.5, 3.0), Span(4.0, 3.1, 4.9), "on_the_line"),
    ],
)
def test_a_side_is_taken_only_by_a_whole_interval(received: Span, needed: Span, where: str) -> None:
    """As printed: an interval that ends on the line is on it."""
    assert quadrant(received, needed, Crosshair(3.0, 3.0, (6, 6))) == where


@given(st.floats(1.5, 4.5), st.floats(0.05, 1.9), st.integers(10, 300))
def test_the_interval_is_students(mean: float, sd: float, n: int) -> None:
    """Of the published mean, spread and n, two-sided at 80 %; scipy is the oracle."""
    low, high = student.interval(CERTAIN, n - 1, mean, sd / n**0.5)
    assert mean_margin(sd, n, CERTAIN) == pytest.approx((high - low) / 2)
    span = placed(Pooled(mean, sd, n))
    assert span == (round(mean, 1), round(max(low, 1.0), 1), round(min(high, 5.0), 1))


@pytest.mark.parametrize(("sd", "n"), [(0.0, 10), (1.0, 1), (1.0, 2.5), (float("nan"), 10), (-1.0, 10)])
def test_a_margin_of_nothing_is_refused(sd: float, n: float) -> None:
    """With the numbers in the message."""
    with pytest.raises(ValueError, match="no mean"):
        mean_margin(sd, n)  # type: ignore[arg-type]


LEVEL = st.one_of(
    st.floats(1.5, 4.5).map(lambda mean: round(mean, 1)), st.sampled_from(["low", "middle", "high", "high_end"])
)
BLOCKS = st.dictionaries(st.sampled_from(THEMES), st.tuples(LEVEL, LEVEL), max_size=6).map(lambda one: block(**one))
LEDGERS = st.dictionaries(st.sampled_from(["hr", "ict", "catering"]), st.lists(BLOCKS, max_size=3))


@given(LEDGERS)
def test_whatever_was_published(ledgers: dict[str, list[list[Publication]]]) -> None:
    """The lines lie between the least and the most; each place has a quadrant, and lies where that says."""
    for made in priorities(ledgers).values():
        lines = {axis: one.figure.estimate or 0.0 for axis, one in found(made, "crosshair").items()}
        assert all(1.4 < line < 4.6 for line in lines.values())
        across, up, quadrants = (found(made, name) for name in ("place_received", "place_needed", "quadrant"))
        assert set(across) == set(up) == set(quadrants)
        for theme, one in quadrants.items():
            if one.figure.verdict in QUADRANTS.values():
                right, above = next(sides for sides, name in QUADRANTS.items() if name == one.figure.verdict)
                assert ((across[theme].figure.estimate or 0) > lines["received"]) is right
                assert ((up[theme].figure.estimate or 0) > lines["needed"]) is above


# --- which theme a message names ---------------------------------------------------------------------------------


def test_what_goes_best_and_what_is_short() -> None:
    """Very high in words is praised; short in the order of quadrant, own influence and how much is lacking."""
    themes = of_each(block(speed=(2.0, 4.0), expertise=("high_end", 4.0), clarity=(4.4, 4.5), promises=(3.0, 4.5)))
    assert [one.theme for one in praised(themes)] == ["expertise"]
    assert [one.theme for one in short_of_needed(themes, HR)][-1] == "expertise"  # praised, so last
    influence = [HR.influence(one.theme).by for one in short_of_needed(themes, HR)[:-1]]
    assert influence == sorted(influence, key=("own", "together", "rule").index)
    assert praised([]) == []


@pytest.mark.parametrize(
    ("themes", "well"),
    [
        ({"speed": (3.0, 4.0), "clarity": (4.1, 4.0), "systems": ("high", 4.0)}, ["clarity"]),
        ({"speed": (3.0, 4.0), "clarity": ("high", 4.0), "systems": ("high", 4.0)}, ["clarity", "systems"]),
        ({"speed": (3.0, 4.0), "clarity": (2.0, 4.0), "systems": ("middle", 4.0)}, ["speed"]),
        ({"speed": (4.4, 4.0), "clarity": ("high_end", 4.0)}, ["clarity"]),
        ({"speed": ("low", 4.0)}, []),
    ],
)
def test_what_goes_well(themes: dict[str, tuple[float | str, float | str]], well: list[str]) -> None:
    """A word hides how high it is, so it is never called less than a number, nor a number the best beside it."""
    assert sorted(one.theme for one in praised(of_each(block(**themes)))) == sorted(well)


# --- the picture -------------------------------------------------------------------------------------------------


def ledger() -> list[Publication]:
    """The four corners with what was made of them, one theme in words, and two at the same place."""
    rows = [*FOUR, *block(promises=("high", 4.0), clarity=(2.0, 4.5))]
    made = priorities({"hr": [rows]})["hr"]
    return [
        *rows,
        *(
            Publication(
                **{
                    **row(one.measure, one.subject, one.figure.estimate, one.figure.verdict, one.n).model_dump(),
                    "low": one.figure.low,
                    "high": one.figure.high,
                }
            )
            for one in made
        ),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_and_its_words(language: Language) -> None:
    """1200 by 675 pixels, the same bytes again; every theme is in the alt text, the coded one in words."""
    made = priorities_chart.chart("12 oktober", ledger(), HR, language)
    assert struct.unpack(">II", made.png[16:24]) == (1200, 675)
    assert made.png == priorities_chart.chart("12 oktober", ledger(), HR, language).png
    assert made.alt == priorities_chart.described("12 oktober", ledger(), HR, language)
    assert all(HR.theme_name(theme, language) in made.alt for theme in {one.theme for one in of_each(ledger())})
    assert len(made.alt) <= 600


def test_there_is_a_picture_only_where_something_has_a_place() -> None:
    """Not in the middle of a deep cycle, nor after an ordinary one."""
    assert priorities_chart.is_drawn(ledger())
    assert not priorities_chart.is_drawn(FOUR)
    assert not priorities_chart.is_drawn([])


def test_a_long_name_is_cut_before_the_alt_text_is() -> None:
    """A department with the longest names there may be: still every quadrant is said."""
    long = {theme: {"name": {"nl": "x" * 300, "en": "x" * 300}} for theme in THEMES}
    wordy = type(HR).model_validate({**HR.model_dump(by_alias=True, exclude_none=True), "themes": long})
    alt = priorities_chart.described("12 oktober", ledger(), wordy, "nl")
    assert len(alt) <= 600
    assert "Hieraan werken" in alt
