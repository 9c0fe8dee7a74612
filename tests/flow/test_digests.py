"""What a department reads over a cycle: its message when enough people spoke, and why it waits when not."""

import asyncio
import re
from collections.abc import Iterator

import pytest

from analysis.answers import Answer, Block, BlockState, Publication
from bot.flow.phrasing import Period
from bot.flow.wording import digest
from bot.simulation.run import Simulation
from bot.store.outbox import Kind, OutgoingRow
from config.words import Language

from .test_golden import GOLDEN
from .town import ORGANISATION, pass_round, round_of, rows, town


@pytest.fixture(scope="module", params=[160, 240])
def simulation(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Simulation]:
    """A whole cycle: 160 people, too few for some departments; 240, of whom most departments get a message."""
    made = town(tmp_path_factory.mktemp("cycle") / "klankbord.sqlite3", people=request.param, seed=5)

    async def cycle() -> None:
        await made.begin()
        for number in range(4):
            await pass_round(made, number)

    asyncio.run(cycle())
    yield made
    made.database.close()


def posts(simulation: Simulation, department: str) -> dict[str, str]:
    """What was posted about a department, by its cause."""
    found = [row for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST]
    return {
        row.id.removesuffix(f":{department}"): "\n".join(row.lines)
        for row in sorted(found, key=lambda row: row.not_before)
        if row.id.endswith(f":{department}")
    }


def blocks(simulation: Simulation, department: str) -> list[Block]:
    """The blocks of a department, oldest first."""
    found = [block for block in rows(simulation, Block) if block.department == department]
    return sorted(found, key=lambda block: block.first_round)


def test_every_released_block_has_one_message_and_every_message_a_block(simulation: Simulation) -> None:
    """Released blocks and digests are the same set; the message says how many people and which days."""
    released = [block for block in rows(simulation, Block) if block.state is BlockState.RELEASED]
    digests = [row.id for row in rows(simulation, OutgoingRow) if row.id.startswith("digest:")]
    assert sorted(digests) == sorted(f"digest:{block.id}:{block.department}" for block in released)
    assert released


def test_who_waits_reads_so_once_and_at_the_end_once_more(simulation: Simulation) -> None:
    """A department that is never released: one line at its first round, one when the cycle is over, no answers left."""
    never = [
        department.key
        for department in ORGANISATION.departments
        if all(block.state is BlockState.DELETED for block in blocks(simulation, department.key))
    ]
    assert bool(never) == (len(simulation.colleagues) == 160)
    for department in never:
        read = list(posts(simulation, department).items())
        assert [cause.partition(":")[0] for cause, _ in read] == ["waiting", "over"]
        assert "nog geen cijfer" in read[0][1]
        assert "(sluit " in read[0][1]  # the closing of the next round
        assert "gewist" in read[1][1]
        numbers = {block.id for block in blocks(simulation, department)}
        assert not [answer for answer in rows(simulation, Answer) if answer.block in numbers]


def test_waiting_reads_as_it_was_read_aloud(simulation: Simulation) -> None:
    """Word for word: no figure yet, none anew, none in the whole cycle; only the department and the day vary."""
    aloud = (GOLDEN / "waiting.nl.txt").read_text(encoding="utf-8").splitlines()
    told = {
        re.sub(r"sluit \d+ \w+", "sluit 28 september", text.replace(department.name.in_("nl"), "Inkoop"))
        for department in ORGANISATION.departments
        for cause, text in posts(simulation, department.key).items()
        if cause.startswith(("waiting", "over"))
    }
    assert told == set(aloud if len(simulation.colleagues) == 160 else aloud[:2])


def test_who_waits_after_a_message_reads_that_there_is_no_new_figure(simulation: Simulation) -> None:
    """After a release in the same cycle the line says "no new figure", and the end of the cycle says nothing."""
    both = [
        department.key
        for department in ORGANISATION.departments
        if list(posts(simulation, department.key))
        and next(iter(posts(simulation, department.key))).startswith("digest")
        and any(cause.startswith("waiting") for cause in posts(simulation, department.key))
    ]
    assert both or len(simulation.colleagues) < 240
    for department in both:
        causes = posts(simulation, department)
        line = next(text for cause, text in causes.items() if cause.startswith("waiting"))
        assert "nog geen nieuw cijfer" in line
        assert not any(cause.startswith("over") for cause in causes)


def test_departments_are_compared_at_the_end_of_a_cycle_only(simulation: Simulation) -> None:
    """Not a word about others, or about change, in the rounds before; and then of all of them on the same day."""
    compared = [row for row in rows(simulation, Publication) if row.measure in ("band", "change", "detectable")]
    last = round_of(3).leads_at.astimezone(ORGANISATION.zone).date()
    assert {row.released_on for row in compared} <= {last}
    assert compared or len(simulation.colleagues) < 240


def test_the_digests_of_a_round_go_out_together_at_nine(simulation: Simulation) -> None:
    """On the third working day, all at the same minute."""
    hours = {row.not_before for row in rows(simulation, OutgoingRow) if row.kind is Kind.DIGEST}
    assert hours <= {round_of(number).digests_at for number in range(4)}
    assert {hour.astimezone(ORGANISATION.zone).hour for hour in hours} == {9}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_digest_is_made_of_publications_alone_and_read_in_half_a_minute(
    simulation: Simulation, language: Language
) -> None:
    """In either language: at most 120 words, what goes well before what does not, the judgement between."""
    for block in rows(simulation, Block):
        if block.state is not BlockState.RELEASED:
            continue
        ledger = [row for row in rows(simulation, Publication) if row.block == block.id]
        department = ORGANISATION.by_key[block.department]
        period = Period(round_of(0).opens_at.date(), round_of(1).closes_at.date(), 8)
        lines = digest(ledger, department, ORGANISATION.surveys[0].extra[0], period, language).lines
        assert len(" ".join(lines).split()) <= 120
        assert f"{ledger[0].n} " in lines[0]
        order = [line.split("**")[1].strip(":") for line in lines[1:]]
        assert order[0] in ("Gaat goed", "Goes well", "Oordeel", "Judgement")
