"""Visibility figures for tests: people who say whether they knew where to go, or what to expect, through the gate."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlmodel import Session

from analysis import disclosure
from analysis.answers import Block, Publication, Record, deposit, open_blocks
from config.questions import Expected, Found, Noticed

from .desk import HR, ORGANISATION, person

Visibility = Expected | Found | Noticed
QUESTIONS = [question for question in ORGANISATION.surveys[0].extra if isinstance(question, Expected | Found)]
EXPECTED, WHERE = QUESTIONS
NOTICED = next(one for one in ORGANISATION.surveys[0].extra if isinstance(one, Noticed)).about("Wij bellen terug.")
RELEASED = date(2026, 9, 15)


def answered(question: Visibility, value: str, *records: Record) -> list[Record]:
    """One person's ballot about HR with this answer as its extra question."""
    return [*(records or person())[:2], Record("hr", {question.key: (value,)})]


def several(counts: Mapping[str, int]) -> list[str]:
    """Each value as often as it was given."""
    return [value for value, times in counts.items() for _ in range(times)]


def round_of(
    session: Session, question: Visibility, people: Iterable[Sequence[Record]], cycle: int, number: int, threshold: int
) -> tuple[Block, list[Publication]]:
    """One round about HR, and what was published of its block; nothing where it still waits."""
    blocks = open_blocks(session, cycle, number, ["hr"])
    deposit(session, blocks, [record for records in people for record in records])
    block = blocks["hr"]
    closed = disclosure.settle(session, blocks, question.key, threshold)
    return block, disclosure.publish(session, [(one, HR) for one in closed], question, threshold, RELEASED)


def published(
    session: Session, question: Visibility, counts: Mapping[str, int], cycle: int, threshold: int = 10
) -> list[Publication]:
    """What is published where people who agree about all else gave these answers."""
    people = (answered(question, value) for value in several(counts))
    return round_of(session, question, people, cycle, 1, threshold)[1]
