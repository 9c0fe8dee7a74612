"""A year of two departments: ICT takes a point up after each message and does it; HR promises once, moves it and stops.

Everything that their channels, their leads and everyone read is kept to be read aloud (tests/flow/golden/year), and
what colleagues read of their promises above the first question about them.
KLANKBORD_GOLDEN=1 writes the files anew; read them.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.core import moments
from bot.core.platform import Card, Outgoing, Tap, Typed
from bot.core.told import lines as told_lines
from bot.simulation.memory import MemoryPlatform
from bot.simulation.run import Simulation
from bot.store.people import Account, Person
from bot.store.promises import Promise, PromiseState
from bot.store.rounds import Round
from config.organisation import Organisation
from config.questions import Found, Noticed
from tests.core.chat import buttons_of

from .test_golden import GOLDEN
from .town import ORGANISATION, round_of, rows, town

YEAR = GOLDEN / "year"
ROUNDS = 7  # of eight weeks
ICT, HR = "p-lead-ict", "p-lead-hr"
READERS = {"ict": "#ict", "hr": "#hr", "lead-ict": ICT, "everyone": "#iedereen", "board": "#bestuur"}
FIRST = "first-question"
WORDS = {
    "ict": (
        "Elke storing krijgt binnen een uur antwoord.",
        "Wie een aanvraag doet, ziet op één pagina hoe ver die is.",
        "De balie is ook op vrijdagmiddag open.",
        "Nieuwe collega's hebben hun laptop op de eerste dag.",
        "Uitleg over inloggen staat op één bladzijde.",
        "Wie belt, krijgt iemand die meedenkt.",
        "Elke maand lopen we een dag mee bij een balie.",
    ),
    "hr": ("Elk verzoek om verlof krijgt binnen drie dagen antwoord.",),
}


def organisation() -> Organisation:
    """The example in which every round is a cycle, with three extra questions, the third about promises."""
    survey = ORGANISATION.surveys[0]
    kinds = {type(question): question for question in survey.extra}
    rhythm = survey.rhythm.model_copy(update={"cohorts": 1, "every_weeks": 8})
    extra = (survey.lost_time, kinds[Found], kinds[Noticed])
    deep = survey.deep.model_copy(update={"first": 5, "every": 6}) if survey.deep is not None else None
    changed = survey.model_copy(update={"rhythm": rhythm, "extra": extra, "deep": deep})
    return ORGANISATION.changed(surveys=(changed,))


class Year:
    """The town, and two leads who do what leads do."""

    def __init__(self, made: Simulation) -> None:
        self.made = made
        platform = made.platforms["webchat"]
        assert isinstance(platform, MemoryPlatform)
        self.memory = platform
        self.read: dict[str, list[Outgoing]] = {reader: [] for reader in READERS.values()}
        self._seen = 0

    async def pass_by(self) -> None:
        """From the first round to the end of the last."""
        await self.made.begin()
        self.made.database.write_now(_hire)
        for number in range(ROUNDS):
            await self._round(number)
            await self._answer_back(number)
            await self._weeks(number)

    async def _round(self, number: int) -> None:
        times = round_of(number, self.made.organisation)
        await self.made.to(times.opens_at)
        await self.made.let_answer(late=False)
        await self.made.to(times.reminds_at)
        await self.made.let_answer(late=True)
        await self.made.to(times.closes_at)
        await self.made.to(times.estimates_at)
        for estimate in self._mail(ICT):
            card = await self._tap(ICT, estimate.card, "Ruim 7")
            await self._tap(ICT, card, "Regels")
        for moment in (times.leads_at, times.leads_at + timedelta(minutes=5)):
            await self.made.to(moment)
            self._mail(ICT)
        await self.made.to(times.digests_at)
        await self.made.to(times.digests_at + timedelta(minutes=1))
        self._mail(ICT)

    async def _answer_back(self, number: int) -> None:
        """What each does under its message, where there is one."""
        await self._take_up("ict", ICT, WORDS["ict"][number])
        if number == 0:
            await self._take_up("hr", HR, WORDS["hr"][0])
        await self.made.to(self.made.now + timedelta(minutes=1))

    async def _weeks(self, number: int) -> None:
        """Until the next round: ICT does what it said after three weeks; HR moves its promise twice, then stops."""
        times = round_of(number + 1, self.made.organisation)
        while self.made.now + timedelta(days=1) < times.opens_at:
            await self.made.to(self.made.now + timedelta(days=1))
            for promise in rows(self.made, Promise):
                age = (self.made.now.date() - promise.made_on).days
                if promise.state is PromiseState.OPEN and promise.department == "ict" and age == 21:
                    await self._say(ICT, f"0:ready!:{promise.id}")
                if promise.state is PromiseState.OPEN and promise.due == self.made.now.date():
                    await self._late(promise)
        self._channels()

    async def _late(self, promise: Promise) -> None:
        """HR's day has come."""
        if promise.moved < 2:
            day = promise.due + timedelta(weeks=8) if promise.due is not None else None
            await self._say(HR, f"0:moved:{promise.id}:{day:%Y%m%d}", "Het nieuwe systeem is nog niet klaar.")
        else:
            await self._say(HR, f"0:quit:{promise.id}", "Het nieuwe systeem komt er dit jaar niet.")

    async def _take_up(self, department: str, lead: str, words: str) -> None:
        self._channels()
        asked = [one for one in self.read[f"#{department}"] if one.id.startswith("points:")]
        if not asked:
            return
        card = await self._tap(lead, asked[-1].card, "Dit pakken we op")
        if card.choices:
            card = await self._tap(lead, card, card.choices[0].label)
        assert card.entry is not None
        card = await self._say(lead, card.entry.action, words)
        card = await self._tap(lead, card, "de teamleider")
        card = await self._tap(lead, card, card.choices[1].label)
        await self._tap(lead, card, "Plaatsen")

    async def _tap(self, who: str, card: Card | None, label: str) -> Card:
        assert card is not None
        action = next(button.action for button in buttons_of(card) if button.label.startswith(label))
        return await self._say(who, action)

    async def _say(self, who: str, action: str, words: str | None = None) -> Card:
        assert self.memory.hear is not None
        event = Tap("webchat", who, action) if words is None else Typed("webchat", who, action, words)
        card = await self.memory.hear(event)
        assert card is not None
        return card

    def _mail(self, lead: str) -> list[Outgoing]:
        """What came to a lead as lead since the last look."""
        mine = [one for one in self.memory.taken() if one.address == lead and not one.id.startswith("invite")]
        self.read[lead] += mine
        return mine

    def _channels(self) -> None:
        """What the channels got since the last look."""
        for said in self.memory.channels[self._seen :]:
            if said.address in self.read:
                self.read[said.address].append(said)
        self._seen = len(self.memory.channels)


def _hire(session: Session) -> None:
    for key, department in ((ICT, "ict"), (HR, "hr")):
        session.add(Person(key=key, name=key, language="nl", timezone="Europe/Amsterdam", department=department))
        session.flush()
        session.add(Account(platform="webchat", address=key, person=key))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """From September to September."""
    made = town(tmp_path_factory.mktemp("year") / "klankbord.sqlite3", people=150, seed=9, organisation=organisation())
    passed = Year(made)
    asyncio.run(passed.pass_by())
    yield passed
    made.database.close()


def text(messages: Sequence[Outgoing]) -> str:
    """What was read, message by message, with buttons."""
    shown = []
    for one in messages:
        lines = [*one.lines, *(f"    {line}" for line in one.details)]
        card = one.card
        if card is not None:
            lines += [card.heading, *card.lines, *(f"[{button.label}]" for button in buttons_of(card))]
        shown.append("\n".join(line for line in lines if line))
    return "\n\n---\n\n".join(shown) + "\n"


@pytest.mark.parametrize("reader", READERS)
def test_what_they_read(year: Year, reader: str) -> None:
    """As in the file, to the letter."""
    path, found = YEAR / f"{reader}.nl.txt", text(year.read[READERS[reader]])
    if os.environ.get("KLANKBORD_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_what_colleagues_read_above_the_first_question(year: Year) -> None:
    """Round by round, of both: what was done is told once, what was moved each time with its days."""
    told = []
    for round_ in rows(year.made, Round):
        told.append(moments.day(round_.opens_at.astimezone(ORGANISATION.zone), "nl"))
        for key in WORDS:
            told += told_lines(round_.promised.get(key, ()), ORGANISATION.by_key[key], "nl")
    path, found = YEAR / f"{FIRST}.nl.txt", "\n".join(told) + "\n"
    if os.environ.get("KLANKBORD_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_what_became_of_promises(year: Year) -> None:
    """ICT kept every one; HR's was moved twice and dropped; each stands in the channel with its reason."""
    found = rows(year.made, Promise)
    states = {department: [one.state for one in found if one.department == department] for department in WORDS}
    assert set(states["ict"]) == {PromiseState.DONE}
    assert len(states["ict"]) >= 5
    assert states["hr"] == [PromiseState.DROPPED]
    assert [one.moved for one in found if one.department == "hr"] == [2]
    said = " ".join(line for one in year.read["#hr"] for line in one.lines)
    assert said.count("Het nieuwe systeem is nog niet klaar.") == 2
    assert "Het nieuwe systeem komt er dit jaar niet." in said


def test_no_reader_meets_another_department_s_figures(year: Year) -> None:
    """HR's channel says nothing of ICT, and the other way round; everyone reads no figure at all."""
    assert "ICT ·" not in text(year.read["#hr"])
    assert "HR ·" not in text(year.read["#ict"])
    assert " gaven een 4 of 5" not in text(year.read["#iedereen"])


def test_the_files_are_those_that_are_made() -> None:
    """No file of a reader that is gone."""
    assert {path.name for path in Path(YEAR).iterdir()} == {f"{reader}.nl.txt" for reader in (*READERS, FIRST)}
