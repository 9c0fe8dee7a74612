"""The words of the messages about a whole cycle: with figures for board and works council, without any for everyone.

Made from publications alone, like a digest. Departments stand in catalogue order: there is no league table.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from analysis.comparisons import FEWEST_DEPARTMENTS
from analysis.totals import Bands, LostHours, Overall, Response
from bot.core import moments
from bot.flow.wording import Digest
from config.department import Department
from config.organisation import Organisation
from config.survey import Survey
from config.texts import say


@dataclass(frozen=True)
class Told:
    """The cycle that is told of: the days from its first opening to its last closing."""

    organisation: Organisation
    survey: Survey
    first: date
    last: date

    def say(self, key: str, **values: object) -> str:
        """A sentence in the language of the organisation."""
        return say(key, self.organisation.language, **values)

    def day(self, when: date) -> str:
        """A day as people say it."""
        return moments.day(when, self.organisation.language)

    def names(self, departments: Sequence[str]) -> str:
        """These departments, in the order in which they are given."""
        language, by_key = self.organisation.language, self.organisation.by_key
        return ", ".join(by_key[department].name.in_(language) for department in departments)


# --- board and works council -----------------------------------------------------------------------------------------


def board(told: Told, overall: Overall, response: Response | None, promised: Sequence[str] = ()) -> Digest:
    """Who responded, the answers together, who is above, around and below, lost time; then what cannot be concluded.

    `promised` says how many promises were kept.
    """
    return Digest(tuple(_first_screen(told, overall, response, promised)), tuple(_details(told, overall)))


def _first_screen(told: Told, overall: Overall, response: Response | None, promised: Sequence[str]) -> Iterator[str]:
    yield _heading(told, response)
    if overall.heard:
        yield _good(told, overall)
        yield from _bands(told, overall.bands)
        if overall.asked_lost:
            yield _lost(told, overall.lost, len(overall.heard))
    else:
        yield told.say("board.none")
    yield from promised
    if overall.heard and overall.unheard:
        yield told.say("board.unheard", departments=told.names(overall.unheard))


def _heading(told: Told, response: Response | None) -> str:
    values = {"first": told.day(told.first), "last": told.day(told.last)}
    survey = told.survey.name.in_(told.organisation.language)
    heading = told.say("board.heading", organisation=told.organisation.name, survey=survey, **values)
    if response is None:
        return heading
    responded = response.responded
    if responded.estimate is None:
        return f"{heading} · {told.say(f'board.response_{responded.verdict}', asked=response.asked)}"
    return f"{heading} · {told.say('board.response', asked=response.asked, responded=int(responded.estimate))}"


def _good(told: Told, overall: Overall) -> str:
    total = overall.good
    if not total.n:
        return told.say("board.good_none")
    return told.say(f"board.good_{total.bound}" if total.bound else "board.good", k=total.k, n=total.n)


def _bands(told: Told, bands: Bands | None) -> Iterator[str]:
    if bands is None:
        yield told.say("board.bands_none", fewest=FEWEST_DEPARTMENTS)
        return
    for band in ("above", "around", "below"):
        departments = getattr(bands, band)
        if departments:
            yield told.say(f"board.band_{band}", departments=told.names(departments))


def _lost(told: Told, lost: LostHours | None, heard: int) -> str:
    if lost is None:
        return told.say("board.lost_none")
    hours = {"hours": f"{lost.hours:.0f}", "low": f"{lost.low:.0f}", "high": f"{lost.high:.0f}"}
    return told.say(
        "board.lost_all" if lost.is_whole else "board.lost", **hours, departments=lost.departments, heard=heard
    )


def _details(told: Told, overall: Overall) -> Iterator[str]:
    """How to read it, only of what is there."""
    if overall.good.n:
        yield told.say("board.answers")
    if overall.good.bound:
        yield told.say("board.bound")
    if overall.bands is not None:
        yield told.say("board.bands")
    if overall.bands is not None and overall.in_words:
        yield told.say("board.in_words", departments=told.names(overall.in_words))
    if overall.lost is not None:
        yield told.say("board.hours")
    yield told.say("board.cannot")


# --- everyone --------------------------------------------------------------------------------------------------------


def everyone(told: Told, heard: Sequence[str], opens: date | None, promised: Sequence[str] = ()) -> tuple[str, ...]:
    """A thank you, what each department that heard from colleagues is working on, and when the next round opens.

    `promised` says what departments did and promise.
    """
    departments = [told.organisation.by_key[department] for department in heard]
    return tuple(_to_everyone(told, departments, opens, promised))


def _to_everyone(told: Told, heard: Sequence[Department], opens: date | None, promised: Sequence[str]) -> Iterator[str]:
    language = told.organisation.language
    yield told.say("everyone.thanks", first=told.day(told.first), last=told.day(told.last))
    working = [one for one in heard if one.card is not None]
    if working:
        yield told.say("everyone.working")
    for one in working:
        assert one.card is not None  # noqa: S101  they were chosen for it
        words = one.card.working_on.in_(language)
        yield told.say("everyone.working_on", department=one.name.in_(language), words=words)
    if others := [one.key for one in heard if one.card is None]:
        yield told.say("everyone.others", departments=told.names(others))
    yield from promised
    yield told.say("everyone.figures" if heard else "everyone.none")
    if opens is not None:
        yield told.say("everyone.next", day=told.day(opens))
