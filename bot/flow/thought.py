"""What a team thought, beside what its colleagues said: one line of a digest, made of publications and the estimate."""

from collections.abc import Sequence

from analysis.answers import Publication
from analysis.findings import as_often, findings, theme_of
from analysis.selfimage import verdict
from bot.store.selfimage import Estimate
from config.department import Department
from config.texts import say
from config.words import Language


def thought(
    ledger: Sequence[Publication], department: Department, estimate: Estimate | None, language: Language
) -> tuple[str, ...]:
    """Nothing where nothing was said beforehand."""
    if estimate is None:
        return ()
    found = findings(ledger, department)
    judged = say(f"selfimage.verdict_{verdict(found.good, estimate.share)}", language)
    line = say("selfimage.thought", language, share=say(f"selfimage.said_{estimate.share}", language), verdict=judged)
    return (f"{line} {_held(found.missed, department, estimate, language)}".rstrip(),)


def _held(missed: Sequence[Publication], department: Department, estimate: Estimate, language: Language) -> str:
    """What held the team back, beside the theme that was missed most, or those that were as often."""
    if not estimate.held_back:
        return ""
    held, first = say(f"selfimage.held_{estimate.held_back}", language).lower(), as_often(missed)
    if not first:
        return say("selfimage.held_alone", language, held=held)
    theme, *others = (department.theme_name(theme_of(row), language) for row in first)
    for other in others:
        theme = say("selfimage.as_often", language, before=theme, theme=other)
    return say("selfimage.held_and_missed", language, held=held, theme=theme)
