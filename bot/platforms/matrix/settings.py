"""How Matrix is set up, from the environment or `klankbord.env`: KLANKBORD_MATRIX_…"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.addresses import is_address
from bot.core.platform import WrongSetting
from config.settings import ENV_FILE, is_web_address

PLATFORM = "matrix"
PREFIX = "KLANKBORD_MATRIX_"

_TOKEN = re.compile(r"[\x21-\x7e]+")


class MatrixSettings(BaseSettings):
    """Each is an environment variable with the prefix KLANKBORD_MATRIX_; without a token there is no Matrix."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, extra="ignore")

    server: str = ""
    """The base URL of the homeserver, `https://matrix.example.nl`; http only for this machine itself."""

    token: SecretStr = SecretStr("")
    """The access token of the bot's account. Matrix is left out when it is empty."""

    user: str = ""
    """The bot's user id, `@klankbord:example.nl`, to print beside one-time codes; the server is asked when empty."""

    @field_validator("server")
    @classmethod
    def _without_slash(cls, server: str) -> str:
        return server.strip().rstrip("/")

    @field_validator("user")
    @classmethod
    def _without_space(cls, user: str) -> str:
        return user.strip()

    def check(self) -> None:
        """Raises WrongSetting for the first that cannot be right."""
        if not _TOKEN.fullmatch(self.token.get_secret_value()):
            raise WrongSetting(f"{PREFIX}TOKEN", "settings.matrix.token_shape")
        if not is_web_address(self.server) or not _is_base(self.server):
            raise WrongSetting(f"{PREFIX}SERVER", "settings.matrix.server_shape")
        if not self.server.startswith("https://") and not _is_here(self.server):
            raise WrongSetting(f"{PREFIX}SERVER", "settings.matrix.server_plain")
        self.check_user()

    def check_user(self) -> None:
        """Raises WrongSetting where nobody can be called so: every code with it would lead nowhere."""
        if self.user and not is_address(PLATFORM, self.user):
            raise WrongSetting(f"{PREFIX}USER", "settings.matrix.user_shape")


def _is_base(server: str) -> bool:
    """Whether paths can be put behind it."""
    parts = urlsplit(server)
    return not parts.query and not parts.fragment and parts.username is None


def _is_here(server: str) -> bool:
    """Whether what is said to it stays on this machine."""
    host = urlsplit(server).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
