"""The user name of the bot on Telegram, for personal links: as it is set, or as Telegram tells it."""

import asyncio

from bot.commands.ready import refuse
from config.texts import say
from config.words import Language


def bot_name_or_exit(words: Language) -> str:
    """Says what is missing, and what to do."""
    from telegram.error import InvalidToken, TelegramError

    from bot.core.platform import WrongSetting
    from bot.platforms.telegram import bot_name
    from bot.platforms.telegram.settings import TelegramSettings

    settings = TelegramSettings()
    try:
        settings.check_name()
    except WrongSetting as wrong:
        refuse("settings.wrong", words, name=wrong.name, problem=say(wrong.problem, words))
    if not settings.name and not settings.token.get_secret_value():
        refuse("people.no_bot", words)
    try:
        return asyncio.run(bot_name(settings))
    except InvalidToken:
        refuse("people.bot_refused", words)
    except TelegramError as error:
        refuse("people.bot_unreachable", words, reason=type(error).__name__)
