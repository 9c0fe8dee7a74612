"""What Slack needs to be told, from the environment or `klankbord.env`: KLANKBORD_SLACK_…"""

from typing import Self

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.platform import WrongSetting
from config.settings import ENV_FILE, is_web_address

PREFIX = "KLANKBORD_SLACK_"


class SlackSettings(BaseSettings):
    """Each is an environment variable with the prefix KLANKBORD_SLACK_."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore")

    bot_token: SecretStr = SecretStr("")
    """Of the bot user, `xoxb-…`. Slack is left out when it is empty."""

    app_token: SecretStr = SecretStr("")
    """Of the app, `xapp-…`: for Socket Mode, which needs no public address."""

    signing_secret: SecretStr = SecretStr("")
    """For HTTP mode: Slack sends to KLANKBORD_ADDRESS/slack/events. Goes before Socket Mode."""

    api_url: str = "https://slack.com/api/"
    """Of any server that speaks Slack's Web API."""

    away: str = "vakantie,verlof,vrij,holiday,vacation,on leave,:palm_tree:,🌴"
    """Who has one of these in their status is asked later."""

    dnd: bool = False
    """Whether do-not-disturb is looked at, which needs the scope dnd:read."""

    address: str = Field(default="", validation_alias="KLANKBORD_ADDRESS")
    """Where Slack reaches us in HTTP mode."""

    @classmethod
    def read(cls) -> Self:
        """What is set. Raises WrongSetting."""
        try:
            return cls()
        except ValidationError as wrong:
            name = str(wrong.errors()[0]["loc"][0]).upper()
            raise WrongSetting(f"{PREFIX}{name}", "settings.slack.yes_or_no") from None  # all others may be any text

    @property
    def over_http(self) -> bool:
        """Whether Slack sends to us, rather than we keep sockets open to it."""
        return bool(self.signing_secret.get_secret_value())

    @property
    def away_words(self) -> tuple[str, ...]:
        """What a status of somebody who is away holds, in small letters."""
        return tuple(word.strip().casefold() for word in self.away.split(",") if word.strip())

    def check(self) -> None:
        """Raises WrongSetting for the first that cannot be right."""
        bot, app = self.bot_token.get_secret_value(), self.app_token.get_secret_value()
        if not bot.startswith("xoxb-"):
            raise WrongSetting(f"{PREFIX}BOT_TOKEN", "settings.slack.bot_token_shape")
        if app and not app.startswith("xapp-"):
            raise WrongSetting(f"{PREFIX}APP_TOKEN", "settings.slack.app_token_shape")
        if not app and not self.over_http:
            raise WrongSetting(f"{PREFIX}APP_TOKEN", "settings.slack.no_way_in")
        if not is_web_address(self.api_url):
            raise WrongSetting(f"{PREFIX}API_URL", "settings.slack.api_url_shape")
