"""A tip in one's own words: asked for, and shown as it would be kept."""

from bot.core.ballot import At, Ballot
from bot.core.cards.pieces import asides, button
from bot.core.platform import Card, Entry
from bot.core.setting import Setting
from config.questions import Text

TIPS_OPEN = (At.END, At.TIP, At.CHECK, At.THANKS)  # where a tip can be written or changed


def written(ballot: Ballot, setting: Setting) -> Card:
    """Asks for one tip, with what was written before."""
    return tip(ballot, setting, draft=ballot.draft or ballot.texts.get(ballot.place.department, ""))


def tip(ballot: Ballot, setting: Setting, *, draft: str, hint: str = "") -> Card:
    """Asks for one tip. The draft is what its writer typed just now or asked to change."""
    department = ballot.place.department
    confidential = setting.organisation.confidential
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("tip.heading", department=setting.name_of(department)),
        hint=hint,
        lines=(
            f"**{setting.asked(setting.survey.text, department)}**",
            setting.say("tip.rules", threshold=setting.organisation.threshold),
            setting.say("tip.behaviour", name=confidential.name, reach=confidential.reach),
        ),
        entry=Entry(
            setting.say("tip.label"),
            setting.action("tip", department),
            setting.say("button.look"),
            Text.limit,
            draft,
        ),
        asides=(button(setting, "button.back", "at", "end"), *asides(setting, "who")),
    )


def check(ballot: Ballot, setting: Setting) -> Card:
    """The tip after cleaning: it is kept only when its writer agrees."""
    department = ballot.place.department
    return Card(
        apart=True,
        language=setting.language,
        heading=setting.say("tip.heading", department=setting.name_of(department)),
        lines=(setting.say("check.look"), f"“{ballot.draft.replace('**', '')}”", setting.say("check.note")),
        steps=(
            button(setting, "button.send", "keep", department),
            button(setting, "button.edit", "tip", department),
            button(setting, "button.leave_out", "drop", department),
        ),
    )
