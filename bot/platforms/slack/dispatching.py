"""One dispatcher for everything Slack sends: hear, then acknowledge. What is drawn comes after, by itself.

    payload ──▶ payloads.read ──▶ hear (returns after the commit) ──▶ acknowledgement
                                          └─▶ the card: redrawn in its message, shown in a modal, or on the home screen

It is the last middleware of a Bolt app, and nothing comes after it: Bolt checks signatures and knows the formats.
"""

import json
import time
from collections.abc import Callable

from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.home import unfinished
from bot.core.platform import Asked, Card, Chosen, Event, Hear, Tap, Typed
from bot.logs import Log
from bot.platforms.slack import payloads
from bot.platforms.slack.origin import Origin
from bot.platforms.slack.payloads import Ended, Happening, HomeOpened, Malformed, Said, Submitted, Tapped, Ticked
from bot.platforms.slack.redrawing import Redrawing, drawn
from bot.platforms.slack.views import closing, home, modal
from config.texts import say
from config.words import LANGUAGES

PLATFORM = "slack"
ON_THE_HOME_SCREEN = ("habits", "departments")  # below the open card
log = Log("slack")


class Dispatching:
    """Hears for one workspace or enterprise."""

    def __init__(
        self, client: AsyncWebClient, redrawing: Redrawing, hear: Hear, refused: Callable[[str], None]
    ) -> None:
        self._client, self._redrawing, self._hear, self._refused = client, redrawing, hear, refused
        self.team = self.enterprise = ""  # from auth.test, once it was asked

    async def dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """A request -> the acknowledgement, after what it asks for is stored. Bolt knows the argument by its name."""
        if not self._ours(*payloads.teams(req.body)):
            self._refused("team")
            return BoltResponse(status=401)
        try:
            happening = payloads.read(req.body, time.time())
        except Malformed:
            self._refused("malformed")
            return BoltResponse(status=400)
        return await self._heard(happening)

    def _ours(self, team: str, enterprise: str) -> bool:
        if not self.team or team in ("", self.team):
            return True
        return bool(self.enterprise) and enterprise == self.enterprise

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
            self._redrawing.begin(self._show_home(happening.user))
        if isinstance(happening, Ended):
            log.warning("access ended", platform=PLATFORM, reason=happening.reason)
        return _ok()

    # --- taps ------------------------------------------------------------------------------------------------------

    async def _tapped(self, tapped: Tapped) -> BoltResponse:
        for listed in tapped.listed:
            await self._hear(Chosen(PLATFORM, tapped.user, listed.action, listed.options))
        channel = tapped.origin.channel
        card = await self._hear(Tap(PLATFORM, tapped.user, tapped.action, channel=channel))
        if card is None:
            self._redrawing.begin(self._stranger(tapped.user, channel))
        elif tapped.view:
            self._redrawing.begin(self._after_a_modal(tapped, card))
        elif card.apart:
            self._redrawing.begin(self._open(tapped.trigger, card, tapped.origin))
        else:
            self._draw(tapped.user, tapped.origin, card)
        return _ok()

    async def _ticked(self, ticked: Ticked) -> BoltResponse:
        """The list itself shows what is on. Only a card that has something to say about it is drawn."""
        card = await self._hear(Chosen(PLATFORM, ticked.user, ticked.listed.action, ticked.listed.options))
        if card is not None and (card.hint or card.several != ticked.listed.action):
            self._draw(ticked.user, ticked.origin, card)
        return _ok()

    def _draw(self, user: str, origin: Origin, card: Card) -> None:
        """A card in its place. What is to be kept nowhere is never drawn in a message."""
        if origin.kind == "home":
            self._redrawing.begin(self._show_home(user, card))
        elif origin.kind != "nowhere":
            self._redrawing.redraw(origin, unfinished(card) if card.apart else card)

    # --- modals ----------------------------------------------------------------------------------------------------

    async def _open(self, trigger: str, card: Card, origin: Origin) -> None:
        try:
            await self._client.views_open(trigger_id=trigger, view=modal(card, origin.packed()))
        except SlackApiError as error:
            if error.response.get("error") not in ("expired_trigger_id", "exchanged_trigger_id"):
                raise
            self._draw("", origin, unfinished(card))  # too late for a modal: the message offers it anew

    async def _after_a_modal(self, tapped: Tapped, card: Card) -> None:
        """A button in a modal: it shows the next card apart, or says that the card in the chat went on."""
        metadata = tapped.origin.packed()
        if not card.apart:
            self._draw(tapped.user, tapped.origin, card)
        view = modal(card, metadata) if card.apart else closing(card.language, metadata)
        await self._client.views_update(view_id=tapped.view, view=view)

    async def _submitted(self, submitted: Submitted) -> BoltResponse:
        event: Event = Tap(PLATFORM, submitted.user, submitted.action)
        if submitted.text is not None:
            delivery = submitted.delivery
            event = Typed(PLATFORM, submitted.user, submitted.action, submitted.text, delivery=delivery)
        card = await self._hear(event)
        if card is None:
            return _json({"response_action": "clear"})
        if card.apart:
            return _json({"response_action": "update", "view": modal(card, submitted.origin.packed())})
        self._draw(submitted.user, submitted.origin, card)
        return _json({"response_action": "clear"})

    # --- words -----------------------------------------------------------------------------------------------------

    async def _said(self, said: Said) -> BoltResponse:
        """A command is answered for its writer alone; words in the direct chat there."""
        card = await self._hear(Asked(PLATFORM, said.user, said.word, said.rest, delivery=said.delivery))
        if card is not None and card.entry is not None and said.trigger:
            self._redrawing.begin(self._open(said.trigger, card, Origin()))
            return _ok()
        if said.channel:
            self._redrawing.begin(self._answered(said, card))
            return _ok()
        if card is None:
            return _json({"response_type": "ephemeral", "text": _unknown()})
        shown = drawn(unfinished(card) if card.entry is not None else card)
        return _json({"response_type": "ephemeral", "text": shown.text, "blocks": shown.blocks})

    async def _answered(self, said: Said, card: Card | None) -> None:
        """In the direct chat, where messages are kept: what is to be kept nowhere is for their eyes only."""
        if card is None:
            await self._stranger(said.user, said.channel)
        elif card.entry is not None or not card.apart:
            shown = drawn(unfinished(card) if card.apart else card)
            await self._client.chat_postMessage(channel=said.channel, text=shown.text, blocks=shown.blocks)
        else:
            shown = drawn(card)
            await self._client.chat_postEphemeral(
                channel=said.channel, user=said.user, text=shown.text, blocks=shown.blocks
            )

    async def _stranger(self, user: str, channel: str) -> None:
        if channel:
            await self._client.chat_postEphemeral(channel=channel, user=user, text=_unknown())

    # --- the home screen -------------------------------------------------------------------------------------------

    async def _show_home(self, user: str, first: Card | None = None) -> None:
        """The open card, or what was tapped here; why it is asked; the person's habits; the departments."""
        card = first or await self._hear(Asked(PLATFORM, user))
        if card is None:
            unknown = Card(lines=tuple(say("slack.unknown", language) for language in LANGUAGES))
            await self._client.views_publish(user_id=user, view=home([unknown]))
            return
        words = (*(() if first or _about_nobody(card) else ("why",)), *ON_THE_HOME_SCREEN)
        others = [await self._hear(Asked(PLATFORM, user, word)) for word in words]
        cards = [unfinished(card) if card.apart else card, *(other for other in others if other is not None)]
        await self._client.views_publish(user_id=user, view=home(cards))


def _about_nobody(card: Card) -> bool:
    """Whether a card is about no round: none of its buttons names an invitation."""
    return all(button.action.startswith("0:") for button in (*card.choices, *card.steps, *card.asides))


def _unknown() -> str:
    return "\n".join(say("slack.unknown", language) for language in LANGUAGES)


def _ok() -> BoltResponse:
    return BoltResponse(status=200, body="")


def _json(body: object) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
