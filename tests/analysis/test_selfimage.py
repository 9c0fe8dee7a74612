"""Whether a team's estimate meets what was published: by a rule, also where that has no number."""

from datetime import date
from itertools import pairwise

import pytest

from analysis import coding
from analysis.answers import Publication
from analysis.coding import SMALLEST
from analysis.selfimage import lies, verdict
from config.selfimage import CLASSES


def good(k: int, n: int) -> Publication:
    """The published headline of k of n."""
    one = coding.share(k, n)
    shown = n if n >= SMALLEST else None
    if shown is None:
        one = coding.Coded(verdict="some")
    return Publication(
        block=1,
        department="hr",
        measure="good",
        estimate=one.estimate,
        low=one.low,
        high=one.high,
        verdict=one.verdict,
        n=shown,
        released_on=date(2026, 10, 27),
    )


CASES = [
    # 15 of 23 is 65 %, with an interval of 45–81 %
    *((15, 23, share, says) for share, says in zip(
        CLASSES, ("below", "agrees", "agrees", "agrees", "agrees", "agrees", "above"), strict=True)),
    # 54 of 60: 80–95 %
    (54, 60, "60", "below"), (54, 60, "70", "below"), (54, 60, "80", "agrees"), (54, 60, "90", "agrees"),
    # at most 2 of 20: from 0 to 10 %
    (1, 20, "0", "agrees"), (1, 20, "40", "above"),
    # all but at most 2 of 20: from 90 to 100 %
    (19, 20, "90", "agrees"), (20, 20, "90", "agrees"), (19, 20, "80", "below"),
    # in words alone, fewer than ten answers: anything but the ends may be true
    (5, 9, "0", "agrees"), (5, 9, "50", "agrees"), (5, 9, "90", "above"),
]  # fmt: skip


@pytest.mark.parametrize(("k", "n", "share", "says"), CASES)
def test_a_class_meets_the_interval_or_not(k: int, n: int, share: str, says: str) -> None:
    """Something in common is agreement; else the team thought itself above or below what was said."""
    assert verdict(good(k, n), share) == says


def test_exactly_what_meets_agrees() -> None:
    """Of every headline of up to sixty people some class agrees, and those that do lie side by side."""
    for n in range(10, 61):
        for k in range(n + 1):
            said = [verdict(good(k, n), share) for share in CLASSES]
            assert "agrees" in said
            assert said == sorted(said, key=["below", "agrees", "above"].index)
            low, high = lies(good(k, n))
            assert 0 <= low <= high <= 1


def test_the_classes_leave_no_gap() -> None:
    """From 0 to 100 per cent, each beginning where the one before ends."""
    bounds = list(CLASSES.values())
    assert (bounds[0][0], bounds[-1][1]) == (0.0, 1.0)
    assert all(one[1] == following[0] for one, following in pairwise(bounds))
