"""How Telegram is set up, from the environment or `klankbord.env`: KLANKBORD_TELEGRAM_…"""

import re

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.platform import WrongSetting
from config.settings import ENV_FILE, is_web_address

PLATFORM = "telegram"
PREFIX = "KLANKBORD_TELEGRAM_"

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]{30,}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")  # core.telegram.org/bots/features#creating-a-new-bot
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook


class TelegramSettings(BaseSettings):
    """Each is an environment variable with the prefix KLANKBORD_TELEGRAM_; without a token there is no Telegram."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore", populate_by_name=True)

    token: SecretStr = SecretStr("")
    """What BotFather gave, `123456789:AA…`. Telegram is left out when it is empty."""

    webhook_secret: SecretStr = SecretStr("")
    """When set, Telegram brings what happens to KLANKBORD_ADDRESS/telegram and proves itself with this; else it is
    fetched. 1 to 256 letters, digits, - and _."""

    name: str = ""
    """The bot's user name, with or without @, for personal links; Telegram is asked when empty."""

    api_url: str = "https://api.telegram.org"
    """Of any server that speaks the Bot API."""

    address: str = Field(default="", validation_alias="KLANKBORD_ADDRESS")
    """How this installation is reached from outside."""

    @field_validator("name")
    @classmethod
    def _without_at(cls, name: str) -> str:
        return name.strip().removeprefix("@")

    @property
    def by_webhook(self) -> bool:
        """Whether Telegram brings what happens, rather than that it is fetched."""
        return bool(self.webhook_secret.get_secret_value())

    def check(self) -> None:
        """Raises WrongSetting for the first that cannot be right."""
        if not _TOKEN.fullmatch(self.token.get_secret_value()):
            raise WrongSetting(f"{PREFIX}TOKEN", "settings.telegram.token_shape")
        if not is_web_address(self.api_url):
            raise WrongSetting(f"{PREFIX}API_URL", "settings.telegram.api_url_shape")
        if self.by_webhook and not _SECRET.fullmatch(self.webhook_secret.get_secret_value()):
            raise WrongSetting(f"{PREFIX}WEBHOOK_SECRET", "settings.telegram.webhook_secret_shape")
        if self.by_webhook and not self.address.startswith("https://"):
            raise WrongSetting("KLANKBORD_ADDRESS", "settings.telegram.address_shape")
        self.check_name()

    def check_name(self) -> None:
        """Raises WrongSetting where no bot can be called so: every link with it would be dead."""
        if self.name and not _NAME.fullmatch(self.name):
            raise WrongSetting(f"{PREFIX}NAME", "settings.telegram.name_shape")
