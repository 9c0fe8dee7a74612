"""The first card: who is asking, what was said before the round, where somebody works."""

from bot.core.ballot import Ballot
from bot.core.cards.choosing import is_taken
from bot.core.cards.pieces import asides, button
from bot.core.platform import Button, Card
from bot.core.setting import Setting

NOWHERE = "-"  # the button "none of these" at "where do you work?"


def introduction(ballot: Ballot, setting: Setting) -> Card:
    """To who never heard of the bot before."""
    organisation = setting.organisation
    contact = f"{organisation.contact.name}, {organisation.contact.reach}"
    return Card(
        language=setting.language,
        lines=(
            setting.say("intro.hello", first_name=setting.first_name, organisation=organisation.name),
            setting.say("intro.what"),
            setting.say("intro.genuine", contact=contact),
        ),
        steps=(button(setting, "button.begin", "begin"),),
        asides=(
            *asides(setting, "who", "later", "notnow"),
            button(setting, "button.never", "stop"),
        ),
    )


def earlier(ballot: Ballot, setting: Setting) -> Card:
    """To who said something before the round; names no department, for it stays in the chat."""
    rest, step = ("earlier.taken", "button.next") if is_taken(ballot, setting) else ("earlier.rest", "button.begin")
    return Card(
        language=setting.language,
        lines=(setting.say("earlier.kept", first_name=setting.first_name), setting.say(rest)),
        steps=(button(setting, step, "begin"), button(setting, "button.answers", "answers")),
        asides=asides(setting, "later", "notnow", "who", "why"),
    )


def workplace(ballot: Ballot, setting: Setting) -> Card:
    """Where nobody knows in which department somebody works: nobody judges their own."""
    departments = setting.organisation.departments
    choices = [Button(d.name.in_(setting.language), setting.action("w", d.key)) for d in departments]
    return Card(
        language=setting.language,
        lines=(setting.say("workplace.ask"), setting.say("workplace.why")),
        choices=(*choices, button(setting, "workplace.none", "w", NOWHERE)),
        again=setting.action("show"),
        asides=asides(setting, "later", "notnow", "who"),
    )
