"""What an admin does from chat, and test cards: nothing is kept of them, whatever is tapped or typed on them."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, update

from bot.app import StoredRooms
from bot.core.platform import Asked, Card, Chosen, Outgoing, Refusal, SendFailed, Tap, Typed
from bot.core.testcards import TestCards
from bot.flow import testing
from bot.simulation.run import Simulation
from bot.store import chats
from bot.store.audit import AuditEntry
from bot.store.chats import ChatMessage
from bot.store.editions import Edition
from bot.store.outbox import Kind, OutgoingRow
from bot.store.people import Account
from config.organisation import Organisation
from config.roles import Roles
from tests.core.chat import buttons_of

from .town import ORGANISATION, Moody, round_of, rows, town

ADMIN, LEAD, NOBODY = "sim-0001", "sim-0002", "sim-0003"
TIP = "tip-catering"  # of the first department


def organisation() -> Organisation:
    """The example with an admin, and a lead who is none."""
    ict = ORGANISATION.by_key["ict"].model_copy(update={"lead": LEAD})
    others = tuple(ict if one.key == "ict" else one for one in ORGANISATION.departments)
    values = {name: getattr(ORGANISATION, name) for name in Organisation.model_fields}
    return Organisation(**{**values, "roles": Roles(admins=(ADMIN,), readers=(NOBODY,)), "departments": others})


@pytest.fixture
def simulation(where: Path | str) -> Iterator[Simulation]:
    """Eighty people, before the first round, on a platform that can refuse."""
    made = town(where, organisation=organisation())
    made.platforms["webchat"] = Moody()
    asyncio.run(made.begin())
    yield made
    made.database.close()


def run(walk: Coroutine[Any, Any, None]) -> None:
    """To its end."""
    asyncio.run(walk)


async def says(simulation: Simulation, event: Asked | Tap | Chosen | Typed) -> Card:
    """What answers an event."""
    hear = simulation.platforms["webchat"].hear
    assert hear is not None
    card = await hear(event)
    assert card is not None
    return card


async def asks(simulation: Simulation, who: str, word: str, rest: str = "") -> Card:
    """What answers a word."""
    return await says(simulation, Asked("webchat", who, word, rest))


def everything(simulation: Simulation) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    from bot.store.tables import METADATA

    with simulation.database.transaction(reading=True) as session:
        return {
            name: sorted(map(tuple, session.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in METADATA.tables
        }


@pytest.mark.parametrize("who", [LEAD, NOBODY])
@pytest.mark.parametrize("word", ["next", "volgende", "pauzeer", "pause-survey", "testcard", "proefkaart", "hervat"])
def test_to_who_is_no_admin_these_words_mean_nothing(simulation: Simulation, who: str, word: str) -> None:
    """They are answered as a word that does not exist; a button of an admin's as a card of somebody else's."""

    async def walk() -> None:
        before = everything(simulation)
        assert await asks(simulation, who, word, "staff") == await asks(simulation, who, "boerenkool", "staff")
        for action in ("0:desk", "0:survey-pause!:staff", "1-3:show", "1-3:notnow"):
            card = await says(simulation, Tap("webchat", who, action))
            assert card.hint in ("Die kaart is niet van jou.", "That card is not yours.")
        assert everything(simulation) == before

    run(walk())


def test_a_survey_is_paused_with_one_word_and_one_button(simulation: Simulation) -> None:
    """By name in the history and the audit log; the card asks first, and a second tap changes nothing."""

    async def walk() -> None:
        card = await asks(simulation, ADMIN, "pause_survey", "STAFF")  # as a command of Telegram
        assert len(rows(simulation, Edition)) == 1
        for _ in range(2):
            await says(simulation, Tap("webchat", ADMIN, card.steps[0].action))
        await simulation.to(round_of(0).opens_at)

    run(walk())
    name = simulation.colleagues[ADMIN].person("nl", "Europe/Amsterdam").name
    assert [(one.author, one.note) for one in rows(simulation, Edition)][1:] == [(name, "pause staff")]
    assert [one.author for one in rows(simulation, AuditEntry)] == [name]
    assert [row.kind for row in rows(simulation, OutgoingRow)] == [Kind.NOTICE]


def test_a_survey_that_does_not_exist_leads_to_those_that_do(simulation: Simulation) -> None:
    """Also where it went between the card and the tap."""

    async def walk() -> None:
        for event in (
            Asked("webchat", ADMIN, "pauzeer", "nothing"),
            Tap("webchat", ADMIN, "0:survey-pause!:nothing"),
        ):
            card = await says(simulation, event)
            assert card.hint
            assert [button.action for button in card.choices] == ["0:survey:staff"]

    run(walk())


def test_the_next_rounds_say_about_how_many(simulation: Simulation) -> None:
    """A quarter of eighty; the paces of the rhythm."""

    async def walk() -> None:
        card = await asks(simulation, ADMIN, "next")
        assert len(card.lines) == 3
        assert all(" 20 " in line for line in card.lines)

    run(walk())


def test_no_button_of_a_test_card_does_anything(simulation: Simulation) -> None:
    """One of each card, every button, every place to type and every list: no row of any table changes."""

    async def walk() -> None:
        await simulation.to(round_of(0).opens_at)
        before = everything(simulation)
        for name in TestCards(organisation(), "nl", "webchat").kinds:
            card = await asks(simulation, ADMIN, "testcard", name)
            for button in buttons_of(card):
                after = await says(simulation, Tap("webchat", ADMIN, button.action, delivery=name))
                assert after.hint or button.action.endswith(":show")
            if card.entry is not None:
                typed = Typed("webchat", ADMIN, card.entry.action, "Dit mag nergens staan.", delivery=f"{name} 2")
                assert (await says(simulation, typed)).lines == card.lines
            if card.several:
                await says(simulation, Chosen("webchat", ADMIN, card.several, ("hr",)))
        assert everything(simulation) == before

    run(walk())


def test_every_card_has_a_name_of_its_own() -> None:
    """In both languages the same; a name may be said with blanks, or as it begins."""
    cards = TestCards(organisation(), "nl", "slack")
    assert list(cards.names) == list(TestCards(organisation(), "en", "slack").names)
    assert [cards.named(words) for words in ("Ask ICT", "ask-ict", "ask", "not_now", "")] == [
        *("ask-ict", "ask-ict", next(name for name in cards.names if name.startswith("ask-")), "not-now"),
        None,
    ]
    assert cards.card("99999") is None


def test_a_test_card_is_sent_at_once_and_forgotten(simulation: Simulation) -> None:
    """Also at night. Until then the outbox holds its name; what would be kept of a card apart is only the way to it."""

    async def walk() -> None:
        simulation.now = simulation.now.replace(hour=23)
        for words in ("ask ict", "tip"):
            await simulation.database.write(testing.send, ADMIN, words, simulation.now)
        waiting = {(row.kind, *row.lines) for row in rows(simulation, OutgoingRow)}
        assert waiting == {(Kind.TEST, "ask-ict"), (Kind.TEST, TIP)}
        await simulation.deliver()
        assert rows(simulation, OutgoingRow) == []

    run(walk())
    sent = {one.lines[0].split()[1].strip("."): one for one in simulation.platforms["webchat"].taken()}
    assert {one.address for one in sent.values()} == {ADMIN}
    assert sent["ask-ict"].card is not None
    assert "1 slecht" in [button.label for button in sent["ask-ict"].card.choices]
    assert _whole(simulation, sent[TIP]).entry is not None


def _whole(simulation: Simulation, outgoing: Outgoing) -> Card:
    """The card behind the only button of one that is kept."""
    assert outgoing.card is not None
    assert outgoing.card.entry is None
    (button,) = buttons_of(outgoing.card)
    return asyncio.run(says(simulation, Tap("webchat", ADMIN, button.action)))


@pytest.mark.parametrize(
    ("person", "words", "platform", "why"),
    [
        ("nobody", "ask", "", "nobody"),
        (LEAD, "ask", "", "no_admin"),
        (ADMIN, "ask", "slack", "no_account"),
        (ADMIN, "boerenkool", "", "no_card"),
    ],
)
def test_what_cannot_be_sent(simulation: Simulation, person: str, words: str, platform: str, why: str) -> None:
    """Nothing is put in the outbox."""
    with simulation.database.transaction() as session, pytest.raises(testing.NotSent, match=why):
        testing.send(session, person, words, simulation.now, platform)
    assert rows(simulation, OutgoingRow) == []


def test_a_test_card_that_is_refused_is_gone_too(simulation: Simulation) -> None:
    """The platform says that this account is no more: what counts for a question counts for it."""

    async def walk() -> None:
        platform = simulation.platforms["webchat"]
        assert isinstance(platform, Moody)
        platform.fails[ADMIN] = SendFailed(Refusal.UNKNOWN, permanent=True)
        await simulation.database.write(testing.send, ADMIN, "tick", simulation.now)
        await simulation.deliver()

    run(walk())
    assert [row.kind for row in rows(simulation, OutgoingRow)] == [Kind.NOTICE]
    assert [one.address for one in rows(simulation, Account) if not one.reachable] == [ADMIN]


def test_a_test_card_goes_nowhere_else(simulation: Simulation) -> None:
    """Where its account went to somebody else meanwhile, it is not sent."""

    async def walk() -> None:
        await simulation.database.write(testing.send, ADMIN, "tick", simulation.now)
        with simulation.database.transaction() as session:
            session.execute(update(Account).where(col(Account.address) == ADMIN).values(person=LEAD))
        simulation.now += timedelta(minutes=1)
        await simulation.deliver()

    run(walk())
    assert simulation.platforms["webchat"].taken() == []
    assert rows(simulation, OutgoingRow) == []


def test_in_the_web_chat_it_is_drawn_for_a_day(simulation: Simulation) -> None:
    """What is kept there is a line with its name, as of a card of a round; then that goes too."""

    async def walk() -> None:
        rooms = StoredRooms(simulation.database, lambda: simulation.now)
        await rooms.post(Outgoing("test:1", ADMIN, ("Proefkaart tick.",), invitation="1-tick"))
        assert (await asks(simulation, ADMIN, "card", "1-tick")).choices
        for hours, left in ((23, 1), (1, 0)):
            simulation.now += timedelta(hours=hours)
            await simulation.database.write(chats.forget_orphans, simulation.now)
            assert len(rows(simulation, ChatMessage)) == left

    run(walk())


@pytest.mark.parametrize("who", [LEAD, "sim-0009"])
def test_nobody_else_is_shown_one(simulation: Simulation, who: str) -> None:
    """As of an invitation that is somebody else's."""
    hear = simulation.platforms["webchat"].hear
    assert hear is not None
    assert asyncio.run(hear(Asked("webchat", who, "card", "1-tick"))) is None  # type: ignore[arg-type]
