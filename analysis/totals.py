"""What the published figures of one cycle say of the organisation as a whole: for its board and its works council.

From publications alone, and never stored: whoever has the publications can add them up. Only the response is counted
beside them, and coded so that it tells of nobody whether they took part.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.answers import Publication
from analysis.coding import FEW, SMALLEST, Coded
from analysis.comparisons import Ledgers, Total, pool, total_good


@dataclass(frozen=True)
class Bands:
    """The departments above, around and below the organisation: lists in catalogue order, with no order in them."""

    above: tuple[str, ...]
    around: tuple[str, ...]
    below: tuple[str, ...]


@dataclass(frozen=True)
class LostHours:
    """Published totals of lost hours, added up: also their least and their most."""

    hours: float
    low: float
    high: float
    departments: int  # that have a total
    is_whole: bool  # whether every block has one


@dataclass(frozen=True)
class Response:
    """So many people were asked; how many responded is told, in words where a number would tell of whom."""

    asked: int
    responded: Coded


@dataclass(frozen=True)
class Overall:
    """One cycle of one survey. Departments are keys, in catalogue order."""

    heard: tuple[str, ...]  # with published figures
    unheard: tuple[str, ...]  # with none
    in_words: tuple[str, ...]  # with figures, but without the number that a band needs
    good: Total
    bands: Bands | None  # None with too few departments
    lost: LostHours | None  # None where no department has a total
    asked_lost: bool  # whether the extra question of the cycle was about lost time


def overall(ledgers: Ledgers, departments: Sequence[str]) -> Overall:
    """All of it, of a cycle that is over. `departments` are all that were asked about, in catalogue order."""
    heard = tuple(department for department in departments if ledgers.get(department))
    return Overall(
        heard=heard,
        unheard=tuple(department for department in departments if department not in heard),
        in_words=tuple(department for department in heard if pool(ledgers[department]) is None),
        good=total_good(ledgers),
        bands=_bands(ledgers, heard),
        lost=_lost(ledgers),
        asked_lost=bool(_of_measure(ledgers, "lost")),
    )


def coded_response(asked: int, responded: int) -> Response | None:
    """The response as it may be shown; None where fewer than ten were asked."""
    if asked < SMALLEST:
        return None
    if asked - responded <= FEW:  # looked at first: of ten people, eight or more
        return Response(asked, Coded(verdict="all_but_2"))
    return Response(asked, Coded(verdict="few") if responded < SMALLEST else Coded(float(responded)))


def _bands(ledgers: Ledgers, departments: Sequence[str]) -> Bands | None:
    found = {row.department: row.verdict for row in _of_measure(ledgers, "band")}
    named = {band: tuple(d for d in departments if found.get(d) == band) for band in ("above", "around", "below")}
    return Bands(**named) if found else None


def _lost(ledgers: Ledgers) -> LostHours | None:
    rows = _of_measure(ledgers, "lost_total")
    if not rows:
        return None
    return LostHours(
        hours=sum(row.estimate or 0.0 for row in rows),
        low=sum(row.low or 0.0 for row in rows),
        high=sum(row.high or 0.0 for row in rows),
        departments=len({row.department for row in rows}),
        is_whole=len(rows) == len(_of_measure(ledgers, "lost")),
    )


def _of_measure(ledgers: Ledgers, measure: str) -> list[Publication]:
    return [row for blocks in ledgers.values() for block in blocks for row in block if row.measure == measure]
