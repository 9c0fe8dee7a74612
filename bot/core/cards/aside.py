"""Cards to read, which move nothing: who sees what, why now, when else, whether to erase."""

from bot.core.ballot import At, Ballot, Place
from bot.core.cards.pieces import asides, button, closes, counts_early, next_turn, to_card
from bot.core.platform import Card
from bot.core.setting import Setting

LATER = ("today", "tomorrow", "week")


def who(ballot: Ballot, setting: Setting) -> Card:
    """Who sees what, now and later; what is not promised."""
    threshold = setting.organisation.threshold
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("who.heading"),
        lines=(
            setting.say("who.now", closes=closes(setting)),
            setting.say("who.closing"),
            setting.say("who.department", threshold=threshold),
            setting.say("who.honest", platform=setting.platform.capitalize(), threshold=threshold),
        ),
        steps=(to_card(setting),),
        asides=(button(setting, "button.erase", "erase?"), *asides(setting, "why")),
    )


def why(ballot: Ballot, setting: Setting) -> Card:
    """Why this person is asked now, and when next."""
    weeks, cohorts = setting.survey.rhythm.cycle_weeks, setting.survey.rhythm.cohorts
    drawn = setting.say("why.pilot") if setting.pilot else setting.say("why.lot", weeks=weeks, cohorts=cohorts)
    longer = (
        (setting.say("why.deep", seconds=setting.seconds_left(Ballot(0, Place(At.TICK)))),) if setting.is_deep else ()
    )
    began = (setting.say("why.early"), *longer, counts_early(setting))
    lines = began if setting.early else (drawn, *longer, next_turn(setting))
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("why.heading"),
        lines=lines,
        steps=(to_card(setting),),
        asides=(*asides(setting, "when"), button(setting, "button.stop", "stop")),
    )


def when(ballot: Ballot, setting: Setting) -> Card:
    """Later in this round, or another time altogether; for who is done with this round the latter only."""
    habits = (button(setting, "button.hours", "hours"), button(setting, "button.pause", "pause"))
    if ballot.place.at in (At.THANKS, At.NOT_NOW):
        lines = (setting.say("when.next", date=setting.day(setting.next_turn)),)
        return Card(apart=True, language=setting.language, lines=lines, steps=(to_card(setting),), asides=habits)
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("when.ask", closes=closes(setting)),),
        choices=tuple(button(setting, f"button.later_{when}", "later", when) for when in LATER),
        steps=(to_card(setting),),
        asides=(*asides(setting, "notnow"), *habits),
    )


def postponed(setting: Setting, when: str) -> Card:
    """Confirms that the card comes back."""
    lines = (setting.say(f"postponed.{when}"), setting.say("postponed.kept", closes=closes(setting)))
    return Card(language=setting.language, lines=lines, steps=(button(setting, "button.now", "show"),))


def sure_to_erase(ballot: Ballot, setting: Setting) -> Card:
    """Asks once more."""
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("forget.sure" if setting.early else "erase.sure"),),
        steps=(button(setting, "button.erase_all", "erase"), to_card(setting)),
    )
