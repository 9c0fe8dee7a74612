"""The last cards: anything else, thanks, not this time, and what an old card says after the round."""

from bot.core.ballot import Ballot
from bot.core.cards.choosing import one_more
from bot.core.cards.pieces import asides, button, closes, counts_early, next_turn, tip_button
from bot.core.platform import Card
from bot.core.setting import Setting


def end(ballot: Ballot, setting: Setting) -> Card:
    """Every question was asked: done, or a tip first."""
    tips = [tip_button(setting, d) for d in ballot.drawn]
    last = ballot.drawn[-1]
    return Card(
        language=setting.language,
        lines=(setting.say("end.more"),),
        steps=(button(setting, "button.done", "done"), *tips),
        asides=(
            button(setting, "button.back", "to", last, setting.path(ballot, last)[-1]),
            *asides(setting, "answers", "who"),
        ),
    )


def thanks(ballot: Ballot, setting: Setting) -> Card:
    """It is done. Names neither an answer nor a department: it stays in the chat."""
    more = [button(setting, "button.more", "more", seconds=setting.seconds(ballot, ""))]
    last = counts_early(setting) if setting.early else next_turn(setting)
    return Card(
        language=setting.language,
        lines=(
            setting.say("thanks.thanks", first_name=setting.first_name),
            setting.say("thanks.sealed", closes=closes(setting)),
            last,
        ),
        steps=(
            button(setting, "button.answers", "answers"),
            *(more if one_more(ballot, setting) else ()),
        ),
        asides=asides(setting, "who", "when"),
    )


def not_now(ballot: Ballot, setting: Setting) -> Card:
    """Not this time: nothing is asked, and what was said is kept."""
    return Card(
        language=setting.language,
        lines=(
            setting.say("notnow.fine"),
            setting.say("notnow.kept", closes=closes(setting)),
            next_turn(setting),
        ),
        steps=(button(setting, "button.resume", "resume"), button(setting, "button.erase", "erase?")),
        asides=(*asides(setting, "when"), button(setting, "button.stop", "stop")),
    )


def closed(setting: Setting) -> Card:
    """What an old card says after closing."""
    lines = (setting.say("closed.closed"), next_turn(setting))
    return Card(language=setting.language, lines=lines)


def withdrawn(setting: Setting) -> Card:
    """What everybody who was asked is told when the round is withdrawn, and what an old card says from then on."""
    line = setting.say("closed.withdrawn", date=setting.day(setting.next_turn))
    return Card(language=setting.language, lines=(line,))
