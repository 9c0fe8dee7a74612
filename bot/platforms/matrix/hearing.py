"""What somebody did -> what the core hears of it -> what they see. It returns once the effect is stored.

The card is drawn after that, and holds up nobody. A reaction and typed words are taken away: the homeserver has seen
them, but they need not stand there. In a choice of several the reactions are the ticks, and stay until it is left.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.core.attempts import Attempts
from bot.core.codes import code_in, is_like_a_code
from bot.core.home import NO_ROUND
from bot.core.platform import Asked, Card, Chosen, Event, Joined, Tap, Typed
from bot.platforms.matrix import events, messages, signs
from bot.platforms.matrix.api import ENCRYPTION, MESSAGE, REACTION, Api, Json
from bot.platforms.matrix.coming import Coming
from bot.platforms.matrix.messages import Shown
from bot.platforms.matrix.screen import NEW, Screen
from bot.platforms.matrix.settings import PLATFORM
from bot.platforms.matrix.standing import REMEMBERED, Standing
from bot.platforms.matrix.whose import Whose
from config.texts import say
from config.words import LANGUAGES

TOLD = 10  # lines an hour to one person that are no answer to anything: to strangers, mostly


@dataclass(frozen=True)
class _Ticked:
    """A reaction that is a tick, until it is taken back."""

    room: str
    message: str
    sign: str


class Hearing:
    """Hears one event after another, for one bot."""

    def __init__(self, api: Api, whose: Whose, coming: Coming, standing: Standing, screen: Screen) -> None:
        self._api, self._whose, self._coming = api, whose, coming
        self._standing, self._screen = standing, screen
        self._ticks: OrderedDict[str, _Ticked] = OrderedDict()  # reaction -> what it ticked
        self._told = Attempts(TOLD)

    async def happened(self, room: str, event: Json) -> None:
        """One event of a room that the bot is in. Raises what `hear` and a call raise: then it has to come again."""
        if not events.is_sound(event):
            return
        sender, content = event["sender"], event["content"]
        if sender == await self._api.me():
            self._standing.seen(room, event)
            await self._whose.seen(room, event)
        elif event["type"] == REACTION:
            await self._reacted(room, sender, event)
        elif event["type"] == "m.room.redaction":
            await self._took_back(room, sender, event, events.redacted(event))
        elif event["type"] == "m.room.member":
            await self._coming.membership(room, event, str(content.get("membership")))
        elif event["type"] == ENCRYPTION:
            await self._coming.go_on_elsewhere(room, "matrix.encrypted")
        elif event["type"] == MESSAGE and content and await self._whose.of(room) == sender:
            await self._wrote(room, sender, event)

    # --- reactions -------------------------------------------------------------------------------------------------

    async def _reacted(self, room: str, who: str, event: Json) -> None:
        found = events.reaction(event)
        if found is None:
            return
        message, sign = found[0], signs.reacted(found[1])
        card = await self._standing.looked_at(room, message, int(event["origin_server_ts"]))
        if card is None or (not card.channel and await self._whose.of(room) != who):
            return
        if card.channel and sign not in card.actions:
            return  # what colleagues say to each other
        if sign in card.options:
            self._remember(str(event["event_id"]), _Ticked(room, message, sign))
            await self._tick(room, message, card, (*self._standing.on(message, card), sign), who, event)
            return
        await self._pressed(room, message, card, sign, who, event)
        self._screen.erase(room, str(event["event_id"]))

    async def _took_back(self, room: str, who: str, event: Json, reaction: str) -> None:
        """A tick less. Of one that is not remembered only what is left can be known: the ticks that stand.

        Only of their own: in a room that somebody made others may take away, too.
        """
        if await self._whose.of(room) != who:
            return
        self._standing.gone(room, reaction)  # a card of ours, where the room is theirs
        tick = self._ticks.pop(reaction, None)
        if tick is not None and tick.room == room:
            card = await self._standing.now(room, tick.message)
            if card is not None and tick.sign in card.options:
                on = tuple(one for one in self._standing.on(tick.message, card) if one != tick.sign)
                await self._tick(room, tick.message, card, on, who, event)
            return
        if not reaction or (await self._api.event(room, reaction)).get("type") != REACTION:
            return  # ticks that were typed stand, though the words go
        message, card = next(iter(await self._standing.cards(room)), ("", None))
        if card is not None and card.options:
            left = tuple(sign for _, sign in await self._reactions(room, message, who))
            await self._tick(room, message, card, left, who, event)

    async def _tick(self, room: str, message: str, card: Shown, on: tuple[str, ...], who: str, event: Json) -> None:
        chosen = tuple(sign for sign in card.options if sign in on)
        options = tuple(card.options[sign] for sign in chosen)
        answer = await self._event(Chosen(PLATFORM, who, card.several, options, delivery=_delivery(event)))
        if answer is not None:
            await self._answered(room, message, card, answer, who)

    async def _pressed(self, room: str, message: str, card: Shown, sign: str, who: str, event: Json) -> None:
        """A sign that is there, or not."""
        if sign not in card.actions:
            await self._missed(room, message, card, who)
            return
        tap = Tap(PLATFORM, who, card.actions[sign], delivery=_delivery(event), channel=card.channel)
        answer = await self._event(tap)
        if answer is not None and card.channel:
            self._answered_in_channel(room, message, card, answer, who)
        elif answer is not None:
            await self._answered(room, message, card, answer, who)

    async def _missed(self, room: str, message: str, card: Shown, who: str) -> bool:
        """A sign that is not there shows the card once more, and says so. False where that card cannot be asked for."""
        shown = await self._event(Asked(PLATFORM, who, "card", card.about))
        if shown is not None:
            hint = say("matrix.no_such_sign", shown.language)
            await self._answered(room, message, card, replace(shown, hint=hint), who)
        return shown is not None

    async def _answered(self, room: str, message: str, card: Shown, answer: Card, who: str) -> None:
        """In the place of the card that was answered; ticks that were made there go with it."""
        now = messages.shown(answer)
        again = bool(card.options) and now.several == card.several
        self._standing.ticked(message, now.on if again else None)
        if card.options and not again and not answer.apart:
            for reaction, _ in await self._reactions(room, message, who):
                self._ticks.pop(reaction, None)
                self._screen.erase(room, reaction)
        self._screen.show(room, await self._place(room, message, card, answer), answer)

    def _answered_in_channel(self, room: str, message: str, card: Shown, answer: Card, who: str) -> None:
        """What is for who reacted alone is said in their own room."""
        if not answer.apart:
            self._screen.show(room, message, answer, channel=card.channel)
            return
        self._coming.at_home(who, answer, asked=False)

    async def _place(self, room: str, message: str, card: Shown, answer: Card) -> str:
        """On the newest card about the same, for a reminder may have brought one; else on the card that was answered,
        unless that was one to look at for a moment.
        """
        about = messages.about(answer)
        stand = [(other, one) for other, one in await self._standing.cards(room) if not one.apart and one.actions]
        of_it = [other for other, one in stand if one.about == about != NO_ROUND]
        here = () if card.apart else (message,)
        return next(iter((*of_it, *here, *(other for other, _ in stand))), NEW)

    async def _reactions(self, room: str, message: str, who: str) -> list[tuple[str, str]]:
        """Those of somebody that stand below a message, with their signs."""
        found = await self._api.related(room, message, "m.annotation", REACTION)
        theirs = [(str(one["event_id"]), events.reaction(one)) for one in found if one["sender"] == who]
        return [(event, signs.reacted(how[1])) for event, how in theirs if how is not None]

    def _remember(self, reaction: str, tick: _Ticked) -> None:
        self._ticks[reaction] = tick
        if len(self._ticks) > REMEMBERED:
            self._ticks.popitem(last=False)

    # --- words -----------------------------------------------------------------------------------------------------

    async def _wrote(self, room: str, who: str, event: Json) -> None:
        """On the newest card: its signs or labels, or what it asks for; else a word of their own."""
        relation = events.relation(event)
        if event["content"].get("msgtype") != "m.text" or relation.get("rel_type") == "m.replace":
            self._tell(room, who, "matrix.words_only")
        else:
            await self._said(room, who, event, _words(events.words(event), relation))
        self._screen.erase(room, str(event["event_id"]))

    async def _said(self, room: str, who: str, event: Json, words: str) -> None:
        stand = await self._standing.cards(room)
        message, card = next(((where, one) for where, one in stand if one.actions or one.entry), ("", None))
        found = signs.typed(words, card.labels) if card is not None else []
        if card is not None and found and await self._chose(room, message, card, found, who, event):
            return None
        missing = card is not None and not card.entry and signs.reacted(words) != ""
        if card is not None and missing and await self._missed(room, message, card, who):
            return None
        if card is not None and card.entry:
            answer = await self._event(Typed(PLATFORM, who, card.entry, words, delivery=_delivery(event)))
            if answer is not None:
                return await self._answered(room, message, card, answer, who)
        word, _, rest = words.strip().partition(" ")
        answer = await self._event(Asked(PLATFORM, who, word.casefold().strip(".!?"), rest.strip()))
        code = code_in(words) if answer is None else None
        if code is not None:  # a hello is no guess
            answer = await self._event(Joined(PLATFORM, who, code, delivery=_delivery(event)))
        if answer is None:
            return self._tell(room, who, _how_to_join(words, code))
        return self._screen.show(room, NEW, answer, asked=True)

    async def _chose(self, room: str, message: str, card: Shown, found: list[str], who: str, event: Json) -> bool:
        """Ticks first, each one more or less; then at most one sign that leads on."""
        ticks, others = [s for s in found if s in card.options], [s for s in found if s not in card.options]
        if len(others) > 1:
            return False
        if ticks:
            on = set(self._standing.on(message, card)) ^ set(ticks)
            await self._tick(room, message, card, tuple(on), who, {**event, "event_id": f"{event['event_id']}+"})
        if others:
            await self._pressed(room, message, card, others[0], who, event)
        return True

    def _tell(self, room: str, who: str, key: str) -> None:
        """A line, unless they got many of late: whoever plays with the bot is not answered for ever."""
        now = datetime.now(UTC)
        if self._told.may(who, now):
            self._told.made(who, now)
            self._screen.tell(room, "\n\n".join(say(key, language) for language in LANGUAGES))

    async def _event(self, event: Event) -> Card | None:
        return await self._coming.hear(event)


def _delivery(event: Json) -> str:
    return str(event["event_id"])


def _how_to_join(words: str, code: str | None) -> str:
    """What is told to whom no code made somebody."""
    if code is not None:
        return "matrix.how_to_join"
    return "matrix.no_code" if is_like_a_code(words) else "join.code"


def _words(body: str, relation: Json) -> str:
    """Without what is replied to, which some clients repeat above (spec.matrix.org, rich replies)."""
    if "m.in_reply_to" not in relation:
        return body
    lines = body.splitlines()
    while lines and lines[0].startswith("> "):
        lines.pop(0)
    return "\n".join(lines).strip()
