"""The user id of the bot on Matrix, for one-time codes: as it is set, or as the homeserver tells it."""

import asyncio

from bot.commands.ready import refuse
from config.texts import say
from config.words import Language


def bot_id_or_exit(words: Language) -> str:
    """Says what is missing, and what to do."""
    from bot.core.platform import Refusal, ReplyLost, SendFailed, WrongSetting
    from bot.platforms.matrix.settings import MatrixSettings
    from bot.platforms.matrix.whoami import bot_id

    settings = MatrixSettings()
    if not settings.user and not settings.token.get_secret_value():
        refuse("people.matrix_no_bot", words)
    try:
        settings.check_user() if settings.user else settings.check()
        return asyncio.run(bot_id(settings))
    except WrongSetting as wrong:
        refuse("settings.wrong", words, name=wrong.name, problem=say(wrong.problem, words))
    except (SendFailed, ReplyLost) as failed:
        refused = failed.reason == Refusal.REVOKED
        refuse("people.matrix_bot_refused" if refused else "people.matrix_bot_unreachable", words, reason=failed.reason)
