"""Where do I go with this: what somebody asks, types and taps, and the cards that answer."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.app import StoredRooms
from bot.core.platform import Asked, Card, Chosen, Event, Hear, Tap, Typed
from bot.flow.hearing import hearing
from bot.platforms.webchat import WebChat
from bot.store import editions
from bot.store.database import Database
from bot.store.people import Person
from config.department import DepartmentCard
from config.words import Words
from tests.core.chat import buttons_of
from tests.scenarios.town import Town, organisation, town

from .test_asking import says

LAPTOP = "**Hiermee ga je naar ICT:** Laptop en telefoon."
NOTHING = "Daar vond ik geen afdeling bij"


class Phone:
    """Anna, before any round; `card` is what she sees."""

    def __init__(self, made: Town, hear: Hear) -> None:
        self.made, self.hear = made, hear
        self.card: Card | None = None

    async def does(self, event: Event) -> str:
        """Something, and what she reads then."""
        self.card = await self.hear(event)
        return says(self.card)

    async def asks(self, word: str, rest: str = "") -> str:
        """A word, and what follows it."""
        return await self.does(Asked("webchat", "anna", word, rest))

    async def taps(self, label: str) -> str:
        """A button of the card."""
        assert self.card is not None
        (action,) = [button.action for button in buttons_of(self.card) if button.label == label]
        return await self.does(Tap("webchat", "anna", action))

    async def types(self, text: str, delivery: str | None = None) -> str:
        """Words at the place to type."""
        assert self.card is not None
        assert self.card.entry is not None
        return await self.does(Typed("webchat", "anna", self.card.entry.action, text, delivery=delivery))

    @property
    def database(self) -> Database:
        """What is stored."""
        return self.made.klankbord.database


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """Anna, an hour before her round opens."""
    zone = organisation("webchat").zone
    made = town(tmp_path, {"anna": "anna"}, "webchat", lambda d, now: WebChat(StoredRooms(d, now), zone=zone))
    return Phone(made, hearing(made.klankbord.database, made.klankbord.keyring, made.clock))


def walk(whole: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Let something happen."""
    asyncio.run(whole())


@pytest.mark.parametrize(
    ("word", "rest"),
    [
        ("where", "kapotte laptop"),
        ("waar", "moet ik zijn met een kapotte laptop?"),
        ("kapotte", "laptop"),
        ("beeldscherm", ""),
        ("department", "kapotte laptop"),
        ("afdeling", "beeldscherm"),
    ],
)
def test_a_need_is_answered_with_department_service_and_what_to_expect(phone: Phone, word: str, rest: str) -> None:
    """Also how to reach them; the way goes on to the department's card and to feedback, and nothing typed is shown."""

    async def whole() -> None:
        said = await phone.asks(word, rest)
        assert said.startswith("Waar moet ik zijn?\n")
        assert LAPTOP in said
        assert "**Wat je mag verwachten:** laptop vervangen binnen 2 werkdagen" in said
        assert "**Zo bereik je ICT:** toestel 2200" in said
        assert "kapot" not in said
        assert (await phone.taps("Over deze afdeling")).startswith("ICT\n")
        await phone.asks(word, rest)
        assert "Bij welke afdeling werk je zelf?" in await phone.taps("Feedback over deze afdeling")

    walk(whole)


def test_a_guess_is_told_as_one(phone: Phone) -> None:
    """A service or a department that only looks like what was typed; everything that a sure answer says, too."""

    async def whole() -> None:
        said = await phone.asks("beeldschrem")
        assert "**Dit lijkt erop:** ICT, Laptop en telefoon." in said
        assert "Ik weet het niet zeker." in said
        assert "Hiermee ga je naar" not in said
        assert "**Wat je mag verwachten:** laptop vervangen binnen 2 werkdagen" in said
        assert "Ik weet het niet zeker." not in await phone.asks("beeldscherm")
        assert "Ik weet het niet zeker." in await phone.asks("finacien")
        assert "Ik weet het niet zeker." not in await phone.asks("Financiën")

    walk(whole)


@pytest.mark.parametrize("word", ["waar", "where", "Waar"])
def test_a_search_is_typed_on_a_card_of_its_own(phone: Phone, word: str) -> None:
    """Again and again, also when the same words come twice; the list of departments and the help lead there."""

    async def whole() -> None:
        assert "Wat heb je nodig?" in await phone.asks(word)
        assert "Wat je zoekt, bewaar ik niet." in says(phone.card)
        search = phone.card
        assert LAPTOP in await phone.types("laptop kapot", "d1")
        phone.card = search
        assert LAPTOP in await phone.types("laptop kapot", "d1")
        assert "Wat heb je nodig?" in await phone.taps("Iets anders zoeken")
        assert NOTHING in await phone.types("een boom snoeien")
        assert "Financiën" in await phone.types("bonnetje")
        for way in ("afdelingen", "hulp"):
            await phone.asks(way)
            assert "Wat heb je nodig?" in await phone.taps("Waar moet ik zijn?")

    walk(whole)


def test_several_that_fit_are_choices(phone: Phone) -> None:
    """Each leads to its own card."""

    async def whole() -> None:
        assert "Dit lijkt erop. Wat bedoel je?" in await phone.asks("waar", "contract")
        assert phone.card is not None
        labels = [button.label for button in phone.card.choices]
        assert labels == [
            "HR: Contract en salaris",
            "Inkoop: Contracten en leveranciers",
            "Juridisch: Contract nakijken",
        ]
        said = await phone.taps("Juridisch: Contract nakijken")
        assert "**Hiermee ga je naar Juridisch:** Contract nakijken." in said
        assert "nagekeken binnen 5 werkdagen" in said
        await phone.asks("waar", "informatie over verlof")
        assert (await phone.taps("Informatie")).startswith("Informatie\n")

    walk(whole)


def test_where_nothing_fits_that_is_said(phone: Phone) -> None:
    """With other ways: other words, every department, and whom to call. A word that may be a mistake gets help."""

    async def whole() -> None:
        said = await phone.asks("waar", "een boom snoeien")
        assert NOTHING in said
        assert "Vraag het Sanne Verhoeven, tel. 2210." in said
        assert "Waarover wil je meer weten?" in await phone.taps("Alle afdelingen")
        said = await phone.asks("boerenkool", "met worst")
        assert "Dat woord ken ik niet" in said
        assert "Hoi Anna, ik ben Klankbord" in said
        said = await phone.asks("afdeling", "boerenkool")
        assert "Die afdeling ken ik niet" in said
        assert "Dat woord ken ik niet" not in await phone.asks("hulp")

    walk(whole)


@pytest.mark.parametrize(
    ("word", "words"), [("stop", "niet meer meedoen"), ("Hulp ", "Hoi Anna"), ("pauze", "met rust")]
)
def test_what_can_always_be_said_can_be_said_at_the_search_too(phone: Phone, word: str, words: str) -> None:
    """Who types "stop" there does not look for it."""

    async def whole() -> None:
        await phone.asks("waar")
        assert words in await phone.types(word)

    walk(whole)


def test_a_word_that_begins_a_sentence_is_searched_with_it(phone: Phone) -> None:
    """Alone it is the word."""

    async def whole() -> None:
        for word in ("terug", "return"):
            assert "Financiën" in await phone.asks(word, "geld declaratie")
            assert "Er staat niets voor je open, Anna." in await phone.asks(word)
        assert LAPTOP in await phone.asks("dag", "mijn laptop is kapot")
        assert "Op welke dag" in await phone.asks("dag", " ")

    walk(whole)


CONFIDENTIAL = [
    "vertrouwenspersoon",
    "ik zoek een vertrouwenspersoon",
    "confidant",
    "vertrouwenspersson",
    "word gepest",
]


@pytest.mark.parametrize("words", CONFIDENTIAL)
def test_the_confidential_counsellor_is_found(phone: Phone, words: str) -> None:
    """By name and reach, however it is typed; nothing of it is kept."""

    async def whole() -> None:
        for said in (await phone.asks("waar", words), await phone.asks(*words.partition(" ")[::2])):
            confidential = organisation("webchat").confidential
            assert f"**Daarvoor is de vertrouwenspersoon:** {confidential.name}, {confidential.reach}." in said
            assert "Wat je zoekt, bewaar ik niet." in said
        assert phone.card is not None
        assert phone.card.apart

    walk(whole)


@pytest.mark.parametrize("words", ["persoon", "contactpersoon", "agressie", "vertrouwen", "personeelsdossier"])
def test_other_words_do_not_lead_to_the_confidential_counsellor(phone: Phone, words: str) -> None:
    """What is only a part of such a word, or what a department is there for."""

    async def whole() -> None:
        assert "vertrouwenspersoon" not in await phone.asks("waar", words)

    walk(whole)


def test_ones_own_department_is_found_but_not_judged(phone: Phone) -> None:
    """Who works there may need its services, and is asked nothing about it."""

    def works(session: Session) -> None:
        anna = session.get_one(Person, "anna")
        anna.department = "ict"
        session.add(anna)

    async def whole() -> None:
        await phone.database.write(works)
        assert LAPTOP in await phone.asks("waar", "laptop kapot")
        assert "Feedback over deze afdeling" not in says(phone.card)

    walk(whole)


def test_in_english_and_of_a_department_that_says_little(phone: Phone) -> None:
    """Search words are found in either language; what is not configured is left out of the answer."""

    def bare(session: Session) -> None:
        anna, now = session.get_one(Person, "anna"), phone.made.clock()
        anna.language = "en"
        session.add(anna)
        today = editions.latest(session).organisation
        ict = today.by_key["ict"].model_copy(update={"card": None})
        hr = today.by_key["hr"]
        card = DepartmentCard(**{**dict(hr.card or ()), "expect": Words(nl="x", en="an answer soon"), "reach": None})
        silent = tuple(service.model_copy(update={"expect": None}) for service in hr.services)
        hr = hr.model_copy(update={"card": card, "services": silent})
        others = tuple({"ict": ict, "hr": hr}.get(one.key, one) for one in today.departments)
        editions.write(session, today.changed(departments=others), live=True, author="x", note="", now=now)

    async def whole() -> None:
        await phone.database.write(bare)
        said = await phone.asks("where", "kapotte laptop")
        assert "**With this you go to ICT:** Laptop and phone." in said
        assert "laptop replaced within 2 working days" in said
        assert "reach" not in said
        said = await phone.asks("where", "holiday")
        assert "**What you may expect:** an answer soon" in said
        assert "reach" not in said

    walk(whole)


@pytest.mark.parametrize(
    "event",
    [
        Tap("webchat", "anna", "0:need:ict:kettle"),
        Tap("webchat", "anna", "0:need:kettle:laptop"),
        Tap("webchat", "anna", "0:need:ict"),
        Tap("webchat", "anna", "0:need"),
        Tap("webchat", "anna", "0:where:x"),
        Typed("webchat", "anna", "0:where", "   "),
    ],
)
def test_a_button_of_what_is_not_there_any_more_leads_to_the_search(phone: Phone, event: Event) -> None:
    """An old message may hold one."""

    async def whole() -> None:
        assert "Wat heb je nodig?" in await phone.does(event)

    walk(whole)


def test_a_stranger_finds_nothing(phone: Phone) -> None:
    """Who is not in the list of people is not answered."""

    async def whole() -> None:
        for event in (Asked("webchat", "anna", "waar", "laptop"), Typed("webchat", "anna", "0:where", "laptop")):
            assert await phone.hear(replace(event, address="nobody")) is None
        assert await phone.hear(Chosen("webchat", "anna", "0:where", ("laptop",))) is not None

    walk(whole)


def test_what_is_searched_shows_in_no_repr() -> None:
    """Neither the first word nor the rest of it."""
    for event in (Asked("webchat", "anna", "kapotte", "laptop"), Typed("webchat", "anna", "0:where", "kapotte laptop")):
        assert "kapotte" not in repr(event)
        assert "laptop" not in repr(event)
