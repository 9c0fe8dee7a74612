"""Where a card is shown: in its message, in a modal, on the home screen, or as an answer in the direct chat.

What is to be kept nowhere (`Card.apart`) is shown in a modal, on the home screen or for one person's eyes only, because
a message and its edit history are kept. In its place a message says that something waits, with the way to it.
"""

from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.home import unfinished
from bot.core.places import place_of
from bot.core.platform import Asked, Card, Hear, SendFailed
from bot.platforms.slack.errors import asked
from bot.platforms.slack.origin import Origin
from bot.platforms.slack.redrawing import Redrawing, drawn
from bot.platforms.slack.views import View, closing, home, modal
from bot.platforms.slack.whereabouts import Whereabouts, elsewhere
from config.texts import say
from config.words import LANGUAGES

PLATFORM = "slack"

_ON_THE_HOME_SCREEN = ("habits", "departments")  # below the open card


class Showing:
    """Shows cards, in the background."""

    def __init__(self, client: AsyncWebClient, redrawing: Redrawing, hear: Hear) -> None:
        self._client, self._redrawing, self._hear = client, redrawing, hear
        self._whereabouts = Whereabouts()

    def in_place(self, user: str, origin: Origin, card: Card) -> None:
        """A card where the last one stands."""
        if origin.kind == "home":
            self.home(user, card)
        elif origin.kind != "nowhere":
            if not _is_a_leads(card):
                self._whereabouts.drawn(user, origin)
            self._redrawing.redraw(origin, kept(card))

    def sent(self, user: str, reference: str) -> None:
        """A message of ours now holds somebody's card: `channel:ts`."""
        channel, _, ts = reference.partition(":")
        self._whereabouts.drawn(user, Origin("message", channel, ts))

    def made_way(self, user: str, card: Card) -> None:
        """Somebody asked for this card with a word: the message that held the last one says so."""
        before = None if card.apart else self._whereabouts.leave(user)
        if before is not None:
            self._redrawing.redraw(before, elsewhere(card))

    def apart(self, user: str, trigger: str, card: Card, origin: Origin) -> None:
        """A card in a new modal; `trigger` is good for three seconds."""
        self._redrawing.once(self._opened(user, trigger, card, origin))

    def in_modal(self, user: str, view: str, card: Card, origin: Origin) -> None:
        """After a button in a modal: the next card apart, or that the card in the chat went on."""
        stays = stays_in_modal(card, origin)
        if not stays:
            self.in_place(user, origin, card)
        shown = modal(card, origin.packed()) if stays else closing(card.language, origin.packed())
        self._redrawing.newest(view, partial(self._updated, view, shown))

    def home(self, user: str, first: Card | None = None) -> None:
        """The home screen, with what was tapped there at its top."""
        self._redrawing.newest(f"home/{user}", partial(self._published, user, first))

    def answer(self, user: str, channel: str, card: Card) -> None:
        """In the direct chat."""
        self._redrawing.once(self._answered(user, channel, card))

    def stranger(self, user: str, origin: Origin) -> None:
        """Nobody knows this person, or what they tapped is not for them."""
        if origin.kind == "home":
            self.home(user)
        elif origin.channel:
            self._redrawing.once(self._whispered(user, origin.channel, card_for_strangers()))

    # --- how -------------------------------------------------------------------------------------------------------

    async def _opened(self, user: str, trigger: str, card: Card, origin: Origin) -> None:
        try:
            await asked(self._client.views_open(trigger_id=trigger, view=modal(card, origin.packed())))
        except SendFailed:
            if card.entry is not None and not origin.shared:  # too late for a modal: the message offers it anew
                self.in_place(user, origin, card)
            raise

    async def _updated(self, view: str, shown: View) -> None:
        await asked(self._client.views_update(view_id=view, view=shown))

    async def _answered(self, user: str, channel: str, card: Card) -> None:
        if card.apart and card.entry is None:
            await self._whispered(user, channel, card)
            return
        shown = drawn(kept(card))
        posted = await asked(self._client.chat_postMessage(channel=user, text=shown.text, blocks=shown.blocks))
        self._whereabouts.drawn(user, Origin("message", posted["channel"], posted["ts"]))

    async def _whispered(self, user: str, channel: str, card: Card) -> None:
        """For one person's eyes only: Slack keeps it nowhere."""
        shown = drawn(card)
        call = self._client.chat_postEphemeral(channel=channel, user=user, text=shown.text, blocks=shown.blocks)
        await asked(call)

    async def _published(self, user: str, first: Card | None) -> None:
        """The open card, or what was tapped here; why it is asked; the person's habits; the departments."""
        card = first or await self._hear(Asked(PLATFORM, user))
        cards = [kept(card), *await self._below(user, card, first)] if card is not None else [card_for_strangers()]
        await asked(self._client.views_publish(user_id=user, view=home(cards)))

    async def _below(self, user: str, card: Card, first: Card | None) -> list[Card]:
        why = () if first is not None or _is_about_no_round(card) else ("why",)
        heard = [await self._hear(Asked(PLATFORM, user, word)) for word in (*why, *_ON_THE_HOME_SCREEN)]
        return [one for one in heard if one is not None]


def stays_in_modal(card: Card, origin: Origin) -> bool:
    """Whether a card that follows one in a modal is shown there, too: it is apart, or has no other place."""
    return card.apart or origin.kind == "nowhere" or bool(origin.shared)


def kept(card: Card) -> Card:
    """As it may stand where it stays."""
    return unfinished(card) if card.apart else card


def card_for_strangers() -> Card:
    """In both languages, because nobody knows theirs."""
    return Card(lines=tuple(say("slack.unknown", language) for language in LANGUAGES))


def _is_a_leads(card: Card) -> bool:
    """One that stays where it stands, beside the card of a round."""
    return any(place_of(button.action) is not None for button in (*card.choices, *card.steps, *card.asides))


def _is_about_no_round(card: Card) -> bool:
    return all(button.action.startswith("0:") for button in (*card.choices, *card.steps, *card.asides))
