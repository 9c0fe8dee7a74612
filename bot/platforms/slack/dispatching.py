"""One dispatcher for everything Slack sends: hear, then acknowledge. What is drawn comes after, by itself.

    payload ──▶ payloads.read ──▶ hear (returns after the commit) ──▶ acknowledgement
                                          └─▶ the card: redrawn in its message, shown in a modal, or on the home screen

It is the first middleware of a Bolt app and answers by itself: what Bolt would do after it (asking Slack on each first
request who we are) could acknowledge what nobody heard. Only Slack's question whether we are there goes on to Bolt.
"""

import time
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse

from bot.core.platform import Asked, Card, Chosen, Event, Hear, Tap, Typed
from bot.logs import Log
from bot.platforms.slack import payloads
from bot.platforms.slack.lately import Lately
from bot.platforms.slack.origin import Origin
from bot.platforms.slack.payloads import Ended, Happening, HomeOpened, Malformed, Said, Submitted, Tapped, Ticked
from bot.platforms.slack.redrawing import drawn
from bot.platforms.slack.showing import PLATFORM, Showing, card_for_strangers, kept, stays_in_modal
from bot.platforms.slack.views import modal

RETRIED = 10 * 60  # seconds in which Slack brings an event again: at once, after a minute, after five

log = Log("slack")


class Dispatching(AsyncMiddleware):
    """Hears for one workspace or enterprise."""

    def __init__(
        self,
        showing: Showing,
        hear: Hear,
        refused: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._showing, self._hear, self._refused, self._clock = showing, hear, refused, clock
        self._answered = Lately(RETRIED)
        self.team = self.enterprise = ""  # from auth.test, once it was asked

    async def async_process(
        self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Callable[[], Awaitable[BoltResponse]]
    ) -> BoltResponse:
        """A request -> the acknowledgement, after what it asks for is stored; 500 where it could not be."""
        if req.body.get("type") == "url_verification":
            return await next()
        if not self._is_ours(*payloads.teams(req.body)):
            return self._refusal("team", 401)
        try:
            happening = payloads.read(req.body, self._clock())
        except Malformed:
            return self._refusal("malformed", 400)
        try:
            return await self._heard(happening)
        except Exception as error:  # whatever it is: nothing is acknowledged that is not stored
            log.error("not heard", error, platform=PLATFORM)
            return BoltResponse(status=500)

    def _is_ours(self, team: str, enterprise: str) -> bool:
        """Also where the payload does not say, or Slack could not be asked yet who we are."""
        if not self.team or not (team or enterprise):
            return True
        return team == self.team or enterprise == self.enterprise != ""

    def _refusal(self, reason: str, status: int) -> BoltResponse:
        self._refused(reason)
        return BoltResponse(status=status)

    async def _heard(self, happening: Happening) -> BoltResponse:
        if isinstance(happening, Tapped):
            return await self._tapped(happening)
        if isinstance(happening, Ticked):
            return await self._ticked(happening)
        if isinstance(happening, Submitted):
            return await self._submitted(happening)
        if isinstance(happening, Said):
            return await self._said(happening)
        if isinstance(happening, HomeOpened):
            self._showing.home(happening.user)
        if isinstance(happening, Ended):
            log.warning("access ended", platform=PLATFORM, reason=happening.reason)
            self._refused(happening.reason)
        return _ok()

    # --- taps ------------------------------------------------------------------------------------------------------

    async def _tapped(self, tapped: Tapped) -> BoltResponse:
        user, origin = tapped.user, tapped.origin
        for listed in tapped.listed:
            await self._hear(Chosen(PLATFORM, user, listed.action, listed.options))
        card = await self._hear(Tap(PLATFORM, user, tapped.action, channel=origin.shared))
        if card is None:
            self._showing.stranger(user, origin)
        elif tapped.view:
            self._showing.in_modal(user, tapped.view, card, origin)
        elif card.apart:
            self._showing.apart(user, tapped.trigger, card, origin)
        else:
            self._showing.in_place(user, origin, card)
        return _ok()

    async def _ticked(self, ticked: Ticked) -> BoltResponse:
        """The list itself shows what is on. Only a card that has something to say about it is drawn."""
        user, listed = ticked.user, ticked.listed
        card = await self._hear(Chosen(PLATFORM, user, listed.action, listed.options))
        tells = card is not None and (card.hint or card.several != listed.action)
        if card is not None and tells and not ticked.origin.shared:
            self._showing.in_place(user, ticked.origin, card)
        return _ok()

    async def _submitted(self, submitted: Submitted) -> BoltResponse:
        """A modal closes with the acknowledgement, or becomes what the acknowledgement says."""
        event: Event = Tap(PLATFORM, submitted.user, submitted.action)
        if submitted.text is not None:
            delivery = submitted.delivery
            event = Typed(PLATFORM, submitted.user, submitted.action, submitted.text, delivery=delivery)
        card = await self._hear(event)
        if card is not None and stays_in_modal(card, submitted.origin):
            return _json({"response_action": "update", "view": modal(card, submitted.origin.packed())})
        if card is not None:
            self._showing.in_place(submitted.user, submitted.origin, card)
        return _json({"response_action": "clear"})

    # --- words -----------------------------------------------------------------------------------------------------

    async def _said(self, said: Said) -> BoltResponse:
        """A command is answered for its writer alone; words in the direct chat there, once."""
        card = await self._hear(Asked(PLATFORM, said.user, said.word, said.rest, delivery=said.delivery))
        shown = card or card_for_strangers()
        if said.delivery is None:
            self._showing.made_way(said.user, shown)
            return self._commanded(said, shown)
        if self._answered.first_time(said.delivery):
            self._showing.made_way(said.user, shown)
            self._showing.answer(said.user, said.channel, shown)
        return _ok()

    def _commanded(self, said: Said, card: Card) -> BoltResponse:
        if card.entry is not None and said.trigger:
            self._showing.apart(said.user, said.trigger, card, Origin())
            return _ok()
        shown = drawn(kept(card) if card.entry is not None else card)
        return _json({"response_type": "ephemeral", "text": shown.text, "blocks": shown.blocks})


def _ok() -> BoltResponse:
    return BoltResponse(status=200)


def _json(body: dict[str, object]) -> BoltResponse:
    return BoltResponse(status=200, body=body)
