"""What somebody can ask at any moment, also when no round is open: departments, day and hour, who sees what."""

import asyncio
from pathlib import Path

import pytest

from bot.app import StoredRooms
from bot.core.platform import Asked, Card, Hear, Tap
from bot.flow.hearing import hearing
from bot.platforms.webchat import WebChat
from tests.scenarios.town import organisation, town


def says(card: Card | None) -> str:
    """Everything on a card."""
    assert card is not None
    return "\n".join(
        (card.heading, card.hint, *card.lines, *(b.label for b in (*card.choices, *card.steps, *card.asides)))
    )


class Anna:
    """Somebody in the web chat, before any round."""

    def __init__(self, hear: Hear) -> None:
        self.hear = hear
        self.card: Card | None = None

    async def asks(self, word: str, rest: str = "") -> str:
        """Ask something."""
        self.card = await self.hear(Asked("webchat", "anna", word, rest))
        return says(self.card)

    async def taps(self, label: str) -> str:
        """Tap a button of the last card."""
        assert self.card is not None
        buttons = (*self.card.choices, *self.card.steps, *self.card.asides)
        (action,) = [button.action for button in buttons if button.label == label]
        self.card = await self.hear(Tap("webchat", "anna", action))
        return says(self.card)


@pytest.fixture
def anna(tmp_path: Path) -> Anna:
    """Anna, an hour before her round opens."""
    zone = organisation("webchat").zone
    made = town(tmp_path, {"anna": "anna"}, "webchat", lambda d, now: WebChat(StoredRooms(d, now), zone=zone))
    klankbord = made.klankbord
    return Anna(hearing(klankbord.database, klankbord.keyring, made.clock))


@pytest.mark.parametrize(
    ("word", "rest"), [("department", "ict"), ("afdeling", "  ICT "), ("ICT", ""), ("department", "Ict"), ("dept", "")]
)
def test_a_department_shows_its_card(anna: Anna, word: str, rest: str) -> None:
    """By key or name, after the word or alone; what it is for, what may be expected, and each service."""
    said = asyncio.run(anna.asks(word, rest))
    if word == "dept":
        assert "Hoi Anna" in said
        return
    assert said.startswith("ICT\n")
    assert "**Wat je mag verwachten:** storing dezelfde dag opgepakt" in said
    assert "• Laptop en telefoon: laptop vervangen binnen 2 werkdagen" in said


def test_departments_can_be_looked_through(anna: Anna) -> None:
    """From the list to a card and back; an unknown one says so and shows the list."""

    async def whole() -> None:
        assert "Waarover wil je meer weten?" in await anna.asks("afdelingen")
        assert (await anna.taps("HR")).startswith("HR\n")
        assert "Waarover" in await anna.taps("Alle afdelingen")
        assert "Die afdeling ken ik niet" in await anna.asks("afdeling", "boerenkool")
        assert "Die afdeling ken ik niet" not in await anna.asks("afdeling")

    asyncio.run(whole())


def test_somebody_says_when_they_like_to_be_asked(anna: Anna) -> None:
    """A day, an hour, both, neither; and what a pause and stopping make of it."""

    async def whole() -> None:
        assert "een keer in werktijd" in await anna.asks("habits")
        await anna.taps("Liefst op een vaste dag")
        await anna.taps("Dinsdag")
        assert "het liefst op dinsdag." in await anna.asks("habits")
        await anna.taps("Liefst op een vast uur")
        await anna.taps("11.00 uur")
        assert "het liefst op dinsdag om 11.00 uur." in await anna.asks("habits")
        await anna.asks("dag")
        await anna.taps("Maakt niet uit")
        assert "het liefst om 11.00 uur." in await anna.asks("habits")
        await anna.taps("Een tijd niet")
        await anna.taps("1 maand")
        assert "Ik vraag je niets tot" in await anna.asks("habits")
        await anna.taps("Weer meedoen")
        assert "11.00 uur" in await anna.asks("habits")
        await anna.taps("Stoppen")
        await anna.taps("Ja, stop ermee")
        said = await anna.asks("habits")
        assert "Je doet nu niet mee" in said
        assert "vaste dag" not in said

    asyncio.run(whole())


def test_privacy_is_told_without_a_round(anna: Anna) -> None:
    """Also to who has stopped."""

    async def whole() -> None:
        assert "De afdeling ziet:" in await anna.asks("privacy")
        await anna.asks("stop")
        await anna.taps("Ja, stop ermee")
        said = await anna.asks("privacy")
        assert "De afdeling ziet:" in said
        assert "Webchat weet dat je met Klankbord praat" in said

    asyncio.run(whole())
