"""One chat platform by its name, as the environment sets it up, for a command that asks it something."""

from importlib import import_module
from typing import Any, TypeVar

from bot.commands.ready import refuse
from config.texts import say
from config.words import Language

Can = TypeVar("Can")


def platform_or_exit(name: str, can: type[Can], language: Language) -> Can:
    """The platform of this name, which can do what this protocol says; else what is wrong, and what to do."""
    from bot.core.platform import WrongSetting

    kind = kind_or_exit(name, language)
    if not issubclass(kind, can):
        refuse("command.platform_cannot", language, platform=name)
    try:
        found: Can | None = kind.from_environment()
    except WrongSetting as wrong:
        refuse("settings.wrong", language, name=wrong.name, problem=say(wrong.problem, language))
    if found is None:
        refuse("command.platform_off", language, platform=name)
    return found


def kind_or_exit(name: str, language: Language) -> Any:
    """The class of the platform of this name, for what takes no token to know; else which names there are."""
    from bot.platforms import PLATFORMS

    if name not in PLATFORMS:
        refuse("command.platform_unknown", language, platform=name, known=", ".join(sorted(PLATFORMS)))
    module, _, attribute = PLATFORMS[name].partition(":")
    return getattr(import_module(module), attribute)
