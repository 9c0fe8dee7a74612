"""The cards on which a lead says, before the figures come, what the team thinks: no figure stands on any of them."""

from bot.core.actions import Action
from bot.core.places import ESTIMATE, Place
from bot.core.platform import Button, Card
from config.selfimage import CLASSES, HELD_BACK
from config.texts import say
from config.words import Language

SHARE, HELD = "share", "held"


def question(language: Language, block: int, department: str, day: str) -> Card:
    """How many colleagues gave a 4 or 5? `day` is when the figures come."""
    return Card(
        language=language,
        heading=say("selfimage.heading", language, department=department),
        lines=(say("selfimage.before", language, day=day), say("selfimage.share", language)),
        choices=tuple(_button(f"selfimage.class_{key}", language, block, SHARE, key) for key in CLASSES),
    )


def held_back(language: Language, block: int, department: str) -> Card:
    """And what held the team back most?"""
    return Card(
        language=language,
        heading=say("selfimage.heading", language, department=department),
        lines=(say("selfimage.held", language, department=department),),
        choices=tuple(_button(f"selfimage.held_{key}", language, block, HELD, key) for key in HELD_BACK),
        asides=(_button("button.back", language, block, "again"),),
    )


def thanks(language: Language, block: int, department: str, day: str) -> Card:
    """It is kept, and can be changed until the figures come; it does not stand here."""
    return Card(
        language=language,
        heading=say("selfimage.heading", language, department=department),
        lines=(say("selfimage.thanks", language, day=day),),
        asides=(_button("selfimage.change", language, block, "again"),),
    )


def over(language: Language, department: str, *, said: bool) -> Card:
    """The figures are out: an estimate would not be blind any more, and what was said stands beside them."""
    return Card(
        language=language,
        heading=say("selfimage.heading", language, department=department),
        lines=(say("selfimage.stands" if said else "selfimage.late", language),),
    )


def _button(label: str, language: Language, block: int, verb: str, *arguments: str) -> Button:
    return Button(say(label, language), str(Action(str(Place(ESTIMATE, block)), verb, arguments)))
