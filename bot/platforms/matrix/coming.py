"""Who comes and who goes: who invites the bot, who leaves, and who gets company in their room of two.

Nobody waits for a room that is made or left for somebody else: what they said is heard meanwhile.
"""

from dataclasses import replace
from functools import partial

from bot.core.platform import Asked, Card, Event, Hear, Invited, Left, Refusal, SendFailed
from bot.platforms.matrix.api import Api, Json, Limited
from bot.platforms.matrix.rooms import Rooms, server_of
from bot.platforms.matrix.screen import NEW, Screen
from bot.platforms.matrix.settings import PLATFORM
from bot.platforms.matrix.whose import Whose
from config.texts import say

_CLOSED = {
    str(Refusal.ENCRYPTED): "matrix.here_encrypted",
    str(Refusal.PUBLIC): "matrix.here_public",
    str(Refusal.GUESTS): "matrix.here_guests",
}


class Coming:
    """Of one bot. Raises what `hear` and a call raise: then it has to come again."""

    def __init__(self, api: Api, rooms: Rooms, whose: Whose, screen: Screen) -> None:
        self._api, self._rooms, self._whose, self._screen = api, rooms, whose, screen
        self._hear: Hear | None = None

    def listen(self, hear: Hear) -> None:
        """From now on what happens is heard."""
        self._hear = hear

    async def hear(self, event: Event) -> Card | None:
        """What the core makes of it."""
        return await self._hear(event) if self._hear is not None else None

    async def invited(self, room: str, by: str, *, direct: bool, encrypted: bool) -> None:
        """Somebody wants the bot in a room: only who it knows, or may get to know, and where it can read."""
        home = server_of(by) == server_of(await self._api.me())
        card = await self.hear(Invited(PLATFORM, by, near=direct and home))
        answer = partial(self._answer_invitation, room, by, card, direct=direct, encrypted=encrypted)
        if not home:
            return self._screen.beside(answer)  # another homeserver may take its time: that of everybody else goes on
        try:
            return await answer()
        except Limited:
            return self._screen.beside(answer)

    async def _answer_invitation(self, room: str, by: str, card: Card | None, *, direct: bool, encrypted: bool) -> None:
        if card is None or (direct and encrypted):
            await self._api.leave(room)
        else:
            await self._api.join(room)
        if card is not None and direct:
            await self._begin(room, by, card, encrypted=encrypted)
        elif card is not None:
            self._screen.tell(room, say(await self._greeting(room), card.language, address=f"{PLATFORM}:{room}"))

    async def _greeting(self, room: str) -> str:
        """In a room of several: its address, or why nothing will be posted, told while somebody is there to mend it."""
        try:
            await self._rooms.of_channel(room)
        except SendFailed as failed:
            return _CLOSED.get(failed.reason, "matrix.here")
        return "matrix.here"

    async def _begin(self, room: str, who: str, card: Card, *, encrypted: bool) -> None:
        """There; or in a room of the bot's own, where it can read and take away what is said, and nobody else reads."""
        if encrypted:
            card = replace(card, hint=say("matrix.encrypted", card.language))
        elif await self._rooms.is_of_two(room, who) and await self._rooms.may_take_away(room):
            await self._whose.add(who, room)
            return self._screen.show(room, NEW, card, asked=True)
        else:
            await self._api.leave(room)
        return self.at_home(who, card)

    async def left_out(self, room: str) -> None:
        """The bot is not in a room any more."""
        await self._whose.forget(room)

    async def membership(self, room: str, event: Json, membership: str) -> None:
        """Somebody else came or went."""
        who = str(event.get("state_key"))
        if membership in ("leave", "ban") and who and await self._whose.of(room) == who:
            if await self._whose.is_last(room, who):
                await self.hear(Left(PLATFORM, who, delivery=event["event_id"]))
            await self._whose.forget(room)
            self._screen.leave(room)
        elif membership == "join" and await self._rooms.has_others(room):
            await self.go_on_elsewhere(room, "matrix.others")

    async def go_on_elsewhere(self, room: str, why: str) -> None:
        """Somebody else came into a room of one person, or the bot can read nothing there any more."""
        who = await self._whose.of(room)
        if not who:
            return
        card = await self.hear(Asked(PLATFORM, who))
        await self._whose.forget(room)
        self._screen.abandon(room)
        if card is not None:
            self.at_home(who, replace(card, hint=say(why, card.language)))

    def at_home(self, who: str, card: Card, *, asked: bool = True) -> None:
        """In the room with somebody, made where there is none: nobody else waits for that."""

        async def show() -> None:
            own = await self._rooms.direct(who)
            if asked or card.choices or card.steps or card.entry:
                self._screen.show(own, NEW, card, asked=asked)
            else:
                self._screen.tell(own, "\n\n".join(card.lines))

        self._screen.beside(show)
