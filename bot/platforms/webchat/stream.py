"""What a conversation or a channel shows: the messages kept, with the card of each invitation asked afresh."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.core.home import NO_ROUND
from bot.core.platform import Asked, Card, Hear
from bot.platforms.webchat.cards import Face, Line, about, face, line
from bot.platforms.webchat.rooms import Channel, Message, Rooms
from config.texts import say
from config.words import Language

PLATFORM = "webchat"


@dataclass(frozen=True)
class Reply:
    """A card that was heard just now, where it belongs, and the words that asked for it."""

    card: Card
    slot: str = NO_ROUND
    asked: str = ""


@dataclass(frozen=True)
class Forms:
    """Where the forms of one conversation go, what they carry, and where its news comes from."""

    csrf: str
    tap: str
    type: str
    ask: str
    news: str
    anchor: str = "live"  # the id of the newest message, to jump to without JavaScript


@dataclass(frozen=True)
class Bubble:
    """One message in its place and, at the newest of an invitation, the card."""

    number: int
    lines: tuple[Line, ...]
    details: tuple[Line, ...]
    alt: str  # of its picture
    at: datetime  # local
    day: str
    starts_day: bool
    clock: str
    face: Face | None = None


@dataclass(frozen=True)
class Turn:
    """The end of a conversation: what the person asked for, and the card that came."""

    face: Face
    asked: str = ""


@dataclass(frozen=True)
class Conversation:
    """Everything that one person sees."""

    language: Language
    bubbles: tuple[Bubble, ...]
    turn: Turn | None = None


@dataclass(frozen=True)
class Posts:
    """Everything in one channel."""

    language: Language
    title: str
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True)
class Streams:
    """Reads conversations and channels."""

    rooms: Rooms
    hear: Hear
    zone: tzinfo

    async def conversation(self, address: str, otherwise: Language, reply: Reply | None = None) -> Conversation:
        """A person's whole conversation, with the reply in its place; `otherwise` where no card says the language."""
        messages = await self.rooms.messages(address)
        newest = _newest(messages)
        if reply is None and not messages:
            home = await self.home(address)
            reply = Reply(home) if home else None
        shown = await self._cards(address, newest, reply)
        turn = Turn(face(reply.card, NO_ROUND), reply.asked) if reply and reply.slot not in newest else None
        faces = (*shown.values(), *((turn.face,) if turn else ()))
        language = faces[-1].language if faces else otherwise
        return Conversation(language, self._bubbles(messages, language, shown), turn)

    async def news(self, address: str, after: int, otherwise: Language) -> Conversation:
        """What was said to a person after message number `after`."""
        messages = await self.rooms.messages(address, after)
        shown = await self._cards(address, _newest(messages), None)
        language = next((drawn.language for drawn in shown.values()), otherwise)
        return Conversation(language, self._bubbles(messages, language, shown))

    async def posts(self, channel: Channel, language: Language, after: int = 0, reader: str | None = None) -> Posts:
        """What was posted in a channel after message number `after`; with the buttons below, for a person who reads."""
        messages = await self.rooms.messages(channel.address, after)
        shown = await self._below(reader, messages) if reader is not None else {}
        return Posts(language, channel.title, self._bubbles(messages, language, shown))

    async def home(self, address: str) -> Card | None:
        """The card of somebody who did nothing yet."""
        return await self.hear(Asked(PLATFORM, address, "", ""))

    async def _below(self, reader: str, messages: Iterable[Message]) -> dict[int, Face]:
        """What can be tapped below each message, as it is now."""
        shown: dict[int, Face] = {}
        for message in messages:
            card = await self.hear(Asked(PLATFORM, reader, "below", message.asks)) if message.asks else None
            if card:
                shown[message.number] = face(card, NO_ROUND)
        return shown

    async def _cards(self, address: str, newest: dict[str, int], reply: Reply | None) -> dict[int, Face]:
        """The card of each invitation, by the number of its newest message. No invitation is drawn twice."""
        shown: dict[int, Face] = {}
        elsewhere = about(reply.card) if reply else NO_ROUND
        for invitation, number in newest.items():
            if reply and reply.slot == invitation:
                card: Card | None = reply.card
            elif invitation == elsewhere:
                card = None
            else:
                card = await self.hear(Asked(PLATFORM, address, "card", invitation))
            if card:
                shown[number] = face(card, invitation)
        return shown

    def _bubbles(self, messages: list[Message], language: Language, shown: dict[int, Face]) -> tuple[Bubble, ...]:
        bubbles: list[Bubble] = []
        for message in messages:
            at = message.at.astimezone(self.zone)
            bubbles.append(
                Bubble(
                    number=message.number,
                    lines=tuple(map(line, message.lines)),
                    details=tuple(map(line, message.details)),
                    alt=message.alt,
                    at=at,
                    day=_day(at, language),
                    starts_day=not bubbles or bubbles[-1].at.date() != at.date(),
                    clock=at.strftime("%H:%M"),
                    face=shown.get(message.number),
                )
            )
        return tuple(bubbles)


def _newest(messages: Iterable[Message]) -> dict[str, int]:
    """The number of the newest message about each invitation."""
    return {message.invitation: message.number for message in messages if message.invitation}


def _day(at: datetime, language: Language) -> str:
    weekday, month = say(f"weekday.d{at.weekday()}", language), say(f"month.m{at.month}", language)
    return say("webchat.day", language, weekday=weekday, day=at.day, month=month, year=at.year)
