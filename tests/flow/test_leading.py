"""The lead first: an estimate before the figures, then the figures, a sentence and the tips; and nobody else."""

import asyncio
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import Session, col, select

from analysis.answers import Answer, Block
from bot.core.platform import Asked, Button, Card, Outgoing, Tap, Typed
from bot.flow import digests, selfimage
from bot.simulation.run import Simulation
from bot.store import editions
from bot.store.outbox import FOR_LEADS, Kind, OutgoingRow
from bot.store.people import Account, Person
from bot.store.remarks import Remark
from bot.store.selfimage import Estimate
from bot.store.tables import METADATA

from .town import ORGANISATION, round_of, rows, town

LEAD, NEIGHBOUR, DEPUTY, STRANGER = "p-lead-ict", "p-lead-facilitair", "p-deputy", "p-stranger"
ROUND = round_of(0)
TIP = "Bel terug voordat je een melding sluit."
PLANTED = [f"{TIP} Nummer {number}." for number in range(4)]


MINUTE = timedelta(minutes=1)


class Office:
    """ICT's lead with everybody around them, after a round with enough answers about ICT."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation

    async def to_the_closing(self) -> None:
        simulation = self.simulation
        await simulation.begin()
        await simulation.database.write(_settle)
        await simulation.to(ROUND.opens_at)
        await simulation.let_answer(late=False)
        await simulation.to(ROUND.reminds_at)
        await simulation.let_answer(late=True)
        await simulation.to(ROUND.closes_at)
        await simulation.database.write(_plant, self.block)

    @property
    def block(self) -> int:
        (found,) = [one for one in rows(self.simulation, Block) if one.department == "ict"]
        return found.number

    def taken(self, address: str = LEAD) -> list[Outgoing]:
        """What came to somebody since the last look."""
        memory = self.simulation.platforms["webchat"]
        mine = [one for one in memory.new if one.address == address]
        memory.new = [one for one in memory.new if one.address != address]
        return mine

    async def tap(self, action: str, who: str = LEAD) -> Card | None:
        hear = self.simulation.platforms["webchat"].hear
        assert hear is not None
        return await hear(Tap("webchat", who, action))

    async def type(self, action: str, text: str, who: str = LEAD) -> Card | None:
        hear = self.simulation.platforms["webchat"].hear
        assert hear is not None
        return await hear(Typed("webchat", who, action, text))

    def posts(self, channel: str = "#ict") -> list[Outgoing]:
        """Digests and tips in a channel; what is asked below them stands in test_promises.py."""
        found = self.simulation.platforms["webchat"].channels
        return [one for one in found if one.address == channel and one.id.startswith(("digest:", "tip:"))]

    def of(self, *kinds: Kind) -> list[OutgoingRow]:
        return [row for row in rows(self.simulation, OutgoingRow) if row.kind in kinds]


def _settle(session: Session) -> None:
    for key in (LEAD, NEIGHBOUR, DEPUTY, STRANGER):
        session.add(Person(key=key, name=key, language="nl", timezone="Europe/Amsterdam", department="ict"))
    session.flush()
    for key in (LEAD, NEIGHBOUR, DEPUTY, STRANGER):
        session.add(Account(platform="webchat", address=key, person=key))


def _plant(session: Session, block: int) -> None:
    """Tips that can be looked for, in the place of those of simulated colleagues."""
    session.execute(delete(Answer).where(col(Answer.block) == block, col(Answer.question) == "text"))
    session.add_all(
        Answer(
            key=f"{number}" * 8 + "-0000-4000-8000-000000000000",
            question="text",
            value=tip,
            department="ict",
            block=block,
        )
        for number, tip in enumerate(PLANTED)
    )


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(town(tmp_path_factory.mktemp("leading") / "klankbord.sqlite3", people=240, seed=5))
    yield made
    made.simulation.database.close()


def labels(card: Card | None) -> list[str]:
    assert card is not None
    return [button.label for button in (*card.choices, *card.steps, *card.asides)]


def action(card: Card | None, label: str) -> str:
    """The instruction of the button whose label begins so."""
    assert card is not None
    buttons = (*card.choices, *card.steps, *card.asides)
    return next(button.action for button in buttons if button.label.startswith(label))


def words(card: Card | None) -> str:
    assert card is not None
    return "\n".join((card.heading, card.hint, *card.lines))


def test_a_lead_says_what_they_expect_and_reads_it_beside_the_figures(office: Office) -> None:
    """Asked blind on the first morning; the figures with the estimate on the second; the channel on the third."""

    async def walk() -> None:
        await office.to_the_closing()
        assert office.taken() == []
        await office.simulation.tell(ROUND.estimates_at)
        (asked,) = office.taken()
        assert asked.card is not None
        assert not re.search(r"\d+ %", words(asked.card))  # no figure on it
        held = await office.tap(action(asked.card, "Ruim 6"))
        assert "hield" in words(held)
        thanks = await office.tap(action(held, "Werkdruk"))
        assert "Dank je wel" in words(thanks)
        assert "60" not in words(thanks)
        again = await office.tap(action(thanks, "Antwoord veranderen"))
        held = await office.tap(action(again, "9 of meer"))
        thanks = await office.tap(action(held, "Regels"))
        assert [(one.share, one.held_back) for one in rows(office.simulation, Estimate)] == [("90", "rules")]

        await office.simulation.tell(ROUND.leads_at)
        (first,) = office.taken()
        assert first.lines[0].startswith("**Jij leest dit als eerste.**")
        assert any("Jullie dachten:** 90–100 %" in line and "regels" in line for line in first.lines)
        assert first.details
        assert [one.media_type for one in first.attachments] == ["image/png"]
        assert office.posts() == []
        late = await office.tap(action(again, "Ruim 6"))
        assert "Dat verandert nu niet meer" in words(late)
        assert [one.share for one in rows(office.simulation, Estimate)] == ["90"]

        await office.simulation.tell(ROUND.digests_at)
        (post,) = office.posts()
        assert post.lines == first.lines[1:]
        assert post.details == first.details

    asyncio.run(walk())


def stored(simulation: Simulation) -> list[tuple[str, str]]:
    """Every row of every table, as text."""
    with simulation.database.transaction(reading=True) as session:
        return [
            (table.name, str(row)) for table in METADATA.sorted_tables for row in session.execute(table.select()).all()
        ]


def test_who_says_nothing_in_time_says_nothing(office: Office) -> None:
    """Once the figures are out an estimate is no estimate, and nothing of it stands beside them."""

    async def walk() -> None:
        await office.to_the_closing()
        await office.simulation.tell(ROUND.estimates_at)
        (asked,) = office.taken()
        await office.simulation.tell(ROUND.leads_at)
        assert "niet meer blind" in words(await office.tap(action(asked.card, "Ruim 6")))
        assert rows(office.simulation, Estimate) == []

    asyncio.run(walk())


async def _first_read(office: Office) -> Card:
    """Up to the card below the digest, on the second morning."""
    await office.to_the_closing()
    await office.simulation.tell(ROUND.leads_at)
    await office.simulation.tell(ROUND.leads_at + MINUTE)
    digest, below = office.taken()
    assert digest.card is None
    assert below.card is not None
    return below.card


def test_a_lead_adds_one_sentence_and_changes_nothing_else(office: Office) -> None:
    """It is cleaned, can be changed until the channel reads, and stands below the digest; then it is too late."""

    async def walk() -> None:
        menu = await _first_read(office)
        writing = await office.tap(action(menu, "Eén zin"))
        assert writing is not None
        assert writing.apart
        assert writing.entry is not None
        say = writing.entry.action
        assert "nog niets" in words(await office.type(say, " \n\x00 "))
        assert "hooguit 300" in words(await office.type(say, "x" * 301))
        kept = await office.type(say, "Dank **jullie**\x00,\n\nwe bellen   nu terug.")
        assert "“Dank jullie, we bellen nu terug.”" in words(kept)
        changed = await office.type(say, "We bellen nu altijd terug.")
        assert "Zin weghalen" in labels(changed)
        gone = await office.tap(action(changed, "Zin weghalen"))
        assert rows(office.simulation, Remark) == []
        assert "Eén zin toevoegen" in labels(gone)
        await office.type(say, "We bellen nu altijd terug.")

        waiting = {row.id: row.lines for row in office.of(Kind.DIGEST)}
        await office.simulation.tell(ROUND.digests_at)
        (post,) = office.posts()
        assert post.lines[-1] == "**De teamleider zegt:** We bellen nu altijd terug."
        assert list(post.lines[:-1]) == next(lines for id_, lines in waiting.items() if id_.endswith(":ict"))
        for late in (await office.type(say, "Toch niet."), await office.tap(action(menu, "Eén zin"))):
            assert "heeft het bericht al" in words(late)
        assert [one.text for one in rows(office.simulation, Remark)] == ["We bellen nu altijd terug."]

    asyncio.run(walk())


def test_tips_are_read_apart_and_shared_one_by_one_once(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    """On cards that are kept nowhere; one that is shared comes after the digest, once, and is in no row or log."""

    async def walk() -> None:
        menu = await _first_read(office)
        assert "Er zijn 4 tips" in words(menu)
        first = await office.tap(action(menu, "Tips lezen"))
        assert first is not None
        assert first.apart
        assert [tip in words(first) for tip in PLANTED] == [True, True, True, False]
        second = await office.tap(action(first, "Volgende"))
        assert [tip in words(second) for tip in PLANTED] == [False, False, False, True]
        share = action(first, "Tip 2 delen")
        shared = await office.tap(share)
        assert "Tip 2 delen" not in labels(shared)
        await office.tap(share)
        assert len(office.of(Kind.TIP)) == 1
        for moment in (office.simulation.now + MINUTE, ROUND.digests_at - MINUTE):
            await office.simulation.tell(moment)
            assert office.posts() == []
        await office.simulation.tell(ROUND.digests_at)
        lines = [line for post in office.posts() for line in post.lines]
        assert [line for line in lines if TIP in line] == [f"**Een tip, gedeeld door de teamleider:** {PLANTED[1]}"]
        assert {table for table, row in stored(office.simulation) if TIP in row} == {"answer"}
        assert TIP not in "".join(capfd.readouterr())

    asyncio.run(walk())


def test_a_tip_that_is_kept_no_longer_is_not_shared(office: Office) -> None:
    """Read when it goes out, and not before: what was deleted meanwhile is said nowhere."""

    async def walk() -> None:
        menu = await _first_read(office)
        tips = await office.tap(action(menu, "Tips lezen"))
        await office.tap(action(tips, "Tip 1 delen"))
        await office.simulation.database.write(_forget_tips)
        await office.simulation.tell(ROUND.digests_at)
        assert not [line for post in office.posts() for line in post.lines if TIP in line]
        assert office.of(Kind.TIP) == []
        assert "niet meer" in words(await office.tap(action(tips, "Tip 2 delen")))

    asyncio.run(walk())


def _forget_tips(session: Session) -> None:
    for one in session.exec(select(Answer).where(Answer.question == "text")):
        session.delete(one)


def test_nobody_else_does_or_learns_anything_by_any_button(office: Office) -> None:
    """Another lead, a deputy and a colleague get their own card with a hint for every button; a stranger nothing."""

    async def walk() -> None:
        await office.to_the_closing()
        await office.simulation.tell(ROUND.estimates_at)
        (asked,) = office.taken()
        blind = [asked.card, await office.tap(action(asked.card, "Ruim 6"))]
        buttons = [button.action for card in blind for button in _buttons(card)]
        for who in (NEIGHBOUR, DEPUTY, STRANGER, "nobody"):
            await _learns_nothing(office, who, buttons)
        await office.simulation.tell(ROUND.leads_at)
        await office.simulation.tell(ROUND.leads_at + MINUTE)
        menu = office.taken()[-1].card
        cards = [menu, await office.tap(action(menu, "Tips lezen")), await office.tap(action(menu, "Eén zin"))]
        buttons = [button.action for card in cards for button in _buttons(card)]
        entry = cards[2].entry if cards[2] is not None else None
        assert entry is not None
        for who in (NEIGHBOUR, DEPUTY, STRANGER, "nobody"):
            await _learns_nothing(office, who, buttons)
            assert "ICT" not in _seen(await office.type(entry.action, "Ik ben het niet.", who))
        assert rows(office.simulation, Remark) == []
        assert office.of(Kind.TIP) == []

    asyncio.run(walk())


async def _learns_nothing(office: Office, who: str, buttons: list[str]) -> None:
    hear = office.simulation.platforms["webchat"].hear
    assert hear is not None
    kept = [one.model_dump() for one in rows(office.simulation, Estimate)]
    for one in buttons:
        card = await office.tap(one, who)
        assert (card is None) == (who == "nobody")
        assert not any(word in _seen(card) for word in (TIP, "figures", "ICT ·", "teamleider", "4 of 5"))
        place = one.partition(":")[0]
        assert await hear(Asked("webchat", who, "card", place)) is None
    assert [one.model_dump() for one in rows(office.simulation, Estimate)] == kept


def _buttons(card: Card | None) -> list[Button]:
    assert card is not None
    return [*card.choices, *card.steps, *card.asides]


def _seen(card: Card | None) -> str:
    return words(card) + "\n".join(labels(card)) if card is not None else ""


def test_a_lead_who_cannot_be_reached_reads_in_the_channel(office: Office) -> None:
    """Without a lead, without an account that works, or when the lead stopped, only the channel gets the digest."""

    async def walk() -> None:
        await office.to_the_closing()
        for change in (_stop, _cut_off, _without_lead):
            await office.simulation.database.write(change, ROUND.closes_at)
            await office.simulation.database.write(selfimage.ask_due, ROUND.estimates_at)
        assert office.of(*FOR_LEADS) == []
        await office.simulation.told(ROUND)
        assert office.of(*FOR_LEADS) == []
        assert len(office.posts()) == 1

    asyncio.run(walk())


def _stop(session: Session, now: datetime) -> None:
    session.get_one(Person, LEAD).stopped = True


def _cut_off(session: Session, now: datetime) -> None:
    session.get_one(Person, LEAD).stopped = False
    session.get_one(Account, ("webchat", LEAD)).reachable = False


def _without_lead(session: Session, now: datetime) -> None:
    session.get_one(Account, ("webchat", LEAD)).reachable = True
    _lead(session, None, now)


def test_a_new_lead_gets_what_was_to_be_said(office: Office) -> None:
    """What is to be said goes to who leads the department when it is said, and nothing to who did."""

    async def walk() -> None:
        await office.to_the_closing()
        await office.simulation.database.write(digests.tell_due, ROUND.leads_at)
        await office.simulation.database.write(_lead, DEPUTY, ROUND.leads_at)
        await office.simulation.tell(ROUND.leads_at)
        await office.simulation.tell(ROUND.leads_at + MINUTE)
        await office.simulation.tell(ROUND.leads_at + 2 * MINUTE)
        assert office.taken() == []
        assert len(office.taken(DEPUTY)) == 2

    asyncio.run(walk())


def _lead(session: Session, person: str | None, now: datetime) -> None:
    changed = tuple(
        one.model_copy(update={"lead": person}) if one.key == "ict" else one for one in ORGANISATION.departments
    )
    organisation = ORGANISATION.changed(departments=changed)
    editions.write(session, organisation, live=True, author="test", note="", now=now)


def test_in_a_pilot_no_lead_is_asked_or_told(office: Office) -> None:
    """Only the test channel reads, on the third morning."""

    async def walk() -> None:
        simulation = office.simulation
        await simulation.begin()
        await simulation.database.write(_settle)
        await simulation.database.write(_pilot, simulation.now)
        await simulation.to(ROUND.opens_at)
        await simulation.let_answer(late=False)
        await simulation.to(ROUND.closes_at)
        await simulation.told(ROUND)
        assert office.of(*FOR_LEADS) == []
        assert {row.address for row in office.of(Kind.DIGEST)} == {ORGANISATION.test_channel.partition(":")[2]}

    asyncio.run(walk())


def _pilot(session: Session, now: datetime) -> None:
    editions.write(session, ORGANISATION, live=False, author="test", note="", now=now)
    for person in session.exec(select(Person)):
        person.pilot = True
        session.add(person)
