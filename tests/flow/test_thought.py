"""What a team thought beside what its colleagues said: which theme stands in the sentence."""

import pytest

from analysis.answers import Publication
from bot.flow.thought import thought
from bot.store.selfimage import Estimate
from tests.analysis.desk import HR
from tests.analysis.test_findings import ledger

MISSED = [
    ({}, "Wat jullie het meest tegenhield: werkdruk."),
    ({"expertise": 9.0, "speed": 4.0}, "werkdruk; wat collega's het meest misten: Deskundigheid."),
    ({"promises": 3.0, "expertise": 3.0, "clarity": 3.0, "thinking": 12.0}, "misten: Meedenken binnen de cao."),  # last
    ({"expertise": 3.0, "thinking": 3.0}, "misten: Deskundigheid, en even vaak Meedenken binnen de cao."),
]


def released(missed: dict[str, float]) -> list[Publication]:
    """Twelve of twenty gave a 4 or 5, and these themes were missed so often."""
    rows = ledger(**{f"missed__{theme}": times for theme, times in missed.items()})
    rows[0] = rows[0].model_copy(update={"estimate": 12.0, "n": 20, "low": 0.39, "high": 0.78})
    return rows


@pytest.mark.parametrize(("missed", "end"), MISSED)
def test_the_theme_that_was_missed_most_stands_beside_what_held_them_back(missed: dict[str, float], end: str) -> None:
    """Whoever can change it; and not one alone of those that were missed as often."""
    (line,) = thought(released(missed), HR, Estimate(block=1, share="80", held_back="workload"), "nl")
    assert line.startswith("**Jullie dachten:** 80–89 %. Collega's zijn minder tevreden dan jullie dachten. ")
    assert line.endswith(end)
