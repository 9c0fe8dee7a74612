"""In which order a department reads what it may work on: tables of published themes."""

from datetime import date

import pytest

from analysis.answers import Publication
from analysis.findings import MOST_POINTS, as_often, findings, points, to_work_on
from config import EXAMPLE
from config.load import read

HR = read(EXAMPLE).by_key["hr"]  # promises are its own; speed and systems together with others; thinking a rule


def ledger(**themes: float | None) -> list[Publication]:
    """Published themes, as missed__speed=7; None is what nearly everybody chose."""
    heads = [row(measure) for measure in ("good", "received", "needed", "gap")]
    return heads + [row("theme", name.replace("__", "."), estimate) for name, estimate in themes.items()]


def row(measure: str, subject: str = "", estimate: float | None = 3.5) -> Publication:
    """One published figure."""
    day = date(2026, 9, 14)
    return Publication(
        block=1, department="hr", measure=measure, subject=subject, estimate=estimate, n=40, released_on=day
    )


@pytest.mark.parametrize(
    ("themes", "order"),
    [
        ({"missed__thinking": 12, "missed__systems": 8, "missed__promises": 3}, ["promises", "systems", "thinking"]),
        ({"missed__systems": 4, "missed__speed": 9}, ["speed", "systems"]),  # as much theirs: the most mentioned
        ({"missed__systems": 5, "missed__speed": 5}, ["speed", "systems"]),  # as often: as the catalogue has them
        ({"missed__speed": 5, "missed__systems": None}, ["systems", "speed"]),  # nearly everybody
        ({"missed__promises": 9, "missed__thinking": 3, "helped__promises": 8}, ["thinking", "promises"]),  # praised
        ({"missed__promises": 9, "missed__thinking": 3, "helped__speed": 8}, ["promises", "thinking"]),
        ({"helped__speed": 20}, []),
    ],
)
def test_what_to_work_on_comes_in_the_order_of_influence(themes: dict[str, float | None], order: list[str]) -> None:
    """Its own first; then the most mentioned; what is praised in the same message last."""
    published = ledger(**themes)
    assert [one.subject.partition(".")[2] for one in to_work_on(published, HR)] == order
    assert [one.subject.partition(".")[2] for one in findings(published, HR).missed] == order


def test_three_points_are_enough() -> None:
    """However many themes were missed; those of the department's own influence are never left out for others."""
    missed = {f"missed__{theme}": 9.0 for theme in ("speed", "expertise", "thinking", "clarity", "systems", "promises")}
    found = [one.subject for one in to_work_on(ledger(**missed), HR)]
    assert len(found) == MOST_POINTS == 3
    assert "missed.promises" in found
    assert "missed.thinking" not in found
    assert points(ledger(**missed), HR) == [one.partition(".")[2] for one in found]


def test_what_was_missed_most_is_left_out_of_no_list() -> None:
    """Also where it comes last, because it is a rule: else another theme would seem to be the most missed."""
    missed = {"missed__promises": 3.0, "missed__expertise": 3.0, "missed__clarity": 3.0, "missed__thinking": 12.0}
    found = findings(ledger(**missed), HR).missed
    assert [one.subject for one in found][-1] == "missed.thinking"
    assert len(found) == len(missed)
    assert [one.subject for one in as_often(found)] == ["missed.thinking"]


@pytest.mark.parametrize(
    ("themes", "first"),
    [
        ({}, []),
        ({"missed__thinking": 3, "missed__expertise": 3}, ["missed.expertise", "missed.thinking"]),  # the catalogue's
        ({"missed__thinking": 4, "missed__expertise": 3}, ["missed.thinking"]),
        ({"missed__thinking": None, "missed__expertise": 9}, ["missed.thinking"]),  # nearly everybody
    ],
)
def test_what_was_named_as_often_is_named_beside_it(themes: dict[str, float | None], first: list[str]) -> None:
    """Of two that were missed as often neither is the most missed alone."""
    assert [one.subject for one in as_often(findings(ledger(**themes), HR).missed)] == first
