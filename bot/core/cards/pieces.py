"""What cards of a round have in common: buttons, and lines about dates."""

from bot.core.platform import Button
from bot.core.setting import Setting


def button(setting: Setting, label: str, verb: str, *arguments: str, **values: object) -> Button:
    """A button with a label of the catalogue; `values` fill the label in."""
    return Button(setting.say(label, **values), setting.action(verb, *arguments))


def tip_button(setting: Setting, department: str) -> Button:
    """To write a tip for a department, or to change it."""
    return button(setting, "button.tip", "tip", department, department=setting.name_of(department))


def to_card(setting: Setting) -> Button:
    """Back from what is only read."""
    return button(setting, "button.to_card", "show")


def asides(setting: Setting, *names: str) -> tuple[Button, ...]:
    """Small buttons by name; for who began by themselves, none that is about being asked."""
    fitting = (name for name in names if not setting.early or name not in _OF_BEING_ASKED)
    return tuple(button(setting, *_ASIDES[name]) for name in fitting)


def next_turn(setting: Setting) -> str:
    """When somebody is asked next."""
    return setting.say("thanks.next", date=setting.day(setting.next_turn))


def counts_early(setting: Setting) -> str:
    """With which round it counts what was said before it."""
    return setting.say(
        "early.counts_deep" if setting.is_deep else "early.counts", opens=setting.day(setting.opens_at.date())
    )


def closes(setting: Setting) -> str:
    """The day on which the round closes."""
    return setting.day(setting.closes_at.date())


_ASIDES = {
    "later": ("button.later", "when?"),
    "when": ("button.when", "when?"),
    "notnow": ("button.not_now", "notnow"),
    "who": ("button.who", "who"),
    "why": ("button.why", "why"),
    "answers": ("button.answers", "answers"),
}
_OF_BEING_ASKED = ("later", "when", "notnow")
