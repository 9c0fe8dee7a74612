"""What a person did with a form, as an event, and the card that answers it."""

import re

from bot.core.home import NO_ROUND
from bot.core.platform import Asked, Card, Event, Hear, Tap, Typed
from bot.platforms.webchat.door import Refused
from bot.platforms.webchat.stream import PLATFORM, Reply
from config.texts import say
from config.words import LANGUAGES, Language

Form = dict[str, str]
WORDS = ("help", "pause", "stop", "return")  # what can be typed; the catalogue says it in the person's language

_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def tapped(hear: Hear, address: str, form: Form, language: Language) -> Reply:
    """A button was tapped."""
    card = await hear(Tap(PLATFORM, address, _field(form, "action")))
    return Reply(card or _silence(language), form.get("slot", NO_ROUND))


async def typed(hear: Hear, address: str, form: Form, language: Language) -> Reply:
    """Words were typed at a prompt. Browsers send CRLF for every new line, which would count double."""
    nonce = form.get("nonce")
    if nonce is not None and not _NONCE.fullmatch(nonce):
        raise Refused(400)
    text = _field(form, "text").replace("\r\n", "\n")
    card = await hear(Typed(PLATFORM, address, _field(form, "action"), text, delivery=nonce))
    return Reply(card or _silence(language), form.get("slot", NO_ROUND))


async def asked(hear: Hear, address: str, form: Form, language: Language) -> Reply:
    """A word was typed at the bottom of the chat."""
    card = await hear(_asked(address, _field(form, "text")))
    return Reply(card or _silence(language), asked=form["text"].strip())


def _asked(address: str, text: str) -> Event:
    word, _, rest = text.strip().partition(" ")
    word = word.casefold().strip(".!?/")
    return Asked(PLATFORM, address, _meanings().get(word, word), rest.strip())


def _meanings() -> dict[str, str]:
    return {say(f"webchat.word_{word}", language): word for language in LANGUAGES for word in WORDS}


def _field(form: Form, name: str) -> str:
    if name not in form:
        raise Refused(400)
    return form[name]


def _silence(language: Language) -> Card:
    """Where nothing was heard to answer."""
    return Card(language=language, lines=(say("webchat.silence", language),))
