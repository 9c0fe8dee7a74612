"""Publications → judgements, in the order in which a department wants them: what goes well first.

Returns codes and figures; the words are made in `bot/flow/wording.py`. Nothing here sees an answer or a count that
was not published.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.answers import Publication
from analysis.coding import OTHER
from analysis.themes import INFLUENCE, OfTheme, of_each, short_of_needed
from config.department import THEMES, Department
from config.questions import Tapped

MOST_POINTS = 3  # to choose from, of what to take up; the first screen has one
ENOUGH_TO_EXPLAIN = 0.25  # of who answered; whatever is named most among at most four answers is as many


@dataclass(frozen=True)
class Findings:
    """One block, judged. Lists are in reading order; what could not be published is None or empty."""

    good: Publication
    received: Publication
    needed: Publication
    gap: Publication
    helped: list[Publication]  # themes, most mentioned first
    missed: list[Publication]  # themes, own influence first, then most mentioned
    mostly: dict[str, str]  # a missed theme -> the service it mostly concerns
    services: list[Publication]
    extra: list[Publication]  # the cycle's extra question
    change: Publication | None  # in the cycle's last digest only
    detectable: Publication | None
    band: Publication | None
    themes: list[OfTheme]  # of a deep cycle, in catalogue order
    crosshair: dict[str, Publication]  # received and needed; at the end of a deep cycle only

    @property
    def is_in_words(self) -> bool:
        """Whether something has no number because it would tell what nearly everybody answered."""
        levels = (level for one in self.themes for level in (one.received, one.needed))
        return any(row.estimate is None for row in (self.good, self.received, self.needed, *levels))


def findings(ledger: Sequence[Publication], department: Department) -> Findings:
    """Judge one block by what was published of it. Raises KeyError where the headline is not among it."""
    first = {row.measure: row for row in reversed(ledger)}
    return Findings(
        good=first["good"],
        received=first["received"],
        needed=first["needed"],
        gap=first["gap"],
        helped=_themes(ledger, "helped"),
        missed=_in_order(ledger, department),
        mostly={theme_of(row): row.verdict for row in ledger if row.measure == "crossing"},
        services=[row for row in ledger if row.measure == "service"],
        extra=[
            row for row in ledger if row.measure in ("lost", "lost_long", "lost_total", "level", "choice", "direction")
        ],
        change=first.get("change"),
        detectable=first.get("detectable"),
        band=first.get("band"),
        themes=of_each(ledger),
        crosshair={row.subject: row for row in ledger if row.measure == "crosshair"},
    )


def to_work_on(ledger: Sequence[Publication], department: Department) -> list[Publication]:
    """The first of what was missed, in the order in which it is to be worked on; the very first is on the first screen.

    No more than are good to choose from: what was named most may be left out, where it is not theirs to change.
    """
    return _in_order(ledger, department)[:MOST_POINTS]


def _in_order(ledger: Sequence[Publication], department: Department) -> list[Publication]:
    """All that was missed and may be named, in the order in which it is to be worked on."""
    helped = _themes(ledger, "helped")
    praised = theme_of(helped[0]) if helped else ""
    return sorted(_themes(ledger, "missed"), key=lambda row: _rank(department, row, praised))


def to_explain(ledger: Sequence[Publication], question: Tapped) -> list[Publication]:
    """What was chosen that asks for explaining better, where it was often enough to speak of; else nothing.

    Of what is named, together at least ENOUGH_TO_EXPLAIN of who answered; "other" too where it can hold nothing else.
    What is named without a number was chosen most, so it is enough. A share of who answered, not of all colleagues.
    """
    shown = {row.subject.rpartition(".")[2]: row for row in ledger if row.measure == "choice"}
    rest = {choice.value for choice in question.choices("en")} - shown.keys()
    wanted = (*question.unclear, *((OTHER,) if rest <= set(question.unclear) else ()))
    named = [shown[value] for value in wanted if value in shown] if question.unclear else []
    return named if any(_is_enough(row, named) for row in named) else []


def _is_enough(row: Publication, named: Sequence[Publication]) -> bool:
    """Whether this row is named without a number, or all that are named hold enough of its people together."""
    people = sum(one.estimate or 0.0 for one in named)
    return row.estimate is None or row.n is None or people >= ENOUGH_TO_EXPLAIN * row.n


def points(ledger: Sequence[Publication], department: Department) -> list[str]:
    """The themes to take up, first what the message names first: missed, or after a deep cycle short of needed."""
    short = [one.theme for one in short_of_needed(of_each(ledger), department)[:MOST_POINTS]]
    return short or [theme_of(row) for row in to_work_on(ledger, department)]


def theme_of(row: Publication) -> str:
    """The theme a row about "helped.speed" or "missed.speed" is about."""
    return row.subject.partition(".")[2]


def _themes(ledger: Sequence[Publication], word: str) -> list[Publication]:
    """The named themes that helped or were missed; ties in catalogue order."""
    named = [row for row in ledger if row.measure == "theme" and row.subject.startswith(f"{word}.")]
    return sorted(named, key=lambda row: (-_times(row), THEMES.index(theme_of(row))))


def _times(row: Publication) -> float:
    """How often; what has no number is what nearly everybody chose, but where its words say otherwise.

    Of several choices each is a share of its own: "at_most_2" is fewest, and "some" of few people is in between.
    """
    return row.estimate if row.estimate is not None else _IN_WORDS.get(row.verdict, float("inf"))


_IN_WORDS = {"at_most_2": 0.0, "some": 1.0}


def _rank(department: Department, row: Publication, praised: str) -> tuple[bool, int]:
    """Own influence first; what is praised in the same message comes last, or it would read as a contradiction."""
    return theme_of(row) == praised, INFLUENCE.index(department.influence(theme_of(row)).by)


def most(rows: Sequence[Publication]) -> Publication | None:
    """The category chosen most, "other" aside; the first of the catalogue where several were."""
    named = [row for row in rows if row.subject.rpartition(".")[2] != OTHER]
    return max(named, key=_times, default=None)


def as_often(rows: Sequence[Publication]) -> list[Publication]:
    """Every theme that was named as often as the one that was named most; in catalogue order."""
    most_often = max((_times(row) for row in rows), default=0.0)
    return sorted((row for row in rows if _times(row) == most_often), key=lambda row: THEMES.index(theme_of(row)))
