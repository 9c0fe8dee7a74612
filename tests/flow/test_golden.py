"""Digests as departments read them, kept as files to be read aloud: tests/flow/golden.

Each comes through the real gate from answers laid on a desk. KLANKBORD_GOLDEN=1 writes the files anew; read them.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest
from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Publication, Record
from bot.flow.phrasing import Period
from bot.flow.wording import digest
from config.words import LANGUAGES, Language
from tests.analysis.desk import EXTRA, HR, desk, laid, person

GOLDEN = Path(__file__).parent / "golden"
TODAY = date(2026, 10, 12)
PERIOD = Period(date(2026, 9, 1), date(2026, 10, 9), 8)
LEAVE, CONTRACT = HR.services[1].key, HR.services[0].key

People = list[list[Record]]


def mixed(n: int, received: str = "4352444351", needed: str = "4453544355") -> People:
    """So many people of whom some missed speed and some were helped by expertise."""
    helped = cycle(("helped.expertise", "helped.promises", "helped.expertise", "helped.clarity"))
    missed = cycle(("missed.clarity", "missed.speed", "missed.clarity"))
    service, lost = cycle((LEAVE, CONTRACT, "else", LEAVE)), cycle(("none", "quarter", "hour", "two"))
    return [
        person(int(got), int(wanted), next(missed) if got < wanted else next(helped), next(service), next(lost))
        for got, wanted in islice(zip(cycle(received), cycle(needed), strict=False), n)
    ]


def satisfied(n: int) -> People:
    """So many people whose needs were met and who say what helped."""
    return [person(4 + k % 2, 3 + k % 3, ("helped.expertise", "helped.speed")[k % 2], LEAVE) for k in range(n - 4)] + [
        person(3, 3, "helped.expertise", CONTRACT) for _ in range(4)
    ]


def crossed() -> People:
    """Speed is missed most, but clarity is their own to mend, and mostly missed at leave."""
    return [
        *(person(2, 4, "missed.speed", (CONTRACT, LEAVE, "else")[k % 3]) for k in range(14)),
        *(person(3, 4, "missed.clarity", LEAVE if k < 8 else CONTRACT) for k in range(13)),
        *(person(4 + k % 2, 4, "helped.expertise", (CONTRACT, "else")[k % 2]) for k in range(13)),
    ]


CASES: dict[str, Callable[[], list[People]]] = {  # the rounds of which each is a cycle
    "ten": lambda: [mixed(10)],
    "twelve": lambda: [mixed(12)],
    "twenty-three": lambda: [mixed(23)],
    "sixty": lambda: [mixed(60)],
    "all-fives": lambda: [[person(5, 5, "helped.expertise") for _ in range(18)]],
    "words-only": lambda: [[person(2 - k % 2, 5, "missed.clarity", LEAVE, "two") for k in range(14)]],
    "crossed": lambda: [crossed()],
    "changed": lambda: [mixed(40, received="2132243152"), mixed(40, received="4554345445")],
    "not-changed": lambda: [mixed(23), mixed(30)],
    "nothing-to-improve": lambda: [satisfied(24)],
}


def published(session: Session, rounds: list[People]) -> list[Publication]:
    """Each round is a cycle of its own; the ledger of the last, with what changed since the one before."""
    for number, people in enumerate(rounds, 1):
        blocks = laid(session, number, people, cycle=number)
        (block,) = disclosure.settle(session, blocks, EXTRA.key, 10)
        disclosure.publish(session, [(block, HR)], EXTRA, 10, TODAY)
        if len(rounds) > 1:
            disclosure.publish_comparisons(session, number, number - 1, TODAY)
    return disclosure.publications(session, block.number)


def told(ledger: list[Publication], language: Language) -> str:
    """First screen and details, as they are posted."""
    made = digest(ledger, HR, EXTRA, PERIOD, language)
    return "\n".join((*made.lines, "", *made.details)) + "\n"


@pytest.fixture(scope="module", params=CASES)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[Publication]]]:
    """A case's name and ledger."""
    with desk(tmp_path_factory.mktemp("golden")) as session:
        yield request.param, published(session, CASES[request.param]())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digest_reads_as_it_was_read_aloud(case: tuple[str, list[Publication]], language: Language) -> None:
    """Word for word, in either language, and its first screen within 120 words."""
    name, ledger = case
    file, text = GOLDEN / f"{name}.{language}.txt", told(ledger, language)
    if os.environ.get("KLANKBORD_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
    assert len(text.partition("\n\n")[0].split()) <= 120


def test_it_is_made_of_publications_alone(case: tuple[str, list[Publication]]) -> None:
    """Rows that were read back from the ledger, in any order of blocks, give the same words."""
    _, ledger = case
    copies = [Publication.model_validate(row.model_dump()) for row in ledger]
    assert told(copies, "nl") == told(ledger, "nl")


def numbers(text: str) -> set[str]:
    """Every number in a text, with a decimal point."""
    return {found.replace(",", ".").replace("−", "-") for found in re.findall(r"−?\d+(?:[.,]\d+)?", text)}


def published_numbers(ledger: list[Publication]) -> set[str]:
    """Every number that the rows may be shown as: counts, means, hours and shares in per cents."""
    found = {str(row.n) for row in ledger}
    for row in ledger:
        for value in (row.estimate, row.low, row.high, row.spread):
            if value is not None:
                found |= {f"{value:.1f}", f"{abs(value):.1f}", f"{value:.0f}", f"{100 * value:.0f}"}
        if row.estimate is not None and row.n is not None and row.measure in ("good", "lost_long"):
            found.add(f"{100 * row.estimate / row.n:.0f}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_is_a_publication(case: tuple[str, list[Publication]], language: Language) -> None:
    """Beside the days, the weeks of a cycle and "a 4 or 5" no number stands in a digest that is not in the ledger."""
    _, ledger = case
    known = {"1", "9", str(PERIOD.cycle_weeks), "4", "5", "2", "15"}  # days, weeks, "a 4 or 5", classes of time
    assert numbers(told(ledger, language)) <= known | published_numbers(ledger)
