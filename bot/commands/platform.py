"""One chat platform by its name, as the environment sets it up, for a command that asks it something."""

from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from bot.commands.ready import refuse
from config.texts import say
from config.words import Language

if TYPE_CHECKING:
    from pydantic import ValidationError

    from bot.core.platform import WrongSetting

Can = TypeVar("Can")


def platform_or_exit(name: str, can: type[Can], language: Language) -> Can:
    """The platform of this name, which can do what this protocol says; else what is wrong, and what to do."""
    from pydantic import ValidationError

    from bot.core.platform import WrongSetting
    from bot.platforms import PLATFORMS

    if name not in PLATFORMS:
        refuse("command.platform_unknown", language, platform=name, known=", ".join(sorted(PLATFORMS)))
    module, _, attribute = PLATFORMS[name].partition(":")
    kind = getattr(import_module(module), attribute)
    if not issubclass(kind, can):
        refuse("command.platform_cannot", language, platform=name)
    try:
        found: Can | None = kind.from_environment()
    except WrongSetting as wrong:
        refuse("settings.wrong", language, **wrong_setting(wrong, language))
    except ValidationError as invalid:
        refuse("settings.wrong", language, **_invalid(name, invalid))
    if found is None:
        refuse("command.platform_off", language, platform=name)
    return found


def wrong_setting(wrong: "WrongSetting", language: Language) -> dict[str, object]:
    """What `settings.wrong` says of it."""
    return {"name": wrong.name, "problem": say(f"settings.{wrong.problem}", language)}


def _invalid(platform: str, invalid: "ValidationError") -> dict[str, object]:
    """The same of the first value that has not even the right kind."""
    error = invalid.errors(include_input=False)[0]
    return {"name": f"KLANKBORD_{platform}_{error['loc'][0]}".upper(), "problem": error["msg"]}
