"""At the end of a cycle board and works council read of all departments, and everyone who is working on what; once."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlmodel import Session, select

from analysis import disclosure
from analysis.totals import overall
from bot.core.platform import Outgoing
from bot.flow import decisions, digests, forwarding, organisation_digest, pausing, reporting
from bot.flow.reporting import Told
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation
from bot.store import chats, editions, outbox
from bot.store.outbox import Kind, OutgoingRow, OutgoingState
from bot.store.people import Person
from bot.store.rounds import Cycle, Round, RoundState
from config.organisation import Report

from .town import ORGANISATION, pass_round, round_of, rows, town

LAST = round_of(3)
KEYS = [department.key for department in ORGANISATION.departments]


def about_the_whole(simulation: Simulation) -> dict[str, OutgoingRow]:
    """The messages about a whole cycle, by their channel."""
    return {row.channel: row for row in rows(simulation, OutgoingRow) if organisation_digest.is_one(row.id)}


def posted(simulation: Simulation, channel: str) -> Sequence[Outgoing]:
    """What a channel got."""
    platform, _, address = channel.partition(":")
    there = simulation.platforms[platform]
    assert isinstance(there, MemoryPlatform)
    return [one for one in there.channels if one.address == address]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulation]:
    """A whole cycle of 240 people, told."""
    made = town(tmp_path_factory.mktemp("cycle") / "klankbord.sqlite3", people=240, seed=5)

    async def cycle() -> None:
        await made.begin()
        for number in range(4):
            assert about_the_whole(made) == {}
            await pass_round(made, number)

    asyncio.run(cycle())
    yield made
    made.database.close()


def test_both_channels_read_once_with_the_last_digests(told: Simulation) -> None:
    """At the same minute; and another look at the rounds posts nothing more."""
    found = about_the_whole(told)
    assert set(found) == {ORGANISATION.report.channel, ORGANISATION.report.everyone}
    assert {row.not_before for row in found.values()} == {LAST.digests_at}
    assert {row.state for row in found.values()} == {OutgoingState.SENT}
    assert {(row.department, row.block, row.kind) for row in found.values()} == {(None, None, Kind.DIGEST)}
    told.database.write_now(_tell_again, told)
    assert {channel: row.id for channel, row in about_the_whole(told).items()} == {c: r.id for c, r in found.items()}
    assert [len(posted(told, channel)) for channel in found] == [1, 1]


def _tell_again(session: Session, simulation: Simulation) -> None:
    digests.tell_due(session, simulation.now)
    cycle = session.exec(select(Cycle).where(Cycle.number == 0)).one()
    organisation_digest.tell(session, cycle, LAST.digests_at, simulation.now)


def test_they_can_be_made_again_from_the_ledger(told: Simulation) -> None:
    """Of publications, and of how many people were asked and responded, and of nothing else."""
    with told.database.transaction(reading=True) as session:
        cycle = session.exec(select(Cycle).where(Cycle.number == 0)).one()
        ledgers, response = disclosure.of_cycle(session, cycle.key), disclosure.response(session, cycle.key)
    found, first = overall(ledgers, KEYS), round_of(0).opens_at.date()
    made = Told(ORGANISATION, ORGANISATION.surveys[0], first, LAST.closes_at.date())
    rows_ = about_the_whole(told)
    board, everyone = rows_[ORGANISATION.report.channel or ""], rows_[ORGANISATION.report.everyone or ""]
    assert reporting.board(made, found, response).lines == tuple(board.lines)
    assert reporting.board(made, found, response).details == tuple(board.details)
    opens = round_of(5).opens_at.date()  # the one before it is open when this is read
    assert reporting.everyone(made, found.heard, opens) == tuple(everyone.lines)
    assert (found.bands is not None, response is not None) == (True, True)


@pytest.fixture
def report() -> Report:
    """The channels there are."""
    return ORGANISATION.report


@pytest.fixture
def silent(where: Path | str, report: Report) -> Iterator[Simulation]:
    """Twenty people who answer nothing."""
    made = town(where, people=20, organisation=ORGANISATION.changed(report=report))
    asyncio.run(made.begin())
    yield made
    made.database.close()


async def end_of_cycle_but_the_last(simulation: Simulation) -> None:
    """Three rounds without an answer, and the last is open."""
    for number in range(3):
        times = round_of(number)
        await simulation.to(times.opens_at)
        await simulation.to(times.closes_at)
        await simulation.told(times)
    await simulation.to(LAST.opens_at)


async def end_of_cycle(simulation: Simulation) -> None:
    """Four of them; the first of the next cycle opens before anybody reads of this one."""
    await end_of_cycle_but_the_last(simulation)
    for moment in (LAST.closes_at, round_of(4).opens_at, LAST.leads_at, LAST.digests_at):
        await simulation.to(moment)


@pytest.mark.parametrize("report", [Report(), Report(channel="webchat:#bestuur"), Report(everyone="webchat:#iedereen")])
def test_without_a_channel_there_is_no_message(silent: Simulation, report: Report) -> None:
    """Neither of the two where there is none, and one where there is one."""
    asyncio.run(end_of_cycle(silent))
    assert set(about_the_whole(silent)) == {report.channel, report.everyone} - {None}


def test_a_cycle_without_a_figure_is_told_too(silent: Simulation) -> None:
    """Nobody is blamed, and nothing waits."""
    asyncio.run(end_of_cycle(silent))
    board, everyone = (
        "\n".join(posted(silent, channel or "")[0].lines)
        for channel in (ORGANISATION.report.channel, ORGANISATION.report.everyone)
    )
    assert "minder dan 10 van de 20 gevraagde collega's reageerden" in board
    assert "Dat zegt niets over hoe zij het doen." in board
    assert "De volgende ronde begint op 10 november." in everyone


def test_a_paused_survey_promises_no_round(silent: Simulation) -> None:
    """It is paused while the last round is open."""

    async def walk() -> None:
        await end_of_cycle_but_the_last(silent)
        with silent.database.transaction() as session:
            pausing.pause(session, ORGANISATION.surveys[0].key, "test", silent.now, paused=True)
        await silent.to(LAST.closes_at)
        await silent.to(LAST.digests_at)

    asyncio.run(walk())
    (everyone,) = posted(silent, ORGANISATION.report.everyone or "")
    assert "volgende ronde" not in "\n".join(everyone.lines)


def test_a_pilot_is_told_to_nobody_but_the_pilot(silent: Simulation) -> None:
    """Each of its rounds is a cycle of its own."""

    async def walk() -> None:
        await silent.database.write(_pilot, silent)
        for moment in (round_of(0).opens_at, round_of(0).closes_at, round_of(0).digests_at):
            await silent.to(moment)

    asyncio.run(walk())
    told, *_ = rows(silent, Round)
    assert (told.pilot, told.last_of_cycle, told.state) == (True, True, RoundState.TOLD)
    assert about_the_whole(silent) == {}


def _pilot(session: Session, simulation: Simulation) -> None:
    editions.write(session, ORGANISATION, live=False, author="test", note="", now=simulation.now)
    for person in session.exec(select(Person)):
        person.pilot = True
        session.add(person)


# --- where they go ---------------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(silent: Simulation) -> Simulation:
    """Both messages wait for their channel."""
    with silent.database.transaction() as session:
        for which, address in ((organisation_digest.BOARD, "#bestuur"), (organisation_digest.EVERYONE, "#iedereen")):
            row = OutgoingRow(
                id=f"{which}:1", kind=Kind.DIGEST, platform="webchat", address=address, not_before=silent.now
            )
            outbox.put(session, row)
    return silent


def apply(session: Session, report: Report, simulation: Simulation) -> None:
    """A new edition, and what waits goes where it belongs by then."""
    organisation = ORGANISATION.changed(report=report)
    editions.write(session, organisation, live=True, author="test", note="", now=simulation.now)
    forwarding.follow(session, simulation.now)


@pytest.mark.parametrize(
    ("report", "channels"),
    [
        (Report(channel="webchat:#raad", everyone="slack:C1"), {"webchat:#raad", "slack:C1"}),
        (Report(), {"webchat:#bestuur", "webchat:#iedereen"}),
    ],
)
def test_what_waits_follows_its_channel(waiting: Simulation, report: Report, channels: set[str]) -> None:
    """And stays where it was when there is no channel for it any more."""
    waiting.database.write_now(apply, report, waiting)
    assert set(about_the_whole(waiting)) == channels


def test_a_message_in_doubt_is_named_after_the_organisation(waiting: Simulation) -> None:
    """A channel may be but a number, and there is no department."""
    for row in about_the_whole(waiting).values():
        assert decisions.whose(row, ORGANISATION) == ORGANISATION.name


def test_in_the_web_chat_everyone_reads_what_is_for_everyone(waiting: Simulation) -> None:
    """And only who has the link to it reads the channel of the board."""
    somebody = rows(waiting, Person)[0].key
    with waiting.database.transaction(reading=True) as session:
        assert ("#iedereen", ORGANISATION.name) in chats.channels(session, somebody)
        assert "#bestuur" not in dict(chats.channels(session, somebody))
        assert chats.channels(session, "#bestuur") == [("#bestuur", "#bestuur")]
        assert chats.channels(session, "stranger") == []
