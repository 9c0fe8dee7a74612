"""“My answers”: the one card that shows what somebody said, on request only; each line can be changed."""

from bot.core.ballot import Ballot
from bot.core.cards.pieces import button, closes, tip_button, to_card
from bot.core.cards.tips import TIPS_OPEN
from bot.core.platform import Button, Card
from bot.core.setting import Setting, half_of, theme_of


def mine(ballot: Ballot, setting: Setting, hint: str = "") -> Card:
    """What was answered until now, on request only; each line can be changed."""
    if ballot.is_empty:
        lines: tuple[str, ...] = (setting.say("answers.none"),)
    else:
        lines = tuple(line for d in ballot.drawn for line in _said(ballot, setting, d))
    changes = [
        Button(_what(setting, d, key), setting.action("change", d, key))
        for d in ballot.drawn
        if d in ballot.answers
        for key in setting.path(ballot, d)
        if not setting.follows(key)
    ]
    tips = [tip_button(setting, d) for d in ballot.drawn if d in ballot.texts and ballot.place.at in TIPS_OPEN]
    return Card(
        apart=True,
        again=setting.action("answers"),
        language=setting.language,
        heading=setting.say("answers.heading"),
        hint=hint,
        lines=(*lines, setting.say("answers.until", closes=closes(setting))),
        choices=(*changes, *tips),
        steps=(to_card(setting),),
        asides=() if ballot.is_empty else (button(setting, "button.erase", "erase?"),),
    )


def _said(ballot: Ballot, setting: Setting, department: str) -> list[str]:
    said = [f"**{setting.name_of(department)}**"] if department in {*ballot.answers, *ballot.texts} else []
    for key in setting.questions(ballot, department):
        value = ballot.value(department, key)
        if value is not None:
            chosen = value.split(",")
            labels = [c.label for c in setting.choices(ballot, department, key) if c.value in chosen]
            said.append(setting.say("answers.line", what=_label(setting, department, key), label=", ".join(labels)))
    if department in ballot.texts:
        said.append(setting.say("answers.tip", text=ballot.texts[department]))
    return said


def _what(setting: Setting, department: str, key: str) -> str:
    if setting.is_deep:
        return _theme(setting, department, key) or setting.say("answers.whole", department=setting.name_of(department))
    return setting.say("button.change", department=setting.name_of(department), what=_label(setting, department, key))


_LABELLED = ("received", "needed", "service", "theme")  # any other question is the extra one


def _label(setting: Setting, department: str, key: str) -> str:
    """What a question is called in short."""
    if not theme_of(key):
        return setting.say(f"answers.{key}" if key in _LABELLED else "answers.extra")
    return setting.say(f"answers.theme_{half_of(key)}", theme=_theme(setting, department, key))


def _theme(setting: Setting, department: str, key: str) -> str:
    theme = theme_of(key)
    return setting.department(department).theme_name(theme, setting.language) if theme else ""
