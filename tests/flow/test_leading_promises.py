"""A lead takes a point up when they read the figures, before the channel: nobody hears of it before the digest."""

import asyncio
from datetime import timedelta

import pytest

from bot.core.leading import SAID
from bot.core.platform import Asked, Card
from bot.flow import promise_list, promises
from bot.store import outbox
from bot.store.outbox import Kind, OutgoingRow
from bot.store.promises import Promise, PromiseState

from .test_leading import DEPUTY, LEAD, MINUTE, NEIGHBOUR, ROUND, Office, action, labels, office, words
from .town import ORGANISATION, rows

__all__ = ["office"]

ICT = ORGANISATION.by_key["ict"]
SENTENCE = "Elke melding krijgt binnen een werkdag antwoord."


async def to_the_second_morning(office: Office) -> Card:
    """The card that the lead gets below their digest."""
    await office.to_the_closing()
    await office.simulation.tell(ROUND.leads_at)
    await office.simulation.tell(ROUND.leads_at + MINUTE)
    (card,) = [one.card for one in office.taken() if one.id.startswith("follow:")]
    assert card is not None
    return card


async def promised(office: Office, stance: str = "Dit pakken we op") -> Card:
    """What the lead reads after they promised something."""
    card = await tapped(office, await to_the_second_morning(office), stance)
    card = await tapped(office, card, labels(card)[0])
    assert card.entry is not None
    card = await typed(office, card, SENTENCE)
    if stance == "Dit pakken we op":
        card = await tapped(office, card, "de teamleider")
        card = await tapped(office, card, labels(card)[1])
    assert SENTENCE in words(card)
    return await tapped(office, card, "Plaatsen")


async def tapped(office: Office, card: Card, label: str) -> Card:
    found = await office.tap(action(card, label))
    assert found is not None
    return found


async def typed(office: Office, card: Card, text: str) -> Card:
    assert card.entry is not None
    found = await office.type(card.entry.action, text)
    assert found is not None
    return found


def in_channel(office: Office) -> list[str]:
    """What stands in ICT's channel, by how its ids begin."""
    return [
        one.id.partition(":")[0] for one in office.simulation.platforms["webchat"].channels if one.address == "#ict"
    ]


def public(office: Office) -> list[str]:
    """What others can read of it now: on the card, at a first question, in a cycle's question, on the admin pages."""
    today = office.simulation.now.date()
    with office.simulation.database.transaction(reading=True) as session:
        told = promises.to_tell(session, ["ict"], today, today + timedelta(days=1), today).get("ict", [])
        listed = promise_list.listed(session, ["ict"], ["hr"], "nl", office.simulation.now)
        return [
            *promises.lines(session, ICT, today, "nl"),
            *promises.tally(session, ["ict"], today, today, "nl"),
            *promises.to_everyone(session, ORGANISATION, today, today + timedelta(days=1)),
            *(str(one["words"]) for one in told),
            *promises.to_ask(session, today).values(),
            *(one.pledge.words for one in listed),
        ]


@pytest.mark.parametrize(
    ("stance", "state"),
    [("Dit pakken we op", PromiseState.OPEN), ("Kan niet, omdat", PromiseState.EXPLAINED)],
)
def test_it_is_posted_right_below_the_digest(office: Office, stance: str, state: PromiseState) -> None:
    """And is nowhere before: not in the channel, on the card, in a round that opens meanwhile or on an admin page."""

    async def walk() -> None:
        card = await promised(office, stance)
        assert f"{ROUND.digests_at.day} " in card.lines[-1]
        assert "Tot dan ziet alleen jij het" in card.lines[-1]
        (promise,) = rows(office.simulation, Promise)
        assert promise.state is state
        assert promise.made_on == ROUND.digests_at.date()  # whom a round asks on that day or before is told next time
        for moment in (office.simulation.now + MINUTE, ROUND.digests_at - MINUTE):
            await office.simulation.to(moment)
            assert (in_channel(office), public(office)) == ([], [])
        for minutes in range(4):
            await office.simulation.to(ROUND.digests_at + minutes * MINUTE)
        assert in_channel(office) == ["digest", "points", "promise"]
        assert SENTENCE in "".join(public(office))

    asyncio.run(walk())


def test_what_became_of_it_meanwhile_is_told_in_that_order(office: Office) -> None:
    """Taken up, moved and stopped again before the channel reads: it does not read that it stopped first."""

    async def walk() -> None:
        await promised(office)
        (promise,) = rows(office.simulation, Promise)
        standing = await office.tap(f"lead-{office.block}:post!:{promise.id}")  # tapped twice
        assert standing is not None
        when = await tapped(office, standing, "Verschuiven")
        await typed(office, await tapped(office, when, labels(when)[0]), "Het is te druk.")
        await typed(office, await tapped(office, standing, "Stoppen"), "Het kan toch niet.")
        for minutes in range(6):
            await office.simulation.to(ROUND.digests_at + minutes * MINUTE)
        there = [one.id for one in office.simulation.platforms["webchat"].channels if one.address == "#ict"]
        assert [one.split(":")[2] for one in there if one.startswith("promise:")] == ["made", "moved-1", "dropped"]

    asyncio.run(walk())


def test_the_lead_finds_it_on_the_page_of_promises_at_once(office: Office) -> None:
    """Who leads another department does not."""

    async def walk() -> None:
        await promised(office)
        with office.simulation.database.transaction(reading=True) as session:
            for leads, seen in ((["ict"], 1), (["hr"], 0), ([], 0)):
                assert len(promise_list.listed(session, ["ict"], leads, "nl", office.simulation.now)) == seen

    asyncio.run(walk())


def test_it_waits_for_a_digest_that_is_late(office: Office) -> None:
    """The platform left the channel alone for an hour: the promise comes after the figures all the same."""

    async def walk() -> None:
        await promised(office)
        (digest,) = [row.id for row in office.of(Kind.DIGEST) if row.department == "ict"]
        late = ROUND.digests_at + timedelta(hours=1)
        with office.simulation.database.transaction() as session:
            outbox.put_off(session, digest, late, tried=False)
        await office.simulation.to(late - MINUTE)
        assert "promise" not in in_channel(office)
        assert public(office) == []
        for minutes in range(4):
            await office.simulation.to(late + minutes * MINUTE)
        found = in_channel(office)
        assert found.index("digest") < found.index("promise")

    asyncio.run(walk())


def test_every_card_leads_back_to_the_leads_own(office: Office) -> None:
    """Where nothing was begun, and after a draft was thrown away; it stays the same card, of the same place."""

    async def walk() -> None:
        menu = await to_the_second_morning(office)
        which = await tapped(office, menu, "Hier werken we al aan")
        asked = await tapped(office, which, labels(which)[0])
        assert await tapped(office, which, "Terug") == menu
        assert await tapped(office, asked, "Terug") == which
        draft = await typed(office, asked, SENTENCE)
        gone = await tapped(office, draft, "Weggooien")
        assert await tapped(office, gone, "Terug") == menu
        assert rows(office.simulation, Promise) == []
        for card in (menu, which, asked, draft, gone):
            buttons = [*card.choices, *card.steps, *card.asides]
            actions = [one.action for one in buttons] + ([card.entry.action] if card.entry is not None else [])
            assert all(one.startswith(f"lead-{office.block}:") for one in actions)

    asyncio.run(walk())


def test_a_sentence_that_is_none_is_asked_for_again(office: Office) -> None:
    """With what was typed; and a promise's words are never taken for the sentence below the digest."""

    async def walk() -> None:
        which = await tapped(office, await to_the_second_morning(office), "Dit pakken we op")
        asked = await tapped(office, which, labels(which)[0])
        again = await typed(office, asked, "x" * 300)
        assert again.entry is not None
        assert (again.hint != "", again.entry.action) == (True, asked.entry.action if asked.entry else "")
        assert SAID not in again.entry.action

    asyncio.run(walk())


@pytest.mark.parametrize("who", [DEPUTY, NEIGHBOUR])
def test_it_is_for_the_lead_alone(office: Office, who: str) -> None:
    """Who speaks for the department beside them reads the figures when the channel does, and answers then."""

    async def walk() -> None:
        menu = await to_the_second_morning(office)
        for label in ("Dit pakken we op", "Hier werken we al aan", "Kan niet, omdat"):
            card = await office.tap(action(menu, label), who)
            assert card is None or "Welk punt" not in words(card)
        await office.type(f"lead-{office.block}:point:{office.block}:take:speed", SENTENCE, who)
        assert rows(office.simulation, Promise) == []

    asyncio.run(walk())


def test_once_the_channel_reads_it_is_posted_at_once(office: Office) -> None:
    """The buttons stay on the lead's card."""

    async def walk() -> None:
        await to_the_second_morning(office)
        await office.simulation.tell(ROUND.digests_at)
        hear = office.simulation.platforms["webchat"].hear
        assert hear is not None
        menu = await hear(Asked("webchat", LEAD, "card", f"lead-{office.block}"))
        assert menu is not None
        card = await tapped(office, menu, "Dit pakken we op")
        card = await tapped(office, card, labels(card)[0])
        card = await typed(office, card, SENTENCE)
        card = await tapped(office, card, "het hele team")
        card = await tapped(office, card, labels(card)[0])
        card = await tapped(office, card, "Plaatsen")
        assert "Dit staat nu in jullie kanaal" in words(card)
        posted = [row for row in rows(office.simulation, OutgoingRow) if row.id.startswith("promise:")]
        assert [row.not_before for row in posted] == [office.simulation.now]

    asyncio.run(walk())
