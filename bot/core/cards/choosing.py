"""The choice of departments: who is offered, who is ticked, and what when every place is taken."""

from bot.core.ballot import At, Ballot
from bot.core.cards.pieces import asides, button, to_card
from bot.core.cohorts import draw
from bot.core.platform import Button, Card
from bot.core.setting import Setting
from config.department import Department


def tick(ballot: Ballot, setting: Setting) -> Card:
    """With which departments somebody dealt."""
    none = () if setting.early else (button(setting, "button.none", "none"),)
    return Card(
        language=setting.language,
        lines=(
            f"**{setting.asked(setting.survey.tick)}**",
            _how_many(ballot, setting),
        ),
        choices=tuple(_box(department, ballot, setting) for department in to_choose(ballot, setting)),
        several=setting.action("ticks"),
        again=setting.action("show"),
        steps=(button(setting, "button.next", "next"), *none),
        asides=asides(setting, "later", "notnow", "who", "why"),
    )


def _how_many(ballot: Ballot, setting: Setting) -> str:
    """What follows on the choice; in a deep cycle, that it is the longer one."""
    questions = len(setting.questions(ballot, ""))
    if setting.is_deep:
        return setting.say("tick.deep", questions=questions, seconds=setting.seconds_left(ballot))
    return setting.say("tick.how", questions=questions, most=setting.draw)


def to_choose(ballot: Ballot, setting: Setting) -> tuple[Department, ...]:
    """The departments to tick: those that are offered and were not answered before the round."""
    return tuple(department for department in setting.offered if department.key not in ballot.before)


def is_taken(ballot: Ballot, setting: Setting) -> bool:
    """Whether what was answered before the round takes every place, as in a deep cycle: there is no choice then."""
    return len(ballot.before) >= setting.most


def one_more(ballot: Ballot, setting: Setting) -> str | None:
    """The department that "one more" would ask about: the next of the draw."""
    if len(ballot.drawn) >= setting.most:
        return None
    order = draw(ballot.ticked, ballot.lot, setting.weights)
    return next((d for d in order if d not in ballot.drawn), None)


def _box(department: Department, ballot: Ballot, setting: Setting) -> Button:
    """Carries what a tap on it should make true, so that a double tap does not undo itself."""
    ticked = department.key in ballot.ticked
    action = setting.action("t", department.key, "off" if ticked else "on")
    return Button(department.name.in_(setting.language), action, ticked, department.key)


def full(ballot: Ballot, setting: Setting) -> Card:
    """Every place has a department with answers: what can be done about that."""
    out = ballot.place.at is At.NOT_NOW
    choose = button(setting, "button.resume", "resume") if out else button(setting, "button.choose", "choose")
    return Card(
        apart=True,
        language=setting.language,
        lines=(setting.say("full.full", most=setting.draw), setting.say("full.choose")),
        steps=(choose, button(setting, "button.answers", "answers"), to_card(setting)),
    )
