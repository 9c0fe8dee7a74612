"""What goes well comes first, in every digest and for everybody who reads it; a team's own estimate changes nothing."""

from itertools import product

import pytest

from analysis.answers import Publication
from bot.flow.thought import thought
from bot.flow.wording import comparison, digest
from bot.store.selfimage import Estimate
from config.selfimage import CLASSES, HELD_BACK
from config.words import LANGUAGES, Language
from tests.analysis.desk import EXTRA, HR

from .test_golden import PERIOD, case

__all__ = ["case"]  # every ledger of the golden digests

GOES_WELL, JUDGEMENT = ("**Gaat goed:**", "**Goes well:**"), ("**Oordeel:**", "**Judgement:**")
THOUGHT = ("**Jullie dachten:**", "**You thought:**")
READ_ALOUD: dict[Language, str] = {
    "nl": "**Jullie dachten:** 80–89 %. Collega's zijn minder tevreden dan jullie dachten. "
    "Wat jullie het meest tegenhield: werkdruk; wat collega's het meest misten: Duidelijk over wat kan en wanneer.",
    "en": "**You thought:** 80–89%. Colleagues are less satisfied than you thought. "
    "What held you back most: workload; what colleagues missed most: Clear on what is possible and when.",
}
ESTIMATES = [None, *(Estimate(block=1, share=s, held_back=h) for s, h in product(CLASSES, ("", *HELD_BACK)))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_goes_well_comes_first(case: tuple[str, list[Publication]], language: Language) -> None:
    """Right below the heading, also where no theme stands out; then the judgement, then what the team thought."""
    _, ledger = case
    for estimate in ESTIMATES:
        lines = digest(ledger, HR, EXTRA, PERIOD, language, thought(ledger, HR, estimate, language)).lines
        wanted = [GOES_WELL, JUDGEMENT, *([THOUGHT] if estimate is not None else [])]
        assert all(line.startswith(first) for line, first in zip(lines[1:], wanted, strict=False))
        assert len([line for line in lines if line.startswith(GOES_WELL)]) == 1
        assert len([line for line in lines if line.startswith(THOUGHT)]) == (estimate is not None)
        assert len(" ".join(lines).split()) <= 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_changed_begins_with_what_went_well(case: tuple[str, list[Publication]], language: Language) -> None:
    """At the end of a cycle too, below the heading: as in the message whose figures are compared."""
    _, ledger = case
    compared, read = comparison(ledger, HR, EXTRA, PERIOD, language), digest(ledger, HR, EXTRA, PERIOD, language)
    assert compared.lines[1].startswith(GOES_WELL)
    assert compared.lines[1] == read.lines[1]
    assert len([line for line in compared.lines if line.startswith(GOES_WELL)]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_estimate_beside_the_figures_reads_well(case: tuple[str, list[Publication]], language: Language) -> None:
    """Word for word for the digest of twenty-three people."""
    name, ledger = case
    if name != "twenty-three":
        return
    (line,) = thought(ledger, HR, Estimate(block=1, share="80", held_back="workload"), language)
    assert line == READ_ALOUD[language]
