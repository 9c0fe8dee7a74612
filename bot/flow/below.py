"""The buttons under a message in a channel, by the id of the message: as they are now, whenever it was sent."""

from sqlmodel import Session

from bot.core import promises as cards
from bot.core.platform import Card
from bot.flow import freshness
from bot.store.promises import Promise, PromiseState
from config.words import Language


def card(session: Session, message: str, language: Language) -> Card | None:
    """None where there is nothing to decide, or not any more."""
    kind, _, rest = message.partition(":")
    about = rest.partition(":")[0]
    if kind == "points" and about.isdecimal():
        return cards.below_digest(int(about), language)
    if kind == "fresh":
        return freshness.below(about, language)
    promise = session.get(Promise, about) if kind == "promise" else None
    return cards.below(promise.id, language) if promise is not None and promise.state is PromiseState.OPEN else None
