"""What the environment says of this installation, for the documents; no secret gets into it."""

from bot.documents.deployment import Deployment
from config.settings import Settings


def deployed(settings: Settings) -> Deployment:
    """The deployment. Raises WrongSetting."""
    from bot.platforms.matrix.settings import MatrixSettings  # 2 s: only when a document is made
    from bot.platforms.slack.scopes import needed
    from bot.platforms.slack.settings import SlackSettings
    from bot.platforms.telegram.settings import TelegramSettings

    slack, telegram, matrix = SlackSettings.read(), TelegramSettings(), MatrixSettings()
    there = {
        "slack": bool(slack.bot_token.get_secret_value()),
        "telegram": bool(telegram.token.get_secret_value()),
        "matrix": bool(matrix.token.get_secret_value()),
        "webchat": True,
    }
    return Deployment(
        postgresql=bool(settings.database_url.get_secret_value()),
        host=settings.host,
        port=settings.port,
        address=settings.address.rstrip("/"),
        platforms=frozenset(name for name, is_there in there.items() if is_there),
        slack_brings=slack.over_http,
        slack_scopes=tuple(sorted(needed(dnd=slack.dnd))),
        telegram_brings=telegram.by_webhook,
        matrix_server=matrix.server,
    )
