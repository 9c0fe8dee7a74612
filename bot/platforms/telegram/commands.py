"""What the bot tells of itself before anybody asks: its commands, in the menu of a private chat."""

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats

from bot.platforms.telegram.api import Api
from config.texts import say
from config.words import LANGUAGES, Language

COMMANDS = ("feedback", "where", "department", "pause", "privacy", "forget", "stop", "help")


def menu(language: Language) -> list[BotCommand]:
    """Each command with what it does."""
    return [BotCommand(command, say(f"telegram.command_{command}", language)) for command in COMMANDS]


async def publish(api: Api) -> None:
    """Our first language is for everybody whose app speaks none of ours. In groups there is nothing to ask."""
    private = BotCommandScopeAllPrivateChats()
    await api.call(lambda bot: bot.set_my_commands(menu(LANGUAGES[0]), private))
    for language in LANGUAGES[1:]:
        await api.call(
            lambda bot, spoken=language: bot.set_my_commands(menu(spoken), private, language_code=spoken)  # type: ignore[misc]
        )
    await api.call(lambda bot: bot.delete_my_commands(BotCommandScopeAllGroupChats()))
