"""The bot's user id, to print beside one-time codes."""

from bot.core.platform import ReplyLost, SendFailed
from bot.platforms.matrix import errors
from bot.platforms.matrix.api import Api
from bot.platforms.matrix.settings import MatrixSettings


async def bot_id(settings: MatrixSettings) -> str:
    """As it is set, or as the homeserver tells it. Raises SendFailed and ReplyLost."""
    return settings.user or await _told(Api(settings))


async def _told(api: Api) -> str:
    try:
        return await api.me()
    except errors.FAILED as error:
        failed: SendFailed | ReplyLost = errors.failure(error, channel=False)
        raise failed from None
    finally:
        await api.close()
