"""What a team thought of itself beside what its colleagues said: a verdict by a rule, from what was published alone."""

from typing import Literal

from analysis.answers import Publication
from analysis.charts import zone
from config.selfimage import CLASSES

Verdict = Literal["agrees", "above", "below"]


def verdict(good: Publication, share: str) -> Verdict:
    """Whether a class of CLASSES meets the published headline.

    It agrees where the class and the interval have something in common; a share without a number is taken as wide as
    its bound allows. Else the team thought itself `above` what its colleagues said, or `below`. Raises KeyError.
    """
    low, high = lies(good)
    begins, ends = CLASSES[share]
    if begins > high:
        return "above"
    return "below" if ends <= low else "agrees"


def lies(good: Publication) -> tuple[float, float]:
    """Between which shares the published headline lies: its interval, or the zone of its bound."""
    if good.low is not None and good.high is not None:
        return good.low, good.high
    low, high, _ = zone(good)
    return low, high
